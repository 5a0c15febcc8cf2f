"""`kommunlupp run`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipeline.cli.options import config_options
from pipeline.config import load


@click.command()
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Run folder."
)
@config_options
def run(
    inputs: tuple[Path, ...], out: Path, config_file: Path | None, overrides: tuple[str, ...]
) -> int:
    """Read INPUTS (files, and folders searched recursively) and write a run folder.

    Exit code 0: every document was read in full; 1: some could not be, see failures.csv.
    """
    from pipeline.batch.local import run as run_batch
    from pipeline.cli.progress import reporter

    config = load(config_file, overrides)
    with reporter(sys.stderr) as report:
        summary = run_batch(list(inputs), config, out, report)
    from pipeline.cli.tables import print_summary

    print_summary(summary, out)
    return int(summary.exit_code)
