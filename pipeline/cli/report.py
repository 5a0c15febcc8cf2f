"""`kommunlupp report`."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.counting import count, counting_options


@click.command()
@counting_options
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="HTML file."
)
@click.option(
    "--images",
    default=3,
    show_default=True,
    type=click.IntRange(min=0),
    help="Excerpts a municipality shown as they stand on the page; the source files must be there.",
)
def report(
    runs: tuple[Path, ...], decisions: Path | None, metrics: Path | None, out: Path, images: int
) -> None:
    """Write a report on RUNS (folders of runs or of an aggregation): one HTML file in Swedish."""
    from pipeline.gazetteer import Gazetteer
    from pipeline.report import write_report

    result = count(runs, decisions, metrics)
    shown = write_report(result, Gazetteer.load(), out, images)
    click.echo(f"{out}: {out.stat().st_size / 1e6:.1f} MB, {shown} excerpts with their page")
