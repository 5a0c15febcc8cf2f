"""`kommunlupp bench`: speed, measured."""

from __future__ import annotations

import click

from pipeline.cli import LazyGroup

COMMANDS = {
    "review": ("pipeline.cli.bench_review", "The review page under several reviewers at once."),
}


@click.group(cls=LazyGroup, modules=COMMANDS)
def bench() -> None:
    """Measure speed: figures for the README."""
