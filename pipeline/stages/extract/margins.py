"""Running heads and feet and page numbers, found by repetition over pages and by pattern."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.stages.extract.frames import Frame
from pipeline.stages.extract.segments import Segment

_ZONE = 0.16  # of the page's height, at its top and at its foot
_SAME_HEIGHT = 8.0  # points
_ENOUGH_PAGES = 3  # a head stands on so many pages, or
_NEAR_PAGES = 2  # on two that are so near each other, e.g. a chapter's left pages

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
class Side:
    """The segments of one page that run in one direction, with the page's extent in their frame."""

    page: int
    top: float
    bottom: float
    segments: list[Segment]

    @classmethod
    def of(
        cls, page: int, size: tuple[float, float], frame: Frame, segments: list[Segment]
    ) -> Side:
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


def mark_margins(sides: Sequence[Side]) -> None:
    """Give segments that are running heads or page numbers their `role`."""
    for side in sides:
        _mark_numbers(side)
        _mark_office(side)
    _mark_repeated(sides)


def _mark_numbers(side: Side) -> None:
    """Mark page numbers by their form, and what shares the outermost line with one."""
    margin = side.margin()
    if not margin:
        return
    first = min(segment.base for segment in side.segments)
    last = max(segment.base for segment in side.segments)
    for segment in margin:
        outermost = min(segment.base - first, last - segment.base) < 0.5 * segment.size
        row = [
            other
            for other in side.segments
            if other is not segment and abs(other.base - segment.base) < 0.5 * segment.size
        ]
        if _COUNTED.match(segment.text) or (outermost and not row and _BARE.match(segment.text)):
            segment.role = "page_number"
            for other in row if outermost else ():
                other.role = other.role or "running_head"


def _mark_office(side: Side) -> None:
    """A foot with addresses and numbers of an office, unmistakable on a single page too."""
    foot = [segment for segment in side.margin() if side.is_foot(segment)]
    naming = [segment for segment in foot if _OFFICE.search(segment.text)]
    kinds = {found.casefold() for segment in naming for found in _OFFICE.findall(segment.text)}
    if len(kinds) >= 2:
        top = min(segment.base for segment in naming)
        for segment in foot:
            if segment.base >= top - segment.size and segment.role is None:
                segment.role = "running_head"


def _mark_repeated(sides: Sequence[Side]) -> None:
    """Mark text that stands at the same height on several pages, digits aside."""
    seen: dict[tuple[str, bool], list[tuple[Side, Segment]]] = defaultdict(list)
    for side in sides:
        for segment in side.margin():
            if segment.role is None and not _SECTION.match(segment.text):
                key = re.sub(r"\d+", "#", "".join(segment.text.split()).casefold())
                seen[key, side.is_foot(segment)].append((side, segment))
    for found in seen.values():
        for side, segment in found:
            height = segment.base - side.top
            alike = {
                other.page
                for other, twin in found
                if abs(twin.base - other.top - height) <= _SAME_HEIGHT
            }
            near = any(0 < abs(page - side.page) <= _NEAR_PAGES for page in alike)
            if len(alike) >= _ENOUGH_PAGES or near:
                segment.role = "page_number" if _BARE.match(segment.text) else "running_head"
