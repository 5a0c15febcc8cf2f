"""Where the review stands: progress, agreement, double coding, probes, runs compared."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, select

from pipeline.review import accounts, assignment, queue
from pipeline.review.errors import Refused
from pipeline.review.events import Change
from pipeline.review.log import Answer, audit, once
from pipeline.review.progress import precisions
from pipeline.review.schema import RunRow
from pipeline.review.teamwork import (
    agreements,
    count_places,
    noddings,
    seed_probes,
)
from pipeline.review.view import View
from pipeline.review.web import Admin, Key, Reader, SameSite, Text, TheSite, render

router = APIRouter()


@router.get("/progress")
def progress(request: Request, site: TheSite, user: Reader) -> Response:
    """How many are done, how right the model is so far, how many more to judge."""
    with site.database.reading() as connection:
        counts = count_places(connection)
        rows = precisions(connection)
        sampled = precisions(connection, sampled=True)
    return render(request, "progress.html", counts=counts, rows=rows, sampled=sampled)


@router.get("/team")
def team(request: Request, site: TheSite, user: Reader) -> Response:
    """Agreement, double coding, disagreements."""
    with site.database.reading() as connection:
        values: dict[str, Any] = {
            "agreements": agreements(connection),
            "noddings": noddings(connection) if user.may("admin") else [],
            "disagreed": queue.count(connection, View(state="disagreed"), user.name),
            "waiting": queue.count(connection, View(state="waiting"), user.name),
            "users": accounts.reviewers(connection),
        }
    return render(request, "team.html", **values)


@router.post("/double", dependencies=[SameSite])
def double(
    site: TheSite,
    user: Admin,
    key: Key,
    count: Annotated[int, Form(ge=1, le=5000)],
    coder: Annotated[list[Text], Form()],
) -> Response:
    """Draw a sample at random that each of the coders judges without seeing the others."""
    who = site.reviewer(user)

    def work(connection: Connection) -> None:
        known = accounts.reviewers(connection)
        if len(set(coder)) < 2 or not set(coder).issubset(known):
            raise Refused("double coding takes two reviewers", remedy="Choose two or more.")
        assignment.code_double(connection, who, key, count, sorted(set(coder)))

    site.database.write(work)
    return RedirectResponse("/team", 303)


@router.post("/probes", dependencies=[SameSite])
def probes(
    site: TheSite, user: Admin, key: Key, count: Annotated[int, Form(ge=1, le=500)]
) -> Response:
    """Seed wrong suggestions."""
    who = site.reviewer(user)

    def work(connection: Connection) -> Answer:
        def seed() -> tuple[list[Change], Answer]:
            seeded = seed_probes(connection, count)
            audit(connection, user.name, "probes", count=seeded)
            return [], {"result": "saved", "seeded": seeded}

        return once(connection, who.origin(key, "probes"), count, seed)

    site.database.write(work)
    return RedirectResponse("/team", 303)


@router.get("/changes")
def changes(request: Request, site: TheSite, user: Reader) -> Response:
    """What the last run brought and lost."""
    with site.database.reading() as connection:
        runs = connection.execute(select(RunRow).order_by(RunRow.id.desc())).all()
        counts = {
            which: queue.count(connection, View(changed=which), user.name, probes=False)
            for which in ("new", "vanished")
        }
    rival = site.options.rival is not None
    return render(request, "changes.html", runs=runs, counts=counts, rival=rival)
