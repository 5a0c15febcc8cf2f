"""One decision on a whole view, after a confirmation that counts what it changes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import func, select

from pipeline.review import accounts, assignment, decide, queue
from pipeline.review.decide import Bulk
from pipeline.review.errors import Refused
from pipeline.review.log import chunks
from pipeline.review.routes.queue import TheView
from pipeline.review.schema import FindingRow
from pipeline.review.site import Site
from pipeline.review.view import View
from pipeline.review.web import Admin, Key, Reviewing, SameSite, Text, TheSite, answer, render

router = APIRouter()
MOST = 20_000
"""Findings that one bulk decision may concern."""


@router.get("/bulk")
def bulk_page(request: Request, site: TheSite, user: Reviewing, view: TheView) -> Response:
    """Choose what to do with all findings of the view."""
    with site.database.reading() as connection:
        total = queue.count(connection, view, user.name)
        names = accounts.reviewers(connection)
    return render(request, "bulk.html", view=view, total=total, users=names, step=None)


@router.post("/bulk", dependencies=[SameSite])
def bulk(
    request: Request,
    site: TheSite,
    user: Reviewing,
    view: TheView,
    verdict: Annotated[Literal["accepted", "rejected", "unsure"], Form()],
    key: Key,
    seen: Annotated[Text, Form(max_length=64)] = "",
) -> Response:
    """Ask for confirmation; with `seen`, the digest of the set that was confirmed, do it."""
    ids = _wanted(site, view, user.name)
    digest = hashlib.sha256("".join(ids).encode()).hexdigest()
    if seen != digest:
        to_judge = _open_among(site, ids)
        step = {"verdict": verdict, "digest": digest, "count": to_judge, "stale": bool(seen)}
        return render(request, "bulk.html", view=view, total=len(ids), users=[], step=step)
    who = site.reviewer(user)
    order = Bulk(key, ids, verdict)
    outcome = site.database.write(lambda c: decide.bulk(c, who, order, site.names))
    return answer(request, outcome, f"/queue?{view.query(page=1, state='')}")


@router.post("/assign", dependencies=[SameSite])
def assign(
    site: TheSite,
    user: Admin,
    view: TheView,
    key: Key,
    reviewer: Annotated[list[Text], Form()],
) -> Response:
    """Share the view's findings out among reviewers, in turn."""
    ids = _wanted(site, view, user.name)
    _must_exist(site, reviewer)
    names = {finding: [reviewer[n % len(reviewer)]] for n, finding in enumerate(ids)}
    who = site.reviewer(user)
    site.database.write(lambda c: assignment.assign(c, who, key, names))
    return RedirectResponse(f"/queue?{view.query(page=1)}", 303)


def _must_exist(site: Site, names: Sequence[str]) -> None:
    with site.database.reading() as connection:
        known = accounts.reviewers(connection)
    if not names or not set(names).issubset(known):
        raise Refused("no such reviewer", remedy="Choose from the list.")


def _wanted(site: Site, view: View, name: str) -> list[str]:
    with site.database.reading() as connection:
        ids = queue.ids_of(connection, view, name, limit=MOST + 1)
    if len(ids) > MOST:
        raise Refused(
            "more than {most} findings", remedy="Narrow the view by its filters.", most=MOST
        )
    return ids


def _open_among(site: Site, ids: Sequence[str]) -> int:
    """How many of the findings nobody has judged, and nobody codes double."""
    found = 0
    with site.database.reading() as connection:
        for some in chunks(ids):
            found += connection.execute(
                select(func.count()).where(
                    FindingRow.id.in_(some),
                    FindingRow.place == "open",
                    FindingRow.coded.is_(False),
                )
            ).scalar_one()
    return found
