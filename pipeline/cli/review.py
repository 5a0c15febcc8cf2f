"""`kommunlupp review RUN` serves the review page; its commands look after the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import OnDisk

RUN = click.argument("run", type=OnDisk(path_type=Path, file_okay=False))
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


@review.command()
@RUN
@DATABASE
def verify(run: Path, database: str | None) -> int:
    """Check that nobody edited, dropped or moved a decision.

    Note the last line elsewhere: whoever can write the whole database can also make its log and
    the end of it anew, and only what was noted outside tells the two apart.
    """
    from pipeline.errors import ExitCode
    from pipeline.review.serve import open_database
    from pipeline.review.verify import verify as check

    opened = open_database(run, database)
    with opened.reading() as connection:
        head, faults = check(connection)
    opened.close()
    for fault in faults:
        click.echo(f"event {fault.seq}: {fault.what}", err=True)
    click.echo(f"{head.seq} events, {len(faults)} faults, last hash {head.hash}")
    return int(ExitCode.SOME_FAILED if faults else ExitCode.OK)


@review.command("add-user")
@RUN
@DATABASE
@click.argument("name")
@click.option("--role", type=click.Choice(["reader", "reviewer", "admin"]), default="reviewer")
@click.password_option(envvar="KOMMUNLUPP_PASSWORD", help="Asked for unless given.")
def add_user(run: Path, database: str | None, name: str, role: str, password: str) -> None:
    """Make an account, or give an existing one another role and password."""
    from pipeline.review.accounts import add_user as add
    from pipeline.review.serve import open_database

    opened = open_database(run, database)
    opened.write(lambda connection: add(connection, name, role, password, "kommunlupp"))
    opened.close()
    click.echo(f"{name}: {role}")


@review.command()
@RUN
@DATABASE
@click.option("--format", "form", default="jsonl", show_default=True, help="jsonl, log, csv …")
@click.option("--unmasked", is_flag=True, help="Keep personal identity numbers; noted in the log.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
def export(run: Path, database: str | None, form: str, unmasked: bool, out: Path) -> None:
    """Write all findings with their decisions; `log` is the whole review, for `restore`."""
    from pipeline.review.log import audit
    from pipeline.review.serve import open_database
    from pipeline.review.transfer import export_all

    opened = open_database(run, database)
    with opened.reading() as connection:
        count = export_all(connection, form, out, masked=not unmasked)
    what = {"format": form, "count": count, "unmasked": unmasked}
    opened.write(lambda connection: audit(connection, "kommunlupp", "export", **what))
    opened.close()
    click.echo(f"{count} in {out}")


@review.command("import")
@RUN
@DATABASE
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--reviewer", required=True, help="Whose decisions they are.")
def import_file(run: Path, database: str | None, file: Path, reviewer: str) -> None:
    """Take decisions from FILE; what somebody judged otherwise stays, and is listed."""
    from pipeline.review.serve import open_database
    from pipeline.review.transfer import import_decisions

    opened = open_database(run, database)
    result = import_decisions(opened, file, reviewer)
    opened.close()
    click.echo(
        f"{result.taken} taken, {result.same} there already, {result.unknown} unknown, "
        f"{result.comments} comments, {result.skipped} skipped"
    )
    for finding in result.conflicts:
        click.echo(f"judged otherwise, left as it is: {finding}")


@review.command()
@RUN
@DATABASE
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def restore(run: Path, database: str | None, file: Path) -> None:
    """Rebuild a review from `export --format log` in an empty database."""
    from pipeline.review.exchange.dump import restore as rebuild
    from pipeline.review.serve import open_database

    opened = open_database(run, database)
    with file.open(encoding="utf-8") as lines:
        count = opened.write(lambda connection: rebuild(connection, lines))
    opened.close()
    click.echo(f"{count} events")
