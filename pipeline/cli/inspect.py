"""`kommunlupp inspect`."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import config_options
from pipeline.config import load
from pipeline.document import Document
from pipeline.offsets import Span

STAGES = ("extract", "restore", "segment", "classify", "attribute")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--stage", type=click.Choice(STAGES), help="Show this stage only.")
@click.option(
    "--finding", metavar="ID", help="Show one finding: page, boxes, text (an id's start)."
)
@config_options
def inspect(
    file: Path,
    stage: str | None,
    finding: str | None,
    config_file: Path | None,
    overrides: tuple[str, ...],
) -> int:
    """Read FILE (or a document of a run, documents/<id>.json) and show what each stage did."""
    from pipeline.batch.runfolder import read_document
    from pipeline.flow import Pipeline, identify

    if file.suffix == ".json" and file.parent.name == "documents":
        document = read_document(file)
    else:
        pipeline = Pipeline.from_config(load(config_file, overrides))
        document = pipeline(identify(file))
    if finding:
        _show_finding(document, finding)
    else:
        for name in [stage] if stage else STAGES:
            click.secho(f"== {name}", bold=True)
            _SHOW[name](document)
    for issue in document.issues:
        where = f" page {issue.page}" if issue.page else ""
        click.secho(
            f"{issue.severity} [{issue.code}]{where}: {issue.message}", fg="yellow", err=True
        )
        click.echo(issue.remedy, err=True)
    return int(any(issue.severity == "error" for issue in document.issues))


def _show_extract(document: Document) -> None:
    for page in document.pages:
        size = f"{page.width:.0f} x {page.height:.0f} pt, " if page.words else ""
        click.echo(f"page {page.number} ({page.source}, {size}{len(page.words)} words)")
        for region in page.regions:
            words = " ".join(document.raw[region.start : region.end].split())
            click.echo(f"  {region.kind:12} {_short(words)}")


def _show_restore(document: Document) -> None:
    click.echo(f"{len(document.offsets.edits)} edits")
    for edit in document.offsets.edits:
        left = document.raw[max(0, edit.start - 20) : edit.start]
        right = document.raw[edit.end : edit.end + 20]
        change = f"[{_visible(edit.before)}→{_visible(edit.after)}]"
        around = f"{_visible(left)}{change}{_visible(right)}"
        click.echo(f"  {edit.start:7} {edit.kind:14} {edit.confidence:.2f}  {around}")


def _show_segment(document: Document) -> None:
    click.echo(f"{len(document.headings)} headings, {len(document.sentences)} sentences")
    heading = None
    for sentence in document.sentences:
        if sentence.heading != heading:
            heading = sentence.heading
            click.secho(f"  # {heading}", bold=True)
        click.echo(f"  {sentence.start:7} {_words(document, sentence.start, sentence.end)}")


def _show_classify(document: Document) -> None:
    click.echo(f"{len(document.findings)} findings")
    for finding in document.findings:
        click.echo(f"  {finding.id[:12]} {finding.label} {finding.status} {finding.score:.2f}")
        click.echo(f"    {_words(document, finding.span.start, finding.span.end)}")


def _show_attribute(document: Document) -> None:
    subject = document.subject
    if subject:
        click.echo(f"author {', '.join(subject.author) or '-'}, year {subject.year or '-'}")
        click.echo(f"covered: {', '.join(subject.covered) or '-'}")
    for finding in document.findings:
        whom = ", ".join(finding.municipalities) or "-"
        quantity = f" ({finding.quantity.text})" if finding.quantity else ""
        click.echo(f"  {finding.id[:12]} {finding.label} {finding.scope} {whom}{quantity}")


_SHOW = {
    "extract": _show_extract,
    "restore": _show_restore,
    "segment": _show_segment,
    "classify": _show_classify,
    "attribute": _show_attribute,
}


def _show_finding(document: Document, start_of_id: str) -> None:
    matching = [f for f in document.findings if f.id.startswith(start_of_id)]
    if not matching:
        raise click.UsageError(f"no finding of {document.source} has an id that starts so")
    for finding in matching:
        raw = document.offsets.to_source(finding.span)
        click.echo(f"{finding.id}: {finding.label}, {finding.status}, {finding.scope}")
        click.echo(f"restored: {_words(document, finding.span.start, finding.span.end)}")
        click.echo(f"raw:      {' '.join(document.raw[raw.start : raw.end].split())}")
        for place in document.locate(Span(finding.span.start, finding.span.end)):
            click.echo(f"page {place.page}")
            for box in place.boxes:
                click.echo(f"  ({box.x0:.1f}, {box.y0:.1f}) - ({box.x1:.1f}, {box.y1:.1f}) pt")


def _words(document: Document, start: int, end: int) -> str:
    return " ".join(document.text[start:end].split())


def _short(words: str, length: int = 90) -> str:
    return words if len(words) <= length else words[: length - 1] + "…"


def _visible(text: str) -> str:
    return text.replace("\n", "⏎").replace("\u00ad", "¬").replace("\u00a0", "␣")
