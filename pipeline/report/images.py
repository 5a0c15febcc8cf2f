"""Pictures of excerpts: the lines of the page as they stand in the source file, marked."""

from __future__ import annotations

import base64
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

from pipeline.document import Page
from pipeline.errors import DocumentError
from pipeline.flow import identify
from pipeline.report.excerpts import Boxes, Excerpt
from pipeline.stages.extract.child import Child
from pipeline.stages.extract.formats import Format, detect_format
from pipeline.stages.extract.render import read_image, render

_DPI = 104
_QUALITY = 40
_MARGIN = 13.0
_FADE = 9.0
"""Points over which the neighbouring lines, cut by the frame, fade out."""
_TALLEST = 170.0
"""Points; longer sentences are cut below."""
_NARROWEST = 330.0
_MARKER = (255, 238, 160)
_DEADLINE_S = 60.0
_MEMORY_MIB = 2048
_MAX_PAGES = 2000


def add_images(
    groups: Iterable[Sequence[Excerpt]], files: dict[str, str], per_group: int, budget: int
) -> int:
    """Draw the first excerpts of each group, as many as `budget` bytes allow.

    The first of every group come before the second of any. Files that are gone, or whose content
    is another by now, give no pictures. A file that hangs or crashes the renderer gives none.

    Args:
        groups: the excerpts of a municipality each.
        files: document id to the paths it was read from.
        per_group: how many excerpts of a group may have a picture.
        budget: bytes for all pictures together, as they stand in the page.

    Returns:
        How many excerpts got a picture.
    """
    drawable = [[e for e in group if e.boxes and e.page][:per_group] for group in groups]
    wanted = [e for e in chain.from_iterable(zip_longest(*drawable)) if e is not None]
    pages: dict[tuple[str, int], list[Boxes]] = defaultdict(list)
    for excerpt in wanted:
        assert excerpt.page is not None
        boxes = pages[excerpt.document_id, excerpt.page]
        if excerpt.boxes not in boxes:
            boxes.append(excerpt.boxes)
    drawn: dict[tuple[str, int], dict[Boxes, str]] = {}
    child = Child(_MEMORY_MIB)
    spent = added = 0
    usable = _Files(files)
    try:
        for excerpt in wanted:
            assert excerpt.page is not None
            place = excerpt.document_id, excerpt.page
            if place in pages and (path := usable.path(excerpt.document_id)):
                drawn[place] = _drawn(child, path, place[1], pages.pop(place))
            uri = drawn.get(place, {}).get(excerpt.boxes)
            if uri is None:
                continue
            if spent + len(uri) > budget:
                break
            spent, added = spent + len(uri), added + 1
            excerpt.image = uri
    finally:
        child.close()
    return added


class _Files:
    """Source files that still hold what was read."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = files
        self._known: dict[str, Path | None] = {}

    def path(self, document_id: str) -> Path | None:
        """Return where the document lies, None where it is gone or has changed."""
        if document_id not in self._known:
            path = Path(self._files[document_id])
            self._known[document_id] = path if _hash(path) == document_id else None
        return self._known[document_id]


def _hash(path: Path) -> str | None:
    try:
        return identify(path).id
    except (DocumentError, OSError):
        return None


def _drawn(child: Child, path: Path, page: int, boxes: list[Boxes]) -> dict[Boxes, str]:
    """Pictures as data URIs, none where the page cannot be drawn."""
    try:
        images = child.call(crops, path, page, boxes, deadline_s=_DEADLINE_S)
    except DocumentError:
        # It was read once; a picture of it is a help to the reader, not evidence lost.
        return {}
    return {
        one: "data:image/webp;base64," + base64.b64encode(image).decode()
        for one, image in zip(boxes, images, strict=True)
    }


def crops(path: Path, page: int, boxes: Sequence[Boxes]) -> list[bytes]:
    """Draw stretches of a page with their lines marked, each as a WebP file.

    Args:
        boxes: of each stretch, the boxes of its lines in points from the top left.

    Raises:
        DocumentError: the page cannot be drawn.
    """
    found = detect_format(path)
    sheet = (
        Page(page, 0, 0, "text_layer")
        if found is Format.PDF
        else read_image(path, _MAX_PAGES).pages[page - 1]
    )
    raster = render(path, found, sheet, _DPI)
    whole = Image.frombytes("L", (raster.width, raster.height), raster.pixels).convert("RGB")
    shrink = min(1.0, _DPI / 72 / raster.scale)
    return [_crop(whole, raster.scale, shrink, lines) for lines in boxes]


def _crop(whole: Image.Image, scale: float, shrink: float, lines: Boxes) -> bytes:
    ink = Image.new("RGB", whole.size, "white")
    pen = ImageDraw.Draw(ink)
    for x0, y0, x1, y1 in lines:
        pen.rectangle([x0 * scale - 1, y0 * scale - 1, x1 * scale + 1, y1 * scale + 1], _MARKER)
    left, right = min(b[0] for b in lines) - _MARGIN, max(b[2] for b in lines) + _MARGIN
    top, bottom = min(b[1] for b in lines) - _MARGIN, max(b[3] for b in lines) + _MARGIN
    lacking = max(0.0, _NARROWEST - (right - left))
    frame = (left, top, right + lacking, min(bottom, top + _TALLEST))
    area = [
        max(0, min(limit, round(edge * scale)))
        for edge, limit in zip(frame, (*whole.size, *whole.size), strict=True)
    ]
    picture = ImageChops.multiply(whole.crop(area), ink.crop(area))  # type: ignore[arg-type]
    if shrink < 1:
        picture = picture.resize(
            (max(1, round(picture.width * shrink)), max(1, round(picture.height * shrink)))
        )
    _fade(picture, round(_FADE * scale * shrink))
    sink = io.BytesIO()
    picture.save(sink, "WEBP", quality=_QUALITY, method=4)
    return sink.getvalue()


def _fade(picture: Image.Image, height: int) -> None:
    """Let the upper and the lower edge go over into white."""
    veil = Image.linear_gradient("L").resize((picture.width, height))
    white = Image.new("RGB", veil.size, "white")
    picture.paste(white, (0, 0), veil.transpose(Image.Transpose.FLIP_TOP_BOTTOM))
    picture.paste(white, (0, picture.height - height), veil)
