"""What a reviewer sees of a finding: its surroundings, its lines on the page, its OCR edits."""

from __future__ import annotations

from typing import Any

from pipeline.document import Document, Page, Sentence
from pipeline.offsets import Span


def detail(document: Document, span: Span) -> dict[str, Any]:
    """Return, as JSON, what is shown of `span` (in offsets of `text`).

    `context` is a slice of `text` from `start` on: the sentence with its neighbours. `raw` is what
    stood there before repair, from `raw_start` on; `edits` what was repaired within it (start in
    `raw`, start in `text`, before, after, confidence); `span` and `raw_span` where the finding
    stands in either. `places` tells page, size and boxes (points).
    """
    around = surroundings(document, span)
    raw = document.offsets.to_source(around)
    raw_span = document.offsets.to_source(span)
    sizes = {page.number: page for page in document.pages}
    return {
        "start": around.start,
        "context": document.text[around.start : around.end],
        "span": [span.start, span.end],
        "raw_start": raw.start,
        "raw": document.raw[raw.start : raw.end],
        "raw_span": [raw_span.start, raw_span.end],
        "edits": [
            [edit.start, back.start, edit.before, edit.after, round(edit.confidence, 3)]
            for edit, back in zip(
                document.offsets.edits, document.offsets.inverse.edits, strict=True
            )
            if raw.start <= edit.start and edit.end <= raw.end
        ],
        "places": [
            {
                "page": place.page,
                "width": sizes[place.page].width,
                "height": sizes[place.page].height,
                "boxes": [[b.x0, b.y0, b.x1, b.y1] for b in place.boxes],
            }
            for place in document.locate(span)
        ],
        "pages": len(document.pages),
        "has_layout": any(_has_layout(page) for page in document.pages),
    }


def surroundings(document: Document, span: Span) -> Span:
    """The sentences that hold `span`, with one more on either side under the same heading."""
    holding = _holding(document, span)
    if not holding:
        return span
    near = document.sentences[max(0, holding[0] - 1) : holding[-1] + 2]
    heading = document.sentences[holding[0]].heading
    shown = [s for s in near if s.heading == heading]
    return Span(min(shown[0].start, span.start), max(shown[-1].end, span.end))


def sentence_at(document: Document, span: Span) -> tuple[str, str, str, str]:
    """Return (heading, sentence before, the sentences that `span` touches, sentence after).

    Neighbours count under the same heading only, as where the model reads them: it must give the
    same answer to what is stored here.
    """
    holding = _holding(document, span)
    if not holding:
        return "", "", _words(document, span), ""
    first, last = document.sentences[holding[0]], document.sentences[holding[-1]]
    words = _words(document, Span(first.start, last.end))
    heading = first.heading
    before, after = (
        _words(document, Span(s.start, s.end)) if s and s.heading == heading else ""
        for s in (_sentence(document, holding[0] - 1), _sentence(document, holding[-1] + 1))
    )
    return heading, before, words, after


def _holding(document: Document, span: Span) -> list[int]:
    """Numbers of the sentences that `span` touches."""
    return [
        n for n, s in enumerate(document.sentences) if s.start < span.end and span.start < s.end
    ]


def _sentence(document: Document, number: int) -> Sentence | None:
    return document.sentences[number] if 0 <= number < len(document.sentences) else None


def _words(document: Document, span: Span) -> str:
    return " ".join(document.text[span.start : span.end].split())


def _has_layout(page: Page) -> bool:
    return page.source != "file" and page.width > 0 and page.height > 0
