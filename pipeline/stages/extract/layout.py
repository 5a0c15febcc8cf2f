"""From a frame's segments to blocks of lines in reading order."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.document import RegionKind
from pipeline.stages.extract.columns import Item, order
from pipeline.stages.extract.frames import Frame
from pipeline.stages.extract.glyphs import Rule
from pipeline.stages.extract.segments import Segment, Token
from pipeline.stages.extract.tables import Table, aligned_tables, find_grids, take_grid

MARKER = re.compile(
    r"^(?:[•●○▪▫■□◦‣⁃∙·«*\uf0b7\uf0a7\uf02d–—-]|\(?\d{1,2}[.)]|\(?[a-zåäö][.)]|[ivx]{1,4}[.)])(?=\s|$)"
)
"""What begins an item of a list."""

_BASELINE_EM = 0.25
_MARKER_GAP_EM = 5.0
_TAB_EM = 2.0  # a gap this wide on one line is a jump, kept as a tab
_NEW_SIZE = 0.08
_NEW_PARAGRAPH = 1.3  # of the usual distance between lines
_FURTHEST_LINE_EM = 2.2  # lines further apart do not count for the usual distance


@dataclass
class Line:
    """The words of one line, with its baseline and the look of most of its letters."""

    words: list[Token]
    x0: float
    x1: float
    base: float
    size: float
    bold: bool

    @property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass
class Block:
    """Lines that belong together; `flow` numbers the column that they stand in."""

    kind: RegionKind
    lines: list[list[Token]]
    size: float = 0.0
    bold: bool = False
    flow: int = -1

    @property
    def text(self) -> str:
        """The words with single spaces, lines included."""
        return " ".join(word.text for line in self.lines for word in line)


def arrange(segments: list[Segment], rules: Sequence[Rule], frame: Frame) -> list[Block]:
    """Put segments without a role into blocks, in reading order.

    Kinds are `table`, `list` and `prose`; which prose is a heading is for `roles` to say.
    """
    items: list[Item] = []
    rest = segments
    for grid in find_grids(rules, frame):
        table, rest = take_grid(grid, rest)
        if table:
            items.append(table)
    items += rest
    blocks: list[Block] = []
    for number, flow in enumerate(order(items)):
        for part in _parts(flow):
            if isinstance(part, Table):
                blocks.append(Block("table", part.rows, flow=number))
            else:
                blocks += _paragraphs(part, number)
    return blocks


def _parts(flow: list[Item]) -> list[Table | list[Line]]:
    """Part a column into tables and stretches of lines, from top to bottom."""
    rows = _rows([item for item in flow if isinstance(item, Segment)])
    parts: list[tuple[float, Table | list[Line]]] = [
        (item.y0, item) for item in flow if isinstance(item, Table)
    ]
    tables = aligned_tables(rows)
    inside = {index for first, last in tables for index in range(first, last)}
    for first, last in tables:
        table = Table([_cells(row) for row in rows[first:last]])
        parts.append((table.y0, table))
    parts += [
        (min(segment.y0 for segment in row), [_line(row)])
        for index, row in enumerate(rows)
        if index not in inside
    ]
    joined: list[Table | list[Line]] = []
    for _, part in sorted(parts, key=lambda part: part[0]):
        if isinstance(part, list) and joined and isinstance(joined[-1], list):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _rows(segments: list[Segment]) -> list[list[Segment]]:
    """Group segments on one baseline; a list's marker is joined with its text."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda segment: (segment.base, segment.x0)):
        near = rows and segment.base - rows[-1][0].base <= _BASELINE_EM * segment.size
        if near:
            rows[-1].append(segment)
        else:
            rows.append([segment])
    for row in rows:
        row.sort(key=lambda segment: segment.x0)
        while len(row) > 1 and MARKER.match(row[0].text) and len(row[0].words) == 1:
            marker, item = row[0], row[1]
            if item.x0 - marker.x1 > _MARKER_GAP_EM * item.size:
                break
            row[:2] = [Segment(marker.words + item.words, item.base, item.size, item.bold)]
    return rows


def _cells(row: list[Segment]) -> list[Token]:
    for segment in row[1:]:
        segment.words[0].gap = "\t"
    return [word for segment in row for word in segment.words]


def _line(row: list[Segment]) -> Line:
    for left, right in itertools.pairwise(row):
        if right.x0 - left.x1 > _TAB_EM * right.size:
            right.words[0].gap = "\t"
    largest = max(row, key=lambda segment: len(segment.text))
    return Line(
        [word for segment in row for word in segment.words],
        min(segment.x0 for segment in row),
        max(segment.x1 for segment in row),
        largest.base,
        largest.size,
        all(segment.bold for segment in row),
    )


def _paragraphs(lines: list[Line], flow: int) -> list[Block]:
    """Part lines of one column where white, look, indent or a list's marker says so."""
    usual = _usual_distance(lines)
    right = max(line.x1 for line in lines)
    groups: list[list[Line]] = []
    for line in lines:
        if groups and not _parts_from(groups[-1], line, usual, right):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_block(group, flow) for group in groups]


def _usual_distance(lines: list[Line]) -> dict[float, float]:
    """The usual distance between baselines, by size of type."""
    distances: dict[float, list[float]] = {}
    for upper, lower in itertools.pairwise(lines):
        distance = lower.base - upper.base
        if upper.size == lower.size and distance < _FURTHEST_LINE_EM * upper.size:
            distances.setdefault(upper.size, []).append(round(distance, 1))
    # The lower half: paragraphs of one or two lines must not make their own distance the usual.
    return {size: median(sorted(found)[: len(found) // 2 + 1]) for size, found in distances.items()}


def _parts_from(group: list[Line], line: Line, usual: dict[float, float], right: float) -> bool:
    last = group[-1]
    if abs(line.size - last.size) > _NEW_SIZE * last.size or line.bold != last.bold:
        return True
    distance = line.base - last.base
    if distance > _NEW_PARAGRAPH * usual.get(line.size, 1.3 * line.size):
        return True
    in_list = MARKER.match(group[0].text)
    if MARKER.match(line.text):
        # A number or dash may also stand first on a line by chance, in the middle of a paragraph.
        return not in_list and _ends_sentence(last, right)
    if in_list:
        return line.x0 < group[0].x0 + 0.5 * line.size and _ends_sentence(last, right)
    indented = 0.8 * line.size < line.x0 - min(member.x0 for member in group) < 4 * line.size
    return indented and len(group) > 1 and last.words[-1].text[-1] in ".:?!"


def _ends_sentence(line: Line, right: float) -> bool:
    """Whether the line ends with a mark, or well before the column's edge."""
    return line.words[-1].text[-1] in ".:;?!," or line.x1 < right - 4 * line.size


def _block(lines: list[Line], flow: int) -> Block:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    kind: RegionKind = "list" if MARKER.match(lines[0].text) else "prose"
    return Block(
        kind,
        [line.words for line in lines],
        sizes.most_common(1)[0][0],
        all(line.bold for line in lines),
        flow,
    )
