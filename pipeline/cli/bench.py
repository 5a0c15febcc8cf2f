"""`kommunlupp bench`: how quick it is, peers measured in the same run."""

from __future__ import annotations

import click

from pipeline.cli import LazyGroup
from pipeline.errors import MissingDependencyError

REMEDY = "Run `pip install 'kommunlupp[train,evaluate,examples,cluster]'`."

COMMANDS = {
    "pipeline": ("pipeline.cli.bench_pipeline", "Each stage and the whole, on invented PDFs."),
    "growth": ("pipeline.cli.bench_parts", "Time and memory of ten times as many documents."),
    "scaling": ("pipeline.cli.bench_parts", "One Dask worker and two."),
    "start": ("pipeline.cli.bench_parts", "Seconds to the help text, and to a first finding."),
    "review": ("pipeline.cli.bench_review", "The review page under several reviewers at once."),
}


class _PipelineFirst(LazyGroup):
    """Where no command is named, `pipeline` is meant, options included."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """See `click.Group`."""
        named = args and (not args[0].startswith("-") or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named else ["pipeline", *args])

    def invoke(self, ctx: click.Context) -> object:
        """See `click.Group`; peers and invented PDFs need more than a plain install.

        Raises:
            MissingDependencyError: a package of an extra is missing.
        """
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            raise MissingDependencyError(f"{error.name} is not installed", remedy=REMEDY) from error


@click.group(cls=_PipelineFirst, modules=COMMANDS)
def bench() -> None:
    """Measure speed and memory, with peers in the same run. Without a command: `pipeline`."""
