"""`kommunlupp evaluate restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.output import write_text

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.evaluation.clean_text import CleanResult
    from pipeline.evaluation.downstream import DownstreamResult
    from pipeline.evaluation.restore import BedReport

COLUMNS = {
    "wer": "WER", "cer": "CER", "å_f1": "å F1", "ä_f1": "ä F1", "ö_f1": "ö F1",
    "edit_precision": "edits P", "edit_recall": "edits R", "word_damage": "words hurt",
    "number_damage": "numbers hurt",
}  # fmt: skip


@click.command()
@click.option(
    "--bed",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with NNN.gold.txt, NNN.raw.txt and, where known, NNN.swe.txt.",
)
@click.option(
    "--clean",
    type=click.Path(path_type=Path, exists=True),
    help="Clean text that must stay as it is: a file, or a folder of SOURCE.txt.xz.",
)
@click.option(
    "--measures",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Corpus file to classify clean, damaged as the pages of --bed are, and repaired.",
)
@click.option("--hunspell", "with_hunspell", is_flag=True, help="Run hunspell, too (slow).")
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all figures and their intervals to this file.",
)
def restore(
    bed: Path | None,
    clean: Path | None,
    measures: Path | None,
    with_hunspell: bool,
    json_file: Path | None,
) -> None:
    """Measure OCR repair on a bed of pages, what it does to clean text, what it gives a classifier.

    95 % intervals (bootstrap by page) stand below word and character error rates.
    """
    import json

    from pipeline.cli.console import console
    from pipeline.errors import UsageError
    from pipeline.evaluation.clean_text import evaluate_clean
    from pipeline.evaluation.downstream import evaluate_downstream
    from pipeline.evaluation.ocr_bed import read_bed
    from pipeline.evaluation.restore import evaluate_bed, symspell_baseline

    if not bed and not clean:
        raise UsageError("neither --bed nor --clean names anything to measure on")
    if measures and not bed:
        raise UsageError("--measures takes its damage from the pages of --bed")
    screen = console()
    figures: dict[str, object] = {}
    if bed:
        report = evaluate_bed(bed, with_hunspell=with_hunspell)
        _print_bed(screen, bed, report)
        figures["bed"] = [result.as_dict() for result in report.results]
        figures["skipped"] = report.skipped | report.untimed
    if bed and measures:
        states = evaluate_downstream(measures, read_bed(bed))
        _print_downstream(screen, measures, states)
        figures["measures"] = [state.as_dict() for state in states]
    if clean:
        untouched = evaluate_clean(clean, symspell_baseline())
        _print_clean(screen, untouched)
        figures["clean"] = [result.as_dict() for result in untouched]
    if json_file:
        text = json.dumps(figures, ensure_ascii=False, indent=1)
        write_text(json_file, text + "\n")


def _print_bed(screen: Console, bed: Path, report: BedReport) -> None:
    from rich.table import Table

    table = Table("system", *COLUMNS.values(), "words/s", title=str(bed))
    for result in report.results:
        cells = []
        for name in COLUMNS:
            cell = f"{result.rates.figures[name]:.4f}"
            if name in ("wer", "cer"):
                low, high = result.rates.intervals[name]
                cell += f"\n{low:.3f}–{high:.3f}"
            cells.append(cell)
        speed = f"{result.words_per_second:,.0f}" if result.words_per_second else "–"
        table.add_row(result.name, *cells, speed)
    screen.print(table)
    for name, reason in (report.skipped | report.untimed).items():
        screen.print(f"not run: {name} ({reason})")


def _print_downstream(screen: Console, corpus: Path, states: list[DownstreamResult]) -> None:
    from rich.table import Table

    table = Table("text", "WER", "micro-F1", "95 %", title=f"measures in {corpus}")
    for state in states:
        figure = state.micro_f1
        interval = f"{figure.low:.3f}–{figure.high:.3f}"
        table.add_row(state.state, f"{state.word_error_rate:.4f}", f"{figure.value:.4f}", interval)
    screen.print(table)


def _print_clean(screen: Console, results: list[CleanResult]) -> None:
    from rich.table import Table

    table = Table(
        "source", "tokens", "edits", "in numbers", "words/s", "symspellpy words/s",
        title="clean text",
    )  # fmt: skip
    for result in results:
        baseline = result.baseline_words_per_second
        table.add_row(
            result.source, f"{result.tokens:,}", str(result.changed), str(result.numbers_changed),
            f"{result.words_per_second:,.0f}", f"{baseline:,.0f}" if baseline else "–",
        )  # fmt: skip
    screen.print(table)
