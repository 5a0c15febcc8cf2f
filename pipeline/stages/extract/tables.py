"""Tables: grids drawn with rules, and rows of short cells that stand in columns without rules."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.stages.extract.frames import Frame
from pipeline.stages.extract.glyphs import Rule
from pipeline.stages.extract.segments import Segment, Token

_TOUCH = 2.5  # points within which rules count as meeting, and cells as aligned
_MOST_LINES = 400  # more horizontal or vertical lines than this: a drawing, not a table
_LAYOUT_WORDS = 25  # cells with more words than this on average hold prose: a form, not a table
_FEWEST_ROWS = 3
_LONGEST_CELL = 60  # characters
_NUMERIC = re.compile(
    r"^[-–−+±<>~]?[\d\s.,:%/()–-]*\d[\d\s.,:%/()–-]*(?:%|kr|tkr|mnkr|st)?$|^[-–]$"
)


@dataclass
class Table:
    """Rows of words; the first word of a cell has a tab as its gap, save in the first cell."""

    rows: list[list[Token]]
    x0: float = field(init=False)
    y0: float = field(init=False)
    x1: float = field(init=False)
    y1: float = field(init=False)

    def __post_init__(self) -> None:
        words = [word for row in self.rows for word in row]
        self.x0 = min(word.x0 for word in words)
        self.y0 = min(word.y0 for word in words)
        self.x1 = max(word.x1 for word in words)
        self.y1 = max(word.y1 for word in words)


@dataclass(frozen=True)
class Grid:
    """The positions of a drawn grid's vertical and horizontal lines, ascending."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]

    def cell(self, item: Token | Segment) -> tuple[int, int] | None:
        """Row and column of the cell in which the item's centre lies, None outside the grid."""
        x, y = (item.x0 + item.x1) / 2, (item.y0 + item.y1) / 2
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        row = min(bisect_right(self.ys, y), len(self.ys) - 1) - 1
        return row, min(bisect_right(self.xs, x), len(self.xs) - 1) - 1


def find_grids(rules: Iterable[Rule], frame: Frame) -> list[Grid]:
    """Grids of at least two columns among a page's rules."""
    across: dict[int, list[tuple[float, float]]] = defaultdict(list)
    down: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for rule in rules:
        (xa, ya), (xb, yb) = frame.enter(rule.x0, rule.y0), frame.enter(rule.x1, rule.y1)
        x0, x1, y0, y1 = min(xa, xb), max(xa, xb), min(ya, yb), max(ya, yb)
        if x1 - x0 > y1 - y0:
            across[round((y0 + y1) / 2)].append((x0, x1))
        else:
            down[round((x0 + x1) / 2)].append((y0, y1))
    horizontals, verticals = _merged(across), _merged(down)
    if not 0 < len(horizontals) <= _MOST_LINES or not 0 < len(verticals) <= _MOST_LINES:
        return []
    grids = []
    for group_h, group_v in _connected(horizontals, verticals):
        xs = _distinct(at for at, _, _ in group_v)
        ys = _distinct(at for at, _, _ in group_h)
        if len(xs) >= 3 and len(ys) >= 2:
            grids.append(Grid(xs, ys))
    return grids


_Line = tuple[int, float, float]


def _merged(lines: dict[int, list[tuple[float, float]]]) -> list[_Line]:
    """Join pieces of one drawn line; a line is its position and its two ends."""
    result: list[_Line] = []
    for at, ends in sorted(lines.items()):
        start, end = None, 0.0
        for low, high in sorted(ends):
            if start is not None and low <= end + _TOUCH:
                end = max(end, high)
                continue
            if start is not None:
                result.append((at, start, end))
            start, end = low, high
        if start is not None:
            result.append((at, start, end))
    return result


def _connected(
    horizontals: list[_Line], verticals: list[_Line]
) -> list[tuple[list[_Line], list[_Line]]]:
    """Groups of lines that meet each other."""
    waiting_h, waiting_v = set(horizontals), set(verticals)
    groups = []
    while waiting_h:
        group_h, group_v, fresh = [], [], [min(waiting_h)]
        waiting_h.discard(fresh[0])
        while fresh:
            group_h += fresh
            met_v = [v for v in waiting_v if any(_meet(h, v) for h in fresh)]
            waiting_v.difference_update(met_v)
            group_v += met_v
            fresh = [h for h in waiting_h if any(_meet(h, v) for v in met_v)]
            waiting_h.difference_update(fresh)
        groups.append((group_h, group_v))
    return groups


