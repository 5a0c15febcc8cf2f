"""`kommunlupp evaluate examples`."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import config_options
from pipeline.config import load


@click.command()
@click.option(
    "--examples",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default="corpus/examples",
    show_default=True,
    help="Folder with documents/ and truth/.",
)
@click.option("--missed", is_flag=True, help="List the sentences that were not found.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@config_options
def examples(
    examples: Path,
    missed: bool,
    as_json: bool,
    config_file: Path | None,
    overrides: tuple[str, ...],
) -> None:
    """Measure the whole chain on the example documents, with and without repair."""
    import json

    from rich.table import Table

    from pipeline.cli.console import console
    from pipeline.evaluation.end_to_end import evaluate_examples

    systems = {
        "without repair": load(config_file, (*overrides, "restore.enabled=false")),
        "kommunlupp": load(config_file, overrides),
    }
    tallies = {name: evaluate_examples(examples, config) for name, config in systems.items()}
    figures = {name: tally.figures() for name, tally in tallies.items()}
    if as_json:
        click.echo(json.dumps(figures, indent=2))
        return
    table = Table("", *figures, title=str(examples))
    for row in figures["kommunlupp"]:
        table.add_row(row.replace("_", " "), *(f"{column[row]:g}" for column in figures.values()))
    console().print(table)
    for sentence in tallies["kommunlupp"].missed if missed else ():
        click.echo(sentence)
