"""Put the text of pages that OCR read in its place among the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.document import Page
from pipeline.stages.extract.reading import Reading
from pipeline.stages.extract.scan import PageText

_BETWEEN_PAGES = "\n\n"


def splice(reading: Reading, read: Mapping[int, PageText]) -> Reading:
    """Return `reading` with the texts of `read` (by page number) in its pages without text.

    Pages with text are set apart by an empty line; words and regions move with their page.
    """
    raw = ""
    pages = []
    for page in reading.pages:
        new = read.get(page.number)
        text = new.text if new else reading.raw[page.start : page.end]
        if raw and text:
            raw += _BETWEEN_PAGES
        pages.append(_filled(page, new, len(raw)) if new else _moved(page, len(raw) - page.start))
        raw += text
    return replace(reading, raw=raw, pages=tuple(pages))


def _filled(page: Page, new: PageText, start: int) -> Page:
    here = replace(
        page,
        start=0,
        end=len(new.text),
        source="ocr",
        # A page box without area is shown, and rendered, at a size of the renderer's choice.
        width=page.width or new.width,
        height=page.height or new.height,
        words=new.words,
        regions=new.regions,
    )
    return _moved(here, start)


def _moved(page: Page, by: int) -> Page:
    if not by:
        return page
    return replace(
        page,
        start=page.start + by,
        end=page.end + by,
        words=tuple(replace(w, start=w.start + by, end=w.end + by) for w in page.words),
        regions=tuple(replace(r, start=r.start + by, end=r.end + by) for r in page.regions),
    )
