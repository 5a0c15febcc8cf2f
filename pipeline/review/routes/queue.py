"""The queue: a list of findings by view, saved views, and the way to the next one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import delete, insert, select

from pipeline.review import queue
from pipeline.review.assignment import duties_left
from pipeline.review.schema import ViewRow
from pipeline.review.site import Site
from pipeline.review.view import PER_PAGE, View
from pipeline.review.web import Reader, SameSite, Text, TheSite, render

router = APIRouter()
TheView = Annotated[View, Query()]


@router.get("/")
def start() -> Response:
    """What is to be done."""
    return RedirectResponse("/queue?state=open", 303)


@router.get("/queue")
def queue_page(request: Request, site: TheSite, user: Reader, view: TheView) -> Response:
    """A page of findings, with filters."""
    with site.database.reading() as connection:
        total = queue.count(connection, view, user.name)
        rows = queue.page(connection, view, user.name)
        mine = duties_left(connection, user.name)
        saved = connection.execute(
            select(ViewRow).where(ViewRow.user == user.name).order_by(ViewRow.name)
        ).all()
    return render(
        request,
        "queue.html",
        view=view,
        total=total,
        rows=rows,
        pages=max(1, -(-total // PER_PAGE)),
        saved=saved,
        mine=mine,
        blind=bool(user.settings.get("blind")),
        choices=choices(site),
    )


def choices(site: Site) -> dict[str, list[Any]]:
    """What the filters offer; new documents and years show within a minute."""

    def make() -> dict[str, list[Any]]:
        with site.database.reading() as connection:
            found = queue.choices(connection)
        named = sorted((site.names.get(code, code), code) for code in found["codes"])
        return found | {"municipalities": named}

    return site.remembered("choices", 60, make)


@router.get("/next")
def next_page(site: TheSite, user: Reader, view: TheView) -> Response:
    """Go to the first finding of a view."""
    with site.database.reading() as connection:
        found = queue.first(connection, view, user.name)
    return RedirectResponse(f"/findings/{found}?{view.query()}" if found else "/done", 303)


@router.get("/done")
def done(request: Request, user: Reader) -> Response:
    """Nothing is left in the view."""
    return render(request, "done.html")


@router.post("/views", dependencies=[SameSite])
def save_view(
    site: TheSite,
    user: Reader,
    name: Annotated[Text, Form(min_length=1, max_length=80)],
    query: Annotated[Text, Form(max_length=2000)] = "",
    remove: Annotated[bool, Form()] = False,
) -> Response:
    """Keep a view under a name, or forget it."""

    def work(connection: Any) -> None:
        key = (ViewRow.user == user.name, ViewRow.name == name)
        connection.execute(delete(ViewRow).where(*key))
        if not remove:
            connection.execute(insert(ViewRow).values(user=user.name, name=name, query=query))

    site.database.write(work)
    return RedirectResponse(f"/queue?{query}".replace("\r", "").replace("\n", ""), 303)
