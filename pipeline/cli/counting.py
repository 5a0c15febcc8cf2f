"""What `aggregate` and `report` share: runs, reviewers' decisions and the classifier's errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import OnDisk

if TYPE_CHECKING:
    from pipeline.aggregate import Aggregate
    from pipeline.aggregate.merge import Run
    from pipeline.aggregate.uncertainty import Rates

_FOLDER = OnDisk(path_type=Path, file_okay=False, exists=True)
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


def counting_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the arguments and options of `count`."""
    for option in (
        click.option(
            "--metrics",
            type=_FILE,
            help="The classifier's metrics.json; default: that of the model that the runs used.",
        ),
        click.option(
            "--decisions",
            type=_FILE,
            help="Reviewers' decisions: CSV or Parquet with finding_id, verdict and sampled; "
            "default: those that an aggregation among RUNS was given.",
        ),
        click.argument("runs", nargs=-1, required=True, type=_FOLDER),
    ):
        command = option(command)
    return command


def count(runs: tuple[Path, ...], decisions: Path | None, metrics: Path | None) -> Aggregate:
    """Merge the runs and count their findings; says on standard error what is not known."""
    from pipeline.aggregate import aggregate
    from pipeline.aggregate.decisions import read_decisions
    from pipeline.aggregate.merge import read_run
    from pipeline.gazetteer import Gazetteer

    read = [read_run(run) for run in runs]
    result = aggregate(
        read,
        Gazetteer.load(),
        rates=_rates(read, metrics),
        decisions=read_decisions(decisions) if decisions else None,
    )
    if result.foreign_decisions:
        click.echo(
            f"note: {result.foreign_decisions} decisions concern findings that are not in these "
            "runs",
            err=True,
        )
    return result


def _rates(runs: list[Run], metrics: Path | None) -> Rates | None:
    """The errors of the one model that all runs used; None, with a note, where they are unknown."""
    from pipeline.aggregate.uncertainty import read_rates
    from pipeline.batch.rates import rates_of
    from pipeline.errors import ModelError

    if metrics:
        return read_rates(metrics)
    try:
        return rates_of(manifest for run in runs for manifest in run.manifests)
    except ModelError as error:
        click.echo(f"note: counts are not corrected for errors: {error.message}", err=True)
        click.echo("Give the classifier's metrics.json with --metrics.", err=True)
        return None
