"""Setting text on pages: lines broken with Swedish hyphenation, columns, tables. Points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import pyphen
from fpdf import FPDF

_FEWEST_LETTERS = 7
"""Shorter words are not broken."""


@dataclass(frozen=True, slots=True)
class Type:
    """How a line is set: font style ("", "B", "I"), size, distance to the next line."""

    style: str
    size: float
    leading: float


@dataclass(frozen=True, slots=True)
class Column:
    """Where lines may stand: left edge and width."""

    x: float
    width: float


class Setter:
    """Sets paragraphs and tables into the columns of a page, and asks for pages as it goes on.

    Args:
        family: name of a font that `pdf` knows.
        columns: from left to right.
        new_page: adds a page and returns the height at which its text begins.
        bottom: the height that no line goes below.
    """

    def __init__(
        self,
        pdf: FPDF,
        family: str,
        columns: list[Column],
        new_page: Callable[[], float],
        bottom: float,
    ) -> None:
        self._pdf = pdf
        self._family = family
        self._columns = columns
        self._new_page = new_page
        self._bottom = bottom
        self._column = 0
        self._top = 0.0
        self.y = 0.0

    @property
    def column(self) -> Column:
        """The column that is being filled."""
        return self._columns[self._column]

    def begin(self, y: float) -> None:
        """Go on at height `y` of the present page, in the first column."""
        self._column = 0
        self._top = self.y = y

    def page_break(self) -> None:
        """Go on at the top of a new page."""
        self.begin(self._new_page())

    def need(self, height: float) -> None:
        """Go on in the next column or page where less than `height` is left."""
        if self.y + height <= self._bottom:
            return
        if self._column + 1 < len(self._columns):
            self._column += 1
            self.y = self._top
        else:
            self.page_break()

    def space(self, height: float) -> None:
        """Leave a gap, but none at the head of a column."""
        if self.y > self._top:
            self.y += height

    def paragraph(
        self, text: str, type_: Type, *, justify: bool = False, hyphenate: bool = False,
        indent: float = 0.0, bullet: str = "",
    ) -> None:  # fmt: skip
        """Set running text; no line of it stands alone at the head or foot of a column."""
        self._font(type_)
        lines = list(self._break(text, self.column.width - indent, hyphenate))
        for number, line in enumerate(lines):
            alone = (number == 0 and len(lines) > 1) or number == len(lines) - 2
            self.need(type_.leading * (2 if alone else 1))
            self._font(type_)
            base = self.y + type_.size
            if number == 0 and bullet:
                self._pdf.text(self.column.x + indent - 12, base, bullet)
            x = self.column.x + indent
            if justify and number + 1 < len(lines):
                self._justified(line, x, base, self.column.width - indent)
            else:
                self._pdf.text(x, base, line)
            self.y += type_.leading

    def table(self, rows: list[list[str]], type_: Type, ruled: bool) -> None:
        """Set a table in the width of the column; numbers stand to the right."""
        self._font(type_)
        widths = self._table_widths(rows)
        for number, row in enumerate(rows):
            head = Type("B" if number == 0 else "", type_.size, type_.leading)
            self._font(head)
            cells = [list(self._break(c, w - 8, False)) for c, w in zip(row, widths, strict=True)]
            height = max(len(cell) for cell in cells) * type_.leading + 5
            self.need(height + (height if number == 0 else 0))
            self._font(head)
            self._row(cells, widths, head)
            if ruled or number in (0, len(rows) - 1):
                self._pdf.set_line_width(0.5)
                line_y = self.y + height
                self._pdf.line(self.column.x, line_y, self.column.x + sum(widths), line_y)
            if number == 0:
                self._pdf.line(self.column.x, self.y, self.column.x + sum(widths), self.y)
            self.y += height

    def _row(self, cells: list[list[str]], widths: list[float], type_: Type) -> None:
        x = self.column.x
        for number, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            for line_number, line in enumerate(cell):
                base = self.y + 2 + type_.size + line_number * type_.leading
                number_like = line.lstrip("+–")[:1].isdigit()
                right = number > 0 and (number_like or type_.style == "B")
                free = width - 4 - self._pdf.get_string_width(line)
                self._pdf.text(x + (free if right and len(cell) == 1 else 4), base, line)
            x += width

    def _table_widths(self, rows: list[list[str]]) -> list[float]:
        """Natural widths where they fit; else the widest columns give way."""
        self._pdf.set_font(self._family, "B", self._pdf.font_size_pt)
        natural = [
            max(self._pdf.get_string_width(row[column]) for row in rows) + 10
            for column in range(len(rows[0]))
        ]
        room = self.column.width
        if sum(natural) <= room:
            spare = (room - sum(natural)) / len(natural)
            return [width + spare for width in natural]
        cap = room / len(natural)
        narrow = sum(width for width in natural if width <= cap)
        wide = sum(width for width in natural if width > cap)
        return [w if w <= cap else w * (room - narrow) / wide for w in natural]

    def _font(self, type_: Type) -> None:
        self._pdf.set_font(self._family, type_.style, type_.size)

    def _justified(self, line: str, x: float, base: float, width: float) -> None:
        words = line.split(" ")
        free = width - self._pdf.get_string_width(line)
        gap = free / max(1, len(words) - 1)
        for number, word in enumerate(words):
            piece = word if number + 1 == len(words) else word + " "
            self._pdf.text(x, base, piece)
            x += self._pdf.get_string_width(piece) + gap

    def _break(self, text: str, width: float, hyphenate: bool) -> Iterator[str]:
        """Lines no wider than `width` in the present font (one word may be)."""
        line = ""
        for word in text.split(" "):
            longer = f"{line} {word}" if line else word
            if self._pdf.get_string_width(longer) <= width:
                line = longer
                continue
            head, rest = self._hyphenated(line, word, width) if hyphenate else ("", word)
            if line or head:
                yield f"{line} {head}".strip()
            line = rest
        if line:
            yield line

    def _hyphenated(self, line: str, word: str, width: float) -> tuple[str, str]:
        """The longest part of `word`, with its hyphen, that fits after `line`; and what is left."""
        if len(word) < _FEWEST_LETTERS or not word.strip(".,;:)(”").isalpha():
            return "", word
        for head, rest in _hyphenation().iterate(word):
            part = head + "-"
            if self._pdf.get_string_width(f"{line} {part}") <= width:
                return part, rest
        return "", word


@lru_cache(maxsize=1)
def _hyphenation() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="sv", left=3, right=3)
