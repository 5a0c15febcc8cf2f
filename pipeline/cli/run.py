"""`kommunlupp run`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import Location, config_options
from pipeline.config import load
from pipeline.errors import OutputError, UsageError

if TYPE_CHECKING:
    from pipeline.batch.engine import Engine
    from pipeline.batch.observer import Observer


@click.command()
@click.argument("inputs", nargs=-1, required=True, type=Location())
@click.option("--out", required=True, type=Location(), help="Run folder, also s3://bucket/folder.")
@click.option(
    "--jobs", type=click.IntRange(1), help="Worker processes. Default: one for each core."
)
@click.option(
    "--resume/--fresh",
    default=True,
    help="Use what an earlier run in the folder has done under the same settings. Default: yes.",
)
@click.option(
    "--engine",
    "engine_name",
    type=click.Choice(["local", "dask"]),
    default="local",
    help="Where the work is done: on this machine, or on a Dask cluster (see docs/cluster.md).",
)
@click.option("--scheduler", metavar="ADDRESS", help="Of the Dask cluster: tcp:// or tls://")
@click.option("--stream", is_flag=True, help="Findings as JSON lines on standard output.")
@click.option(
    "--log",
    "log_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Append what happens to this file, as JSON lines.",
)
@click.option(
    "--metrics",
    "metrics_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep counters in this file, in Prometheus' text format.",
)
@config_options
def run(
    inputs: tuple[Path | str, ...],
    out: Path | str,
    resume: bool,
    stream: bool,
    config_file: Path | None,
    overrides: tuple[str, ...],
    **how: object,
) -> int:
    """Read INPUTS (files, folders searched recursively, URLs) and write a run folder.

    Run again after an interruption, or with other settings: what is done is not done again.
    Several of these commands may work on one run folder at the same time.

    Exit code 0: every document was read in full; 1: some could not be, see failures.csv.
    """
    from pipeline.batch.run import Options
    from pipeline.batch.run import run as run_batch

    config = load(config_file, overrides)
    engine = _engine(how["engine_name"], how["jobs"], how["scheduler"])
    with ExitStack() as stack:
        observers = _observers(stack, stream, how["log_file"], how["metrics_file"])
        options = Options(engine, fresh=not resume, observers=observers)
        summary = run_batch(inputs, config, out, options)
    if not stream:
        from pipeline.cli.tables import print_summary

        print_summary(summary, out)
    return int(summary.exit_code)


def _engine(name: object, jobs: object, scheduler: object) -> Engine:
    assert jobs is None or isinstance(jobs, int)
    if name == "local":
        from pipeline.batch.local import LocalEngine

        if scheduler:
            raise UsageError("--scheduler goes with --engine dask")
        return LocalEngine(jobs)
    from pipeline.batch.cluster import DaskEngine

    if not isinstance(scheduler, str) or jobs:
        raise UsageError("--engine dask takes --scheduler, and its workers decide on their number")
    return DaskEngine(scheduler)


def _observers(
    stack: ExitStack, stream: bool, log_file: object, metrics_file: object
) -> list[Observer]:
    from pipeline.cli.progress import reporter

    observers = [stack.enter_context(reporter(sys.stderr))]
    if stream:
        from pipeline.cli.stream import FindingsStream

        observers.append(FindingsStream(sys.stdout))
    if isinstance(log_file, Path):
        from pipeline.batch.log import JsonLog

        try:
            log = stack.enter_context(log_file.open("a", encoding="utf-8"))
        except OSError as error:
            raise _not_written(log_file, str(error.strerror)) from error
        observers.append(JsonLog(log))
    if isinstance(metrics_file, Path):
        from pipeline.batch.log import Metrics

        if not metrics_file.parent.is_dir():  # known at once, not at the first document
            raise _not_written(metrics_file, "its folder does not exist")
        observers.append(Metrics(metrics_file))
    return observers


def _not_written(file: Path, why: str) -> OutputError:
    remedy = "Give --log and --metrics files in folders that exist and can be written."
    return OutputError(f"cannot write {file}: {why}", remedy=remedy)
