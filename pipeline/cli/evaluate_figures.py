"""`kommunlupp evaluate figures`."""

from __future__ import annotations

from pathlib import Path

import click

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.option("--corpus", type=_FOLDER, default="corpus", show_default=True)
@click.option(
    "--shared",
    type=_FOLDER,
    default="../shared",
    show_default=True,
    help="Real pages and sentences; what is not there is left out, and said so.",
)
def figures(corpus: Path, shared: Path) -> None:
    """Print the README's figure tables as Markdown."""
    from pipeline.evaluation.figures import examples_table, measures_table, repair_table

    files = {"corpus, test": corpus / "measures" / "test.jsonl"}
    real = shared / "measures" / "dev.jsonl"
    if real.exists():
        files["real political text, dev"] = real
    bed = shared / "ocr_bed"
    if bed.is_dir():
        click.echo("\n".join(repair_table(bed)) + "\n")
    else:
        click.echo(f"({bed} is not here: no figures for repair)\n")
    click.echo("\n".join(measures_table(files)) + "\n")
    click.echo("\n".join(examples_table(corpus / "examples")))
