"""An example document as a born-digital PDF: letterhead, running heads, body, footer."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path

from fpdf import FPDF

from pipeline.training.examples.layout import Column, Setter, Type
from pipeline.training.examples.source import (
    FOOTER,
    Block,
    Heading,
    Lines,
    PageBreak,
    Paragraph,
    Source,
    Table,
)
from pipeline.training.render import FONT_ROOT

PAGE_WIDTH, PAGE_HEIGHT = 595.28, 841.89
_MARGIN = 68.0
_GUTTER = 22.0
_TOP = 84.0
_BOTTOM = PAGE_HEIGHT - 78
_MONTHS = (
    "januari februari mars april maj juni juli augusti september oktober november december".split()
)


def write_pdf(source: Source, path: Path) -> None:
    """Set `source` as a PDF with embedded fonts; the same bytes each time."""
    pages = _Sheets(source, pages=0).draw()
    sheets = _Sheets(source, pages=pages)
    sheets.draw()
    sheets.output(str(path))


class _Sheets(FPDF):
    """The pages of one document; `pages` is how many there will be, for "1 (4)"."""

    def __init__(self, source: Source, pages: int) -> None:
        super().__init__(unit="pt", format="A4")
        self._source = source
        self._pages = pages
        self._in_cover = False
        self.set_auto_page_break(False)
        self.set_title(source.title)
        self.set_subject(FOOTER)
        self.set_lang("sv-SE")
        self.set_creation_date(datetime.combine(source.date, time(9, 0), tzinfo=UTC))
        self._font_name = str(source.style("font", "LiberationSans"))
        for style, suffix in (("", "Regular"), ("B", "Bold")):
            self.add_font(self._font_name, style, _font_file(self._font_name, suffix))
        size = float(source.style("size", 10.5))
        self._body = Type("", size, size * float(source.style("leading", 1.32)))
        columns = int(source.style("columns", 1))
        whole = PAGE_WIDTH - 2 * _MARGIN
        width = (whole - _GUTTER * (columns - 1)) / columns
        frames = [Column(_MARGIN + n * (width + _GUTTER), width) for n in range(columns)]
        self._setter = Setter(self, self._font_name, frames, self._next_page, _BOTTOM)
        self._justify = bool(source.style("justify", False))
        self._hyphenate = bool(source.style("hyphenate", True))

    def draw(self) -> int:
        """Draw the whole document and return its number of pages."""
        kind = self._source.style("letterhead", "crest")
        if kind == "cover":
            self._cover()
            self._setter.page_break()
        else:
            self.add_page()
            start = {"crest": self._crest_head, "form": self._form_head, "plain": self._plain_head}
            self._setter.begin(start[kind]())
            self._title()
        for block in self._source.blocks:
            self._block(block)
        return self.page_no()

    def header(self) -> None:
        """The running head of all pages but the first."""
        if self.page_no() == 1:
            return
        source = self._source
        self._put(_MARGIN, 46, source.letter("organisation"), "", 8.5)
        middle = f"{source.letter('kind')} {source.letter('reference')}".strip()
        self._put_centred(46, middle, 8.5)
        self._put_right(46, self._page_number(), 8.5)
        if source.style("rule", True):
            self.line(_MARGIN, 54, PAGE_WIDTH - _MARGIN, 54)

    def footer(self) -> None:
        """Address, where there is one, and the note that the document is invented."""
        if self._in_cover:
            self.set_text_color(255, 255, 255)
        elif self._source.letter("address"):
            self.set_line_width(0.4)
            self.line(_MARGIN, PAGE_HEIGHT - 60, PAGE_WIDTH - _MARGIN, PAGE_HEIGHT - 60)
            self._put_centred(PAGE_HEIGHT - 48, self._source.letter("address"), 7.5)
        self._put_centred(PAGE_HEIGHT - 32, FOOTER, 8.5)
        self.set_text_color(0, 0, 0)

    def _next_page(self) -> float:
        self.add_page()
        return _TOP

    def _page_number(self) -> str:
        form = str(self._source.style("page_number", "{page} ({pages})"))
        return form.format(page=self.page_no(), pages=self._pages)

    def _title(self) -> None:
        setter = self._setter
        setter.space(4)
        setter.paragraph(self._source.title, Type("B", self._body.size + 4.5, 20))
        setter.space(6)

    def _block(self, block: Block) -> None:
        setter, body = self._setter, self._body
        match block:
            case Heading(text, level):
                setter.space(body.leading * (0.85 if level == 1 else 0.6))
                size = body.size + (2 if level == 1 else 0.5)
                setter.need(size * 1.35 + 2.5 * body.leading)
                setter.paragraph(text, Type("B", size, size * 1.35))
                setter.y += 2
            case Paragraph(statements, bullets=True):
                for statement in statements:
                    setter.paragraph(
                        statement.text, body, hyphenate=self._hyphenate, indent=18, bullet="–"
                    )
                setter.space(body.leading * 0.5)
            case Paragraph(statements):
                text = " ".join(statement.text for statement in statements)
                setter.paragraph(text, body, justify=self._justify, hyphenate=self._hyphenate)
                setter.space(body.leading * 0.5)
            case Lines(lines):
                setter.need(min(len(lines), 6) * body.leading)
                for line in lines:
                    self._kept_line(line)
                setter.space(body.leading * 0.5)
            case Table(rows, caption):
                small = Type("", body.size - 1.5, (body.size - 1.5) * 1.25)
                if caption:
                    setter.need(small.leading * 6)
                    setter.paragraph(caption, Type("B", small.size, small.leading))
                    setter.y += 2
                setter.table(rows, small, ruled=bool(self._source.style("ruled", True)))
                setter.y += body.leading
            case PageBreak():
                setter.page_break()

    def _kept_line(self, line: str) -> None:
        """A line, or two side by side where it is written "a || b"."""
        left, _, right = line.partition(" || ")
        self._setter.paragraph(left, self._body)
        if right:
            base = self._setter.y - self._body.leading + self._body.size
            self.text(self._setter.column.x + 240, base, right)

    def _crest_head(self) -> float:
        """Shield, organisation and unit to the left; kind, date and number to the right."""
        letter = self._source.letter
        self._crest(_MARGIN, 38)
        self._put(_MARGIN + 34, 54, letter("organisation"), "B", 14)
        self._put(_MARGIN + 34, 68, letter("unit"), "", 9)
        self._put_right(48, self._page_number(), 9)
        fields = [letter("kind").upper(), _day(self._source), letter("reference")]
        for number, text in enumerate(f for f in fields if f):
            self._put(390, 92 + 13 * number, text, "B" if number == 0 else "", 9.5)
        officers = [letter("officer"), letter("phone")]
        for number, text in enumerate(f for f in officers if f):
            self._put(_MARGIN, 92 + 13 * number, text, "", 9.5)
        return self._recipient(152)

    def _form_head(self) -> float:
        """A ruled row of fields with small captions under the name of the body."""
        letter = self._source.letter
        self._put(_MARGIN, 54, letter("organisation"), "B", 15)
        self._put(_MARGIN, 69, letter("unit"), "", 9.5)
        self._put_right(54, letter("kind").upper(), 11, "B")
        self._put_right(69, self._page_number(), 9)
        fields = (
            ("Datum", _day(self._source)),
            ("Diarienummer", letter("reference")),
            ("Handläggare", letter("officer")),
        )
        x, width = _MARGIN, (PAGE_WIDTH - 2 * _MARGIN) / 3
        self.set_line_width(0.5)
        for caption, value in fields:
            self.rect(x, 82, width, 30)
            self._put(x + 4, 91, caption, "", 7)
            self._put(x + 4, 105, value, "", 9.5)
            x += width
        return self._recipient(140)

    def _plain_head(self) -> float:
        """Lines of a typewritten letter."""
        letter = self._source.letter
        self._put(_MARGIN, 54, letter("organisation").upper(), "", 11)
        self._put(_MARGIN, 69, letter("unit"), "", 10.5)
        self._put(380, 54, letter("kind").upper(), "B", 11)
        self._put(380, 69, _day(self._source), "", 10.5)
        self._put(380, 84, letter("reference"), "", 10.5)
        self._put(_MARGIN, 99, letter("officer"), "", 10.5)
        return self._recipient(132)

    def _recipient(self, y: float) -> float:
        """Addressee and stamp; returns the height at which the title stands."""
        lines = [line for line in self._source.letter("recipient").split("|") if line]
        self.set_font(self._font_name, "", 10.5)
        widest = max((self.get_string_width(line) for line in lines), default=0.0)
        x = min(390.0, PAGE_WIDTH - _MARGIN - widest) if self._stamped() else _MARGIN
        for number, line in enumerate(lines):
            self._put(x, y + 13 * number, line, "", 10.5)
        if self._stamped():
            self._stamp(_MARGIN + 8, y - 6)
        return max(y + 13 * len(lines), y + 40 if self._stamped() else y) + 12

    def _stamped(self) -> bool:
        return bool(self._source.letter("stamp"))

    def _stamp(self, x: float, y: float) -> None:
        """A registry's rubber stamp, a little askew."""
        body, _, day = self._source.letter("stamp").partition("|")
        with self.rotation(2.5, x, y):
            self.set_line_width(1.4)
            self.rect(x, y, 150, 38)
            self._put(x + 8, y + 15, body, "B", 9)
            self._put(x + 8, y + 30, day, "", 10)

    def _cover(self) -> None:
        """A report's first page."""
        self._in_cover = True
        self.add_page()
        letter = self._source.letter
        self.set_fill_color(*self._source.style("colour", [38, 70, 100]))
        self.rect(0, 150, PAGE_WIDTH, 190, style="F")
        self.rect(0, PAGE_HEIGHT - 54, PAGE_WIDTH, 54, style="F")
        self._crest(_MARGIN, 60)
        self._put(_MARGIN + 36, 82, letter("organisation"), "B", 16)
        self.set_text_color(255, 255, 255)
        whole = [Column(_MARGIN, PAGE_WIDTH - 2 * _MARGIN)]
        cover = Setter(self, self._font_name, whole, self._next_page, _BOTTOM)
        cover.begin(190)
        cover.paragraph(self._source.title, Type("B", 21, 27))
        self.set_text_color(0, 0, 0)
        lines = [letter("kind"), letter("reference"), letter("officer"), letter("unit")]
        lines.append(
            f"{_MONTHS[self._source.date.month - 1].capitalize()} {self._source.date.year}"
        )
        for number, line in enumerate(line for line in lines if line):
            self._put(_MARGIN, 380 + 17 * number, line, "", 11.5)

    def add_page(self, *args: object, **kwargs: object) -> None:
        """End the cover, if the present page is one, and begin a page."""
        cover_ends = self.page_no() > 0
        super().add_page(*args, **kwargs)  # type: ignore[arg-type]
        if cover_ends:
            self._in_cover = False

    def _crest(self, x: float, y: float) -> None:
        """A shield of nobody's."""
        self.set_fill_color(*self._source.style("colour", [38, 70, 100]))
        self.polygon(
            [(x, y), (x + 24, y), (x + 24, y + 18), (x + 12, y + 32), (x, y + 18)], style="F"
        )
        self.set_fill_color(255, 255, 255)
        self.polygon([(x, y + 9), (x + 24, y + 5), (x + 24, y + 10), (x, y + 14)], style="F")

    def _put(self, x: float, base: float, text: str, style: str, size: float) -> None:
        self.set_font(self._font_name, style, size)
        self.text(x, base, text)

    def _put_right(self, base: float, text: str, size: float, style: str = "") -> None:
        self.set_font(self._font_name, style, size)
        self.text(PAGE_WIDTH - _MARGIN - self.get_string_width(text), base, text)

    def _put_centred(self, base: float, text: str, size: float) -> None:
        self.set_font(self._font_name, "", size)
        self.text((PAGE_WIDTH - self.get_string_width(text)) / 2, base, text)


def _day(source: Source) -> str:
    """The document's date, as digits or, where its style asks for it, in words."""
    day = source.date
    if source.style("date_words", False):
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return day.isoformat()


def _font_file(name: str, suffix: str) -> str:
    """The installed font file; Debian's DejaVu names its regular face without a suffix."""
    names = [f"{name}-{suffix}.ttf"] + ([f"{name}.ttf"] if suffix == "Regular" else [])
    for candidate in names:
        for path in sorted(FONT_ROOT.rglob(candidate)):
            return str(path)
    raise FileNotFoundError(f"no font {name} {suffix}: install fonts-liberation and fonts-dejavu")
