"""Open a review and serve it."""

from __future__ import annotations

import ipaddress
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI

from pipeline.batch.runfolder import PAGE_IMAGES
from pipeline.review import accounts
from pipeline.review.app import create_app
from pipeline.review.database import Database
from pipeline.review.errors import ReviewError
from pipeline.review.intake import Taken, take_in
from pipeline.review.site import Options
from pipeline.stages.classify import load_model

DATABASE = "review.db"
"""Name of the database beside a run."""


@dataclass(frozen=True)
class Listen:
    """Where to listen.

    Attributes:
        names: what browsers may call the server by, besides `host`.
        certificate, key: files in PEM; with them the server speaks TLS.
    """

    host: str = "127.0.0.1"
    port: int = 8484
    names: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def hosts(self) -> frozenset[str]:
        """Names that a browser may use."""
        own = {"127.0.0.1", "localhost", "[::1]"} if self.is_local else {self.host}
        return frozenset({*own, *self.names})


@dataclass(frozen=True)
class Models:
    """The model that explains labels, and one to compare with it."""

    model: Path | None = field(default=None)
    rival: Path | None = field(default=None)


def open_database(run: Path | None, url: str | None) -> Database:
    """Open and migrate the database at `url`, or the one beside `run`.

    Raises:
        ReviewError: neither is given, or it cannot be opened.
    """
    if url is None:
        if run is None or not run.is_dir():
            raise ReviewError(f"{run} is no run folder", remedy="Name a run folder or --database.")
        database = Database.at(run / DATABASE)
    else:
        database = Database(url)
    database.migrate()
    return database


def open_review(run: Path, url: str | None) -> tuple[Database, Taken | None]:
    """Open the database and take the run in, unless it is the one that is there."""
    database = open_database(run, url)
    return database, take_in(database, run)


def serve(database: Database, run: Path, listen: Listen, models: Models) -> None:
    """Serve until interrupted; prints the address.

    Raises:
        ReviewError: others could reach it, and there are no accounts.
        ModelError: a folder of `models` holds none; better now than when a reviewer asks.
    """
    for folder in (models.model, models.rival):
        if folder:
            load_model(folder)
    with database.reading() as connection:
        with_accounts = accounts.has_accounts(connection)
    if not listen.is_local and not with_accounts:
        raise ReviewError(
            f"{listen.host} can be reached by others, and there are no accounts",
            remedy="Make accounts first: kommunlupp review add-user RUN NAME --role admin",
        )
    entry = None if with_accounts else secrets.token_urlsafe(24)
    if entry:
        database.write(lambda c: accounts.add_user(c, accounts.LOCAL, "admin", None, "kommunlupp"))
    options = Options(
        run=run,
        cache=run / PAGE_IMAGES,
        hosts=listen.hosts,
        entry=entry,
        model=models.model,
        rival=models.rival,
        secure=listen.certificate is not None,
    )
    scheme = "https" if listen.certificate else "http"
    address = f"{scheme}://{listen.host}:{listen.port}/"
    print(address + (f"enter?token={entry}" if entry else ""), flush=True)
    try:
        listen_forever(create_app(database, options), listen)
    finally:
        database.close()


def listen_forever(app: FastAPI, listen: Listen) -> None:
    """Serve an application until interrupted."""
    import uvicorn

    # A decision is a dozen short statements: after each its thread would wait 5 ms for its turn
    # behind threads that draw pages.
    sys.setswitchinterval(0.0005)
    uvicorn.run(
        app,
        host=listen.host,
        port=listen.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        ssl_certfile=str(listen.certificate) if listen.certificate else None,
        ssl_keyfile=str(listen.key) if listen.key else None,
    )
