"""A served review with accounts, for the tests that speak HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient
from review_run import Find, make_run
from review_servers import PASSWORD

from pipeline.review.accounts import add_user
from pipeline.review.app import create_app
from pipeline.review.database import Database
from pipeline.review.intake import take_in
from pipeline.review.site import Options

ROLES = {"anna": "reviewer", "bo": "reviewer", "cilla": "admin", "dag": "reader"}


@dataclass
class Reviewed:
    """A review of the small run, with the four accounts of `ROLES`."""

    database: Database
    app: FastAPI
    run: Path

    def client(self, name: str | None = None) -> TestClient:
        """A browser of sorts, logged in as `name`."""
        client = TestClient(self.app, base_url="http://localhost", follow_redirects=False)
        if name:
            answer = client.post("/login", data={"name": name, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return client


@contextmanager
def reviewed(folder: Path, find: Find | None = None) -> Iterator[Reviewed]:
    """Make a run in `folder` and open a review of it; `find`: as `make_run` takes it."""
    run = make_run(folder / "run", find=find)
    database = Database.at(run / "review.db")
    database.migrate()
    take_in(database, run)
    for name, role in ROLES.items():
        database.write(lambda c, n=name, r=role: add_user(c, n, r, PASSWORD, "test"))  # type: ignore[misc]
    options = Options(run=run, cache=folder / "images", hosts=frozenset({"localhost", "127.0.0.1"}))
    app = create_app(database, options)
    try:
        yield Reviewed(database, app, run)
    finally:
        app.state.images.close()
        database.close()


def token_in(page: str) -> str:
    """The form token of a page."""
    return page.split('<meta name="csrf" content="')[1].split('"')[0]