def _meet(horizontal: _Line, vertical: _Line) -> bool:
    y, x0, x1 = horizontal
    x, y0, y1 = vertical
    return x0 - _TOUCH <= x <= x1 + _TOUCH and y0 - _TOUCH <= y <= y1 + _TOUCH


def _distinct(positions: Iterable[int]) -> tuple[float, ...]:
    """Ascending positions; those of one thick or doubled line count once."""
    result: list[float] = []
    for position in sorted(set(positions)):
        if not result or position - result[-1] > _TOUCH + 1:
            result.append(position)
    return tuple(result)


def take_grid(grid: Grid, segments: list[Segment]) -> tuple[Table | None, list[Segment]]:
    """Part the segments into the grid's table and the rest.

    Returns:
        None and all the segments where the grid holds no table: cells full of prose, a form.
    """
    cells: dict[tuple[int, int], list[Token]] = defaultdict(list)
    rest: list[Segment] = []
    for segment in segments:
        if grid.cell(segment) is None:
            rest.append(segment)
            continue
        for word in segment.words:
            # A word can reach beyond the grid that its segment's centre lies in.
            place = grid.cell(word)
            cells[place or (grid.cell(segment) or (0, 0))].append(word)
    rows = {row for row, _ in cells}
    words = sum(len(found) for found in cells.values())
    # A single row of three cells may be the end of a table on the page before.
    if len(cells) < (4 if len(rows) > 1 else 3) or words / len(cells) > _LAYOUT_WORDS:
        return None, segments
    return Table([_row(cells, row) for row in sorted(rows)]), rest


def _row(cells: dict[tuple[int, int], list[Token]], row: int) -> list[Token]:
    line: list[Token] = []
    for column in sorted(column for at, column in cells if at == row):
        cell = cells[row, column]
        cell[0].gap = "\t" if line else " "
        line += cell
    return line


def aligned_tables(rows: Sequence[list[Segment]]) -> list[tuple[int, int]]:
    """Stretches of rows (first, last + 1) whose cells stand in columns, without rules."""
    found: list[tuple[int, int]] = []
    start = 0
    while start < len(rows):
        end, members = _extend(rows, start)
        if len(members) < _FEWEST_ROWS:
            start += 1
            continue
        if _reads_as_table(members):
            found.append((_with_head(rows, start, found[-1][1] if found else 0), end))
        start = end
    return found


def _extend(rows: Sequence[list[Segment]], start: int) -> tuple[int, list[list[Segment]]]:
    """Follow aligned rows from `start`; a single cell between two of them, close by, is let in."""
    members: list[list[Segment]] = []
    end, index = start, start
    while index < len(rows):
        row = rows[index]
        if index > start and not _near(rows[index - 1], row):
            break
        if _is_cells(row) and (not members or _aligned(members[-3:], row)):
            members.append(row)
            end = index + 1
        elif not members or len(row) > 1 or index - end >= 1 or _long(row[0]):
            break
        index += 1
    return end, members


def _with_head(rows: Sequence[list[Segment]], start: int, floor: int) -> int:
    """Take in a row of column titles above, which may be set otherwise than the figures."""
    above = start - 1
    if above >= floor and _is_cells(rows[above]) and _near(rows[above], rows[start]):
        return above
    return start


def _is_cells(row: list[Segment]) -> bool:
    return len(row) >= 2 and not any(_long(segment) for segment in row)


def _long(segment: Segment) -> bool:
    return len(segment.text) > _LONGEST_CELL


def _near(upper: list[Segment], lower: list[Segment]) -> bool:
    return lower[0].base - upper[0].base <= 3 * max(segment.size for segment in lower)


def _aligned(members: list[list[Segment]], row: list[Segment]) -> bool:
    """Whether two cells of the row stand below cells: same left, right or middle."""
    above = [segment for member in members for segment in member]
    matches = sum(any(_in_column(cell, other) for other in above) for cell in row)
    return matches >= 2


def _in_column(cell: Segment, other: Segment) -> bool:
    middle = abs((cell.x0 + cell.x1) - (other.x0 + other.x1)) / 2
    return min(abs(cell.x0 - other.x0), abs(cell.x1 - other.x1), middle) <= _TOUCH


def _reads_as_table(members: list[list[Segment]]) -> bool:
    """Whether the cells behind the first column are mostly numbers, or very short."""
    cells = [segment for row in members for segment in row[1:]]
    numeric = sum(bool(_NUMERIC.match(segment.text)) for segment in cells)
    words = sum(len(segment.words) for segment in cells)
    return numeric >= 0.4 * len(cells) or words <= 3 * len(cells)
