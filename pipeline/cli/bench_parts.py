"""`kommunlupp bench growth`, `bench scaling`, `bench start`: single bars, without peers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pipeline.cli.output import write_text

_JSON = click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the figures to this file, too.",
)


@click.command()
@click.option("--documents", type=click.IntRange(20), default=5000, help="Default: 5000.")
@click.option("--jobs", type=click.IntRange(1), help="Worker processes.")
@_JSON
def growth(documents: int, jobs: int | None, json_file: Path | None) -> None:
    """Run a tenth of the documents, then all: time a page, and peak memory."""
    from pipeline.evaluation import bench_whole

    _show(lambda scratch: bench_whole.growth(scratch, documents, jobs), json_file)


@click.command()
@click.option("--documents", type=click.IntRange(2), default=200, help="Default: 200.")
@_JSON
def scaling(documents: int, json_file: Path | None) -> None:
    """Run the same documents on one Dask worker, then on two, on this machine."""
    from pipeline.evaluation import bench_whole

    _show(lambda scratch: bench_whole.scaling(scratch, documents), json_file)


@click.command()
@_JSON
def start(json_file: Path | None) -> None:
    """Time the help text, and a run up to its first finding."""
    from pipeline.evaluation import bench_whole

    _show(bench_whole.start, json_file)


def _show(measure: Callable[[Path], dict[str, Any]], json_file: Path | None) -> None:
    import json
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        text = json.dumps(measure(Path(scratch)), indent=1)
    click.echo(text)
    if json_file:
        write_text(json_file, text + "\n")
