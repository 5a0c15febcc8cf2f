"""One finding to look at: its page, more of its text, why the model suggests it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy import select

from pipeline.review.errors import Refused
from pipeline.review.keys import CHOICES
from pipeline.review.panel import make_panel, plain_pieces
from pipeline.review.routes.queue import TheView
from pipeline.review.schema import RunRow
from pipeline.review.view import View
from pipeline.review.web import (
    Reader,
    TheSite,
    render,
)
from pipeline.review.why import explains, why

router = APIRouter()
AROUND = 3000
"""Characters shown on either side of a finding where there is no picture of the page."""
FindingId = Annotated[str, "id of a finding"]


@router.get("/findings/{finding}")
def finding_page(
    request: Request,
    site: TheSite,
    user: Reader,
    finding: FindingId,
    view: TheView,
    sheet: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    part: bool = False,
) -> Response:
    """A finding beside its page; `part`: without the frame, for the page's script."""
    with site.database.reading() as connection:
        panel = make_panel(connection, site, user, finding, view)
    template = "panel.html" if part else "finding.html"
    return render(
        request,
        template,
        panel=panel,
        view=view,
        sheet=sheet,
        letters=CHOICES,
        has_images=site.options.run is not None,
    )


@router.get("/findings/{finding}/why")
def why_page(
    request: Request, site: TheSite, user: Reader, finding: FindingId, part: bool = False
) -> Response:
    """Which words made the model give the label."""
    with site.database.reading() as connection:
        panel = make_panel(connection, site, user, finding, View())
        made_by = connection.execute(
            select(RunRow.model).where(RunRow.id == panel.finding.run)
        ).scalar_one()
    if panel.suggested is None:
        raise Refused("the suggestion is hidden while you work blind")
    words = site.remembered(f"why:{finding}", 3600, lambda: why(site, panel.finding))
    template = "why.html" if part else "why_page.html"
    stranger = not explains(site, made_by)
    return render(request, template, words=words, panel=panel, stranger=stranger)


@router.get("/findings/{finding}/text")
def text_page(
    request: Request, site: TheSite, user: Reader, finding: FindingId, part: bool = False
) -> Response:
    """More of the text around a finding, for documents without pages to show."""
    with site.database.reading() as connection:
        panel = make_panel(connection, site, user, finding, View())
    document = site.document(panel.finding.document_id)
    start = max(0, panel.finding.start - AROUND)
    span = [panel.finding.start, panel.finding.end]
    pieces = plain_pieces(document.text[start : panel.finding.end + AROUND], start, span)
    template = "text.html" if part else "text_page.html"
    return render(request, template, pieces=pieces, panel=panel)


@router.get("/help")
def help_page(request: Request, user: Reader) -> Response:
    """The help sheet."""
    return render(request, "help.html")
