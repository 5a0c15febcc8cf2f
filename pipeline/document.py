"""The document and its layers: what each stage adds. Frozen; no logic beyond `locate()`.

Offsets count code points. `raw` is what extraction read and never changes; `text` is `raw` with
the edits of `offsets` applied. Pages, words and regions stand in offsets of `raw`; sentences and
findings in offsets of `text`. Boxes are in PDF points (1/72 inch) from the top left of the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pipeline.errors import Issue
from pipeline.offsets import OffsetMap, Span

PageSource = Literal["text_layer", "hidden_text_layer", "ocr", "file"]
"""`hidden_text_layer`: invisible text (PDF render mode 3) that an OCR program put behind a scan.
`file`: a format without pages (docx, html, txt), taken as one page without boxes."""

RegionKind = Literal["prose", "heading", "list", "table", "running_head", "page_number"]

Status = Literal["taken", "ongoing", "planned", "proposed", "rejected"]
Scope = Literal["named", "all", "some", "other"]

Basis = Literal["sentence", "heading", "context", "author", "subject", "all_members", "none"]
"""What a finding's municipalities rest on: named in the sentence; in its heading; in a sentence
before it; the document's author ("vi"); whom the document is about; every member of a group that
the document names ("samtliga sex kommuner"), which is weaker evidence; none: nobody is credited."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page: left, top, right, bottom, in points from the top left."""

    x0: float
    y0: float
    x1: float
    y1: float

    def __reduce__(self) -> tuple[type[Box], tuple[float, float, float, float]]:
        # Hundreds of them on a page come from the parsing child; pickled as dataclasses are by
        # default they would take twice as long.
        return Box, (self.x0, self.y0, self.x1, self.y1)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of `raw` and where it stands; `confidence` 0 to 1 where OCR gave one."""

    start: int
    end: int
    box: Box
    confidence: float | None = None

    def __reduce__(self) -> tuple[type[Word], tuple[int, int, Box, float | None]]:
        return Word, (self.start, self.end, self.box, self.confidence)


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of `raw` with one role on the page: prose, heading, table, page number …"""

    start: int
    end: int
    kind: RegionKind


@dataclass(frozen=True, slots=True)
class Page:
    """A page: `raw[start:end]`, its size in points, its words and regions in reading order.

    Formats without layout have no words; where a format says nothing of roles, no regions.
    """

    number: int
    start: int
    end: int
    source: PageSource
    width: float = 0.0
    height: float = 0.0
    words: tuple[Word, ...] = ()
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of `text` and the nearest heading above it ("" where there is none)."""

    start: int
    end: int
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many bodies a collective finding speaks of: "tio av totalt 39 kommuner".

    Attributes:
        text: the words as they stand.
        count, of: numerator and denominator where they are given.
        percent: 0 to 100 where a share is given.
    """

    text: str
    count: int | None = None
    of: int | None = None
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A measure that a sentence says somebody takes, has taken or should take.

    Attributes:
        id: hash of document id, raw span and label; stable across models.
        span: in offsets of `text`.
        score: calibrated probability that the label holds, 0 to 1.
        municipalities: codes of those it is credited to (text, with leading zeros).
        basis: what that credit rests on.
        year: the year that it is about, where one can be told.
    """

    id: str
    span: Span
    label: str
    status: Status
    scope: Scope
    score: float
    municipalities: tuple[str, ...] = ()
    quantity: Quantity | None = None
    year: int | None = None
    basis: Basis = "none"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a document is by and about.

    Attributes:
        author: codes of the municipality that wrote it (empty: another body, or unknown).
        covered: codes of all municipalities that it deals with.
        year: of the document.
    """

    author: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a span stands: a page and one box a line (none in formats without layout)."""

    page: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Document:
    """A document with the layers that the stages so far have added.

    Attributes:
        id: SHA-256 of the file's bytes, hexadecimal.
        source: the path it was read from.
        text: restored text; equal to `raw` until the restore stage has run.
        headings: in offsets of `text`, in order.
        subject: None until the attribute stage has run.
    """

    id: str
    source: str
    raw: str = ""
    pages: tuple[Page, ...] = ()
    text: str = ""
    offsets: OffsetMap = field(default_factory=OffsetMap)
    headings: tuple[Span, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    findings: tuple[Finding, ...] = ()
    subject: Subject | None = None
    issues: tuple[Issue, ...] = ()

    def locate(self, span: Span) -> tuple[Place, ...]:
        """Return where `span` (in offsets of `text`) stands, page by page, one box a line."""
        raw = self.offsets.to_source(span)
        places = []
        for page in self.pages:
            if page.start < raw.end and raw.start < page.end:
                words = [w for w in page.words if w.start < raw.end and raw.start < w.end]
                places.append(Place(page.number, _line_boxes(words)))
        return tuple(places)


def _line_boxes(words: list[Word]) -> tuple[Box, ...]:
    """Join the boxes of words that follow each other on one line."""
    boxes: list[Box] = []
    for word in words:
        box = word.box
        if boxes and _same_line(boxes[-1], box):
            last = boxes[-1]
            boxes[-1] = Box(
                min(last.x0, box.x0),
                min(last.y0, box.y0),
                max(last.x1, box.x1),
                max(last.y1, box.y1),
            )
        else:
            boxes.append(box)
    return tuple(boxes)


def _same_line(left: Box, right: Box) -> bool:
    """Whether `right` overlaps `left` by half its height and stands to the right of its start."""
    overlap = min(left.y1, right.y1) - max(left.y0, right.y0)
    return right.x0 >= left.x0 and overlap > 0.5 * min(left.y1 - left.y0, right.y1 - right.y0)
