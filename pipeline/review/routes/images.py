"""Pictures of pages, and the text of documents that have none."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from pipeline.review.pageimages import PageImages
from pipeline.review.web import Reader

router = APIRouter()


@router.get("/documents/{document}/pages/{number}", response_class=Response)
def page_image(
    request: Request,
    user: Reader,
    document: Annotated[str, Path(max_length=64)],
    number: Annotated[int, Path(ge=1, le=1_000_000)],
) -> Response:
    """A page as a picture; 404 where its file is gone or was changed."""
    images: PageImages = request.app.state.images
    content = images.image(document, number)
    return Response(
        content, media_type="image/webp", headers={"cache-control": "private, max-age=3600"}
    )
