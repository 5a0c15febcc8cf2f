"""`kommunlupp export`."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import OnDisk

FORMATS = ("docbin", "conllu", "jsonl", "label-studio", "doccano", "webanno")


@click.command()
@click.argument("run", type=OnDisk(path_type=Path))
@click.option("--format", "form", required=True, type=click.Choice(FORMATS), help="What to write.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="File to write; a folder for webanno.",
)
def export(run: Path, form: str, out: Path) -> None:
    """Write the documents of RUN, with their findings, for another tool.

    docbin: spaCy. conllu: corpus tools. jsonl: spans, a document a line. label-studio: tasks with
    predictions, and a labelling configuration beside them. doccano: sequence labelling. webanno:
    TSV 3.3, for INCEpTION too.
    """
    from pipeline.batch.runfolder import RunFolder
    from pipeline.export import export as write

    count = write(RunFolder(run).documents(), form, out)
    click.echo(f"{count} documents: {out}")
