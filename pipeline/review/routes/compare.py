"""A rival model beside the one that made the run."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pipeline.review.compare import Rival, compare, judged_sentences
from pipeline.review.errors import NotHere
from pipeline.review.web import Reader, TheSite, render

router = APIRouter()
MOST = 200
"""Findings of each kind that the page lists."""


@router.get("/compare")
def compare_page(request: Request, site: TheSite, user: Reader) -> Response:
    """How a rival model does on what was judged, and what it would take away or add."""
    folder = site.options.rival
    if folder is None:
        raise NotHere("no model to compare with", remedy="Start the review with --rival FOLDER.")
    with site.database.reading() as connection:
        sentences = judged_sentences(connection)
    rival = site.remembered("rival", 1e9, lambda: Rival(folder))
    compared = compare(sentences, rival)
    return render(request, "compare.html", compared=compared, most=MOST, rival=folder.name)
