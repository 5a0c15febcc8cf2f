"""Decisions out and back in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import Response
from sqlalchemy import Connection

from pipeline.review import queue
from pipeline.review.errors import NotHere, RoleTooLow
from pipeline.review.exchange.read import read, take
from pipeline.review.exchange.records import masked
from pipeline.review.exchange.select import selected
from pipeline.review.exchange.write import FORMATS
from pipeline.review.log import audit
from pipeline.review.routes.queue import TheView
from pipeline.review.view import View
from pipeline.review.web import Key, Reader, Reviewing, SameSite, TheSite, render

router = APIRouter()


@router.get("/exchange")
def exchange_page(request: Request, site: TheSite, user: Reader, view: TheView) -> Response:
    """Choose a format, or a file."""
    with site.database.reading() as connection:
        total = queue.count(connection, view, user.name, probes=False)
    return render(request, "exchange.html", formats=FORMATS, view=view, total=total, result=None)


@router.post("/export/{name}", dependencies=[SameSite])
def export(
    site: TheSite,
    user: Reader,
    view: TheView,
    name: str,
    unmasked: Annotated[bool, Form()] = False,
) -> Response:
    """A view's findings as a file; personal numbers are masked unless an administrator says so."""
    if name not in FORMATS:
        raise NotHere("no such format")
    if unmasked and not user.may("admin"):
        raise RoleTooLow("only administrators export personal numbers")
    file, media, write = FORMATS[name]
    with site.database.reading() as connection:
        found = list(selected(connection, name, view, user.name))
    content = write(found if unmasked else map(masked, found))

    def note(connection: Connection) -> None:
        audit(connection, user.name, "export", format=name, count=len(found), unmasked=unmasked)

    site.database.write(note)
    disposition = f'attachment; filename="{file}"'
    return Response(content, media_type=media, headers={"content-disposition": disposition})


@router.post("/import", dependencies=[SameSite])
def import_file(
    request: Request, site: TheSite, user: Reviewing, key: Key, file: UploadFile
) -> Response:
    """Take decisions from a file; what somebody judged otherwise stays as it is."""
    found = read(file.filename or "", file.file.read())
    who = site.reviewer(user)
    result = site.database.write(lambda c: take(c, who, key, found, site.names))
    return render(request, "exchange.html", formats=FORMATS, view=View(), total=None, result=result)
