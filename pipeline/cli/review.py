"""`kommunlupp review RUN` serves the review page; its commands look after the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

RUN = click.argument("run", type=click.Path(path_type=Path, file_okay=False))
DATABASE = click.option(
    "--database", metavar="URL", help="postgresql://…; default: review.db in the run folder."
)


class ServesByDefault(click.Group):
    """A group whose first argument may be a run folder instead of a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `serve` in front of a run folder."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["serve", *args]
        return super().parse_args(ctx, args)


@click.group(cls=ServesByDefault)
def review() -> None:
    """Judge the findings of a run in a browser: kommunlupp review RUN."""
    from importlib.util import find_spec

    from pipeline.errors import MissingDependencyError

    missing = [
        name for name in ("fastapi", "sqlalchemy", "alembic", "argon2") if not find_spec(name)
    ]
    if missing:
        raise MissingDependencyError(
            f"the review page needs {', '.join(missing)}",
            remedy="Install it with: pip install 'kommunlupp[review]'",
        )


@review.command()
@RUN
@DATABASE
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8484, show_default=True, type=click.IntRange(1, 65535))
@click.option("--name", "names", multiple=True, help="Name that browsers call the server by.")
@click.option("--tls", nargs=2, type=click.Path(path_type=Path), help="Certificate and key (PEM).")
@click.option("--model", type=click.Path(path_type=Path), help="Model that explains the labels.")
@click.option("--rival", type=click.Path(path_type=Path), help="Model to compare with it.")
def serve(
    run: Path,
    database: str | None,
    tls: tuple[Path, Path] | None,
    model: Path | None,
    rival: Path | None,
    **where: Any,
) -> None:
    """Serve the review page (the default command)."""
    from pipeline.review.serve import Listen, Models, open_review
    from pipeline.review.serve import serve as serve_forever

    opened, taken = open_review(run, database)
    if taken:
        click.echo(f"{taken.findings} findings, {taken.new} new, {taken.vanished} vanished")
    certificate, key = tls or (None, None)
    listen = Listen(certificate=certificate, key=key, **where)
    serve_forever(opened, run, listen, Models(model, rival))
