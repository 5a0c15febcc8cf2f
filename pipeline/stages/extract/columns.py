"""Reading order: columns beside each other are read one after the other.

A gutter is a vertical line that parts two stretches of prose. Headings, tables and whole-width
lines that cross it end the stretch, so that each band of a page is read on its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.stages.extract.segments import Segment
from pipeline.stages.extract.tables import Table

Item = Segment | Table

_FEWEST_LINES = 3
_SHORTEST_PROSE = 15  # characters: the usual line of a column of prose is longer
_NARROWEST_SHARE = 0.12  # of the region's width
_SMALLEST_GUTTER_EM = 0.6
_JUSTIFIED_EM = 1.5  # spaces grow up to this where a narrow column is justified
_USUAL_FILL = 0.55  # the usual line of prose fills this much of its column


@dataclass
class _Band:
    """A stretch of items, top to bottom; with a gutter, its left and right columns."""

    before: list[Item]
    left: list[Item]
    right: list[Item]
    after: list[Item]


def order(items: Sequence[Item]) -> list[list[Item]]:
    """Part a region's items into columns in reading order, each from top to bottom."""
    ordered = sorted(items, key=lambda item: (item.y0, item.x0))
    best: list[_Band | list[Item]] | None = None
    best_score = 0
    for gutter in _candidates(ordered):
        parts, score = _cut(ordered, gutter)
        # From the left: a later gutter must be clearly better, so that columns come off in order.
        if score > 1.3 * best_score:
            best, best_score = parts, score
    if best is None:
        return [ordered] if ordered else []
    flows: list[list[Item]] = []
    for part in best:
        if isinstance(part, _Band):
            for group in (part.before, part.left, part.right, part.after):
                flows += order(group)
        else:
            flows += order(part)
    return flows


def _candidates(items: Sequence[Item]) -> list[float]:
    """Positions just left of edges at which several lines begin, from the left."""
    segments = [item for item in items if isinstance(item, Segment)]
    if len(segments) < 2 * _FEWEST_LINES:
        return []
    left, right = min(item.x0 for item in items), max(item.x1 for item in items)
    edges: Counter[int] = Counter()
    for segment in segments:
        edges[round(segment.x0 / 3)] += 1
    least = left + _NARROWEST_SHARE * (right - left)
    return [
        edge * 3 - 2.5
        for edge in sorted(edges)
        if edges[edge] + edges[edge + 1] >= _FEWEST_LINES and edge * 3 > least
    ]


def _cut(items: Sequence[Item], gutter: float) -> tuple[list[_Band | list[Item]], int]:
    """Cut the items at those that cross the gutter; the score counts lines in true columns."""
    parts: list[_Band | list[Item]] = []
    score = 0
    plain: list[Item] = []
    run: list[Item] = []
    for item in [*items, None]:
        if item is not None and not item.x0 < gutter < item.x1:
            run.append(item)
            continue
        band = _band(run, gutter)
        if band is None:
            plain += run
        else:
            if plain:
                parts.append(plain)
                plain = []
            parts.append(band)
            score += len(band.left) + len(band.right)
        run = []
        if item is not None:
            plain.append(item)
    if plain:
        parts.append(plain)
    return parts, score


def _band(run: list[Item], gutter: float) -> _Band | None:
    """The run as two columns, or None where the sides do not both read as prose."""
    left = [item for item in run if item.x1 <= gutter]
    right = [item for item in run if item.x1 > gutter]
    if len(left) < _FEWEST_LINES or len(right) < _FEWEST_LINES:
        return None
    before, right = _head(right, min(item.y0 for item in left))
    left, after = _tail(left, max((item.y1 for item in right), default=0.0))
    if not _is_prose(left) or not _is_prose(right) or not _fills(left):
        return None
    top = max(left[0].y0, right[0].y0)
    bottom = min(max(item.y1 for item in left), max(item.y1 for item in right))
    shorter = min(_extent(left), _extent(right))
    white = min(item.x0 for item in right) - max(item.x1 for item in left)
    if bottom - top < 0.5 * shorter or white < _SMALLEST_GUTTER_EM * _size(left):
        return None
    return _Band(before, left, right, after)


def _head(right: list[Item], top: float) -> tuple[list[Item], list[Item]]:
    """Take off what stands to the right, set apart, above the left column's top, e.g. a date."""
    for index in range(1, len(right)):
        if right[index - 1].y1 > top:
            break
        if _set_apart(right[index - 1], right[index]):
            return right[:index], right[index:]
    return [], right


def _tail(left: list[Item], bottom: float) -> tuple[list[Item], list[Item]]:
    """Take off what stands to the left, set apart, below the right column's end."""
    for index in range(len(left) - 1, 0, -1):
        if left[index].y0 < bottom:
            break
        if _set_apart(left[index - 1], left[index]):
            return left[:index], left[index:]
    return left, []


def _set_apart(upper: Item, lower: Item) -> bool:
    return lower.y0 - upper.y1 > 0.8 * (upper.y1 - upper.y0)


def _is_prose(side: list[Item]) -> bool:
    lines = _lines(side)
    texts = [" ".join(segment.text for segment in line) for line in lines]
    letters = sum(char.isalpha() for text in texts for char in text)
    return (
        len(lines) >= _FEWEST_LINES
        and median(len(text) for text in texts) >= _SHORTEST_PROSE
        and letters > 0.6 * sum(len(text) for text in texts)
    )


def _fills(side: list[Item]) -> bool:
    width = max(item.x1 for item in side) - min(item.x0 for item in side)
    return median(line[-1].x1 - line[0].x0 for line in _lines(side)) >= _USUAL_FILL * width


def _lines(side: list[Item]) -> list[list[Segment]]:
    """Join segments that only the wide spaces of a justified line part."""
    lines: list[list[Segment]] = []
    segments = [item for item in side if isinstance(item, Segment)]
    for segment in sorted(segments, key=lambda segment: (round(segment.base), segment.x0)):
        last = lines[-1][-1] if lines else None
        if (
            last is not None
            and abs(segment.base - last.base) <= 0.25 * segment.size
            and 0 <= segment.x0 - last.x1 <= _JUSTIFIED_EM * segment.size
        ):
            lines[-1].append(segment)
        else:
            lines.append([segment])
    return lines


def _extent(side: list[Item]) -> float:
    return max(item.y1 for item in side) - min(item.y0 for item in side)


def _size(side: list[Item]) -> float:
    return median(item.size for item in side if isinstance(item, Segment))
