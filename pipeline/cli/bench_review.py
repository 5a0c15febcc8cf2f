"""`kommunlupp bench review`."""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--findings", default=100_000, show_default=True, type=click.IntRange(100))
@click.option("--reviewers", default=8, show_default=True, type=click.IntRange(1))
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(1))
@click.option(
    "--think",
    "think_s",
    default=0.5,
    show_default=True,
    help="Seconds that each waits between two decisions; 0 saturates the server.",
)
@click.option("--database", metavar="URL", help="An empty database; default: SQLite.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
def review(database: str | None, as_json: bool, **load: float) -> int:
    """Let reviewers judge at once against a real server on loopback; p95 of what they wait for.

    Exits with 1 where they wait too long, or a decision is lost or doubled.
    """
    from pipeline.errors import ExitCode
    from pipeline.evaluation.bench_review import Load, bench

    result = bench(Load(**load), database)  # type: ignore[arg-type]
    if as_json:
        click.echo(json.dumps(result))
    else:
        met = result["bars"]
        for name, value in result.items():
            if name != "bars":
                click.echo(f"{name:12} {value}")
        told = (f"{name}: {'met' if held else 'NOT MET'}" for name, held in met.items())
        click.echo(f"{'bars':12} {', '.join(told)}")
    return int(ExitCode.OK if all(result["bars"].values()) else ExitCode.SOME_FAILED)
