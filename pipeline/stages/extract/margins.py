"""Running heads and feet and page numbers, found by repetition over pages and by pattern."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.stages.extract.segments import Frame, Segment

_ZONE = 0.16  # of the page's height, at its top and at its foot
_SAME_HEIGHT = 8.0  # points
_MANY_PAGES = 5  # from here on, a head must stand on three pages, not two

_COUNTED = re.compile(
    r"^(?:sid(?:a|an|nr)?|s|page|blad)?\.?\s*\d{1,4}\s*(?:\(\s*\d{1,4}\s*\)|/\s*\d{1,4}|(?:av|of)\s+\d{1,4})$"
    r"|^(?:sid(?:a|an|nr)?|page|blad)\.?\s*:?\s*\d{1,4}$",
    re.IGNORECASE,
)
_BARE = re.compile(r"^[-–—|]?\s*(?:\d{1,3}|[ivxl]{1,6})\s*[-–—|]?$")
_OFFICE = re.compile(
    r"\b(?:postadress|besöksadress|(?:tele)?fon|telefax|fax|tfn|växel|e-?post|webb(?:plats)?"
    r"|hemsida|www|org(?:anisations)?\.?\s?-?(?:nr|nummer)|plusgiro|postgiro|bankgiro|bg|pg)\b",
    re.IGNORECASE,
)
_SECTION = re.compile(r"^§+\s*\d+")


@dataclass(frozen=True)
class Face:
    """The segments of one page that run in one direction, with the page's extent in their frame."""

    page: int
    top: float
    bottom: float
    segments: list[Segment]

    @classmethod
    def of(
        cls, page: int, size: tuple[float, float], frame: Frame, segments: list[Segment]
    ) -> Face:
        """Measure a page of `size` (width, height in points) in a frame."""
        corners = [frame.enter(x, y)[1] for x in (0.0, size[0]) for y in (0.0, size[1])]
        return cls(page, min(corners), max(corners), segments)

    def margin(self) -> list[Segment]:
        """The segments at the top and at the foot."""
        zone = _ZONE * (self.bottom - self.top)
        return [
            segment
            for segment in self.segments
            if segment.y1 <= self.top + zone or segment.y0 >= self.bottom - zone
        ]

    def is_foot(self, segment: Segment) -> bool:
        """Whether the segment stands in the lower half."""
        return segment.base > (self.top + self.bottom) / 2


def mark_margins(faces: Sequence[Face]) -> None:
    """Give segments that are running heads or page numbers their `role`."""
    for face in faces:
        _mark_numbers(face)
        _mark_office(face)
    _mark_repeated(faces)


def _mark_numbers(face: Face) -> None:
    margin = face.margin()
    if not margin:
        return
    first = min(segment.base for segment in face.segments)
    last = max(segment.base for segment in face.segments)
    for segment in margin:
        text = segment.text
        outermost = min(segment.base - first, last - segment.base) < 0.5 * segment.size
        alone = not any(
            other is not segment and abs(other.base - segment.base) < 0.5 * segment.size
            for other in face.segments
        )
        if _COUNTED.match(text) or (outermost and alone and _BARE.match(text)):
            segment.role = "page_number"


def _mark_office(face: Face) -> None:
    """A foot with addresses and numbers of an office, unmistakable on a single page too."""
    foot = [segment for segment in face.margin() if face.is_foot(segment)]
    naming = [segment for segment in foot if _OFFICE.search(segment.text)]
    kinds = {found.casefold() for segment in naming for found in _OFFICE.findall(segment.text)}
    if len(kinds) >= 2:
        top = min(segment.base for segment in naming)
        for segment in foot:
            if segment.base >= top - segment.size and segment.role is None:
                segment.role = "running_head"


def _mark_repeated(faces: Sequence[Face]) -> None:
    """Mark text that stands at the same height on several pages, digits aside."""
    seen: dict[tuple[str, bool], list[tuple[Face, Segment]]] = defaultdict(list)
    for face in faces:
        for segment in face.margin():
            if segment.role is None and not _SECTION.match(segment.text):
                key = re.sub(r"\d+", "#", "".join(segment.text.split()).casefold())
                seen[key, face.is_foot(segment)].append((face, segment))
    least = 2 if len({face.page for face in faces}) < _MANY_PAGES else 3
    for found in seen.values():
        for face, segment in found:
            height = segment.base - face.top
            alike = {
                other.page
                for other, twin in found
                if abs(twin.base - other.top - height) <= _SAME_HEIGHT
            }
            if len(alike) >= least:
                segment.role = "running_head"
