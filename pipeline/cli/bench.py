"""`kommunlupp bench`: how quick it is, peers measured in the same run."""

from __future__ import annotations

import click

from pipeline.cli import LazyGroup

COMMANDS = {
    "pipeline": ("pipeline.cli.bench_pipeline", "Each stage and the whole, on invented PDFs."),
    "growth": ("pipeline.cli.bench_parts", "Time and memory of ten times as many documents."),
    "scaling": ("pipeline.cli.bench_parts", "One Dask worker and two."),
    "start": ("pipeline.cli.bench_parts", "Seconds to the help text, and to a first finding."),
    "review": ("pipeline.cli.bench_review", "The review page under several reviewers at once."),
}


@click.group(cls=LazyGroup, modules=COMMANDS)
def bench() -> None:
    """Measure speed and memory, with peers in the same run."""
