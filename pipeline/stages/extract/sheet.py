"""One page between parsing and assembling: its segments, then its blocks."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from pipeline.config import ExtractConfig
from pipeline.errors import DocumentError
from pipeline.stages.extract.frames import Frame
from pipeline.stages.extract.glyphs import UNKNOWN, Canvas, Glyph, Rule
from pipeline.stages.extract.layout import Block, arrange
from pipeline.stages.extract.margins import Side
from pipeline.stages.extract.pdf_failures import DoubleText, GarbageText, TextOnScan
from pipeline.stages.extract.roles import join_columns, mark_headings
from pipeline.stages.extract.segments import Segment, even_out, frames

_GARBAGE_SHARE = 0.3  # of a page's characters
_FEWEST_VOWELS = 0.15  # of a page's Latin letters; Swedish has 0.38, badly misread Swedish 0.3
_ENOUGH_LETTERS = 100  # to judge by vowels
_VOWELS = frozenset("aeiouyåäöæøéèêëáàâíìîïóòôúùûü")
_WHOLE_PAGE = 0.6  # share of the page that a scan's picture covers
_FEW_CHARACTERS = 150  # visible text on a scan that is no text layer but a stamp
_STAMP_SEGMENTS = 3  # so few segments set across the page's own direction are a stamp
_CELL = 4.0  # points


@dataclass
class Sheet:
    """A page of `width` by `height` points; `parts` are its segments by direction of text."""

    number: int
    width: float
    height: float
    hidden: bool = False
    parts: list[tuple[Frame, list[Segment]]] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    blocks: list[tuple[Frame, Block]] = field(default_factory=list)

    def arrange(self) -> None:
        """Build the blocks in reading order: head, body, foot, then text in other directions."""
        for index, (frame, segments) in enumerate(self.parts):
            if not frame.is_upright or (index and len(segments) <= _STAMP_SEGMENTS):
                # Watermarks and stamps: kept, but out of the prose.
                self.blocks += [(frame, _margin_block(segment)) for segment in segments]
                continue
            body = [segment for segment in segments if segment.role is None]
            edge = sorted(
                (segment for segment in segments if segment.role), key=lambda s: (s.base, s.x0)
            )
            side = Side.of(self.number, (self.width, self.height), frame, segments)
            heads = [segment for segment in edge if not side.is_foot(segment)]
            feet = [segment for segment in edge if side.is_foot(segment)]
            self.blocks += [(frame, _margin_block(segment)) for segment in heads]
            self.blocks += [(frame, block) for block in arrange(body, self.rules, frame)]
            self.blocks += [(frame, _margin_block(segment)) for segment in feet]
        self.parts, self.rules = [], []

    def finish(self, look: tuple[float, bool]) -> None:
        """Mark headings, and join prose that goes on in the next column.

        Args:
            look: size and boldness of the document's running text.
        """
        blocks = [block for _, block in self.blocks]
        mark_headings(blocks, look)
        owners = {id(block): frame for frame, block in self.blocks}
        self.blocks = [(owners[id(block)], block) for block in join_columns(blocks)]


def _margin_block(segment: Segment) -> Block:
    return Block(segment.role or "running_head", [segment.words], segment.size, segment.bold)


def read_sheet(
    canvas: Canvas, number: int, config: ExtractConfig, issues: list[DocumentError]
) -> Sheet:
    """Build a page's segments; a page whose text says nothing, or little, is left without any."""
    sheet = Sheet(number, round(canvas.width, 2), round(canvas.height, 2), rules=canvas.rules)
    glyphs = [
        glyph
        for glyph in canvas.glyphs
        if -_CELL <= glyph.x <= canvas.width + _CELL and -_CELL <= glyph.y <= canvas.height + _CELL
    ]
    hidden = [glyph for glyph in glyphs if glyph.face.hidden]
    if hidden and len(hidden) < len(glyphs):
        kept = _seen_or_alone(glyphs)
        if len(kept) < len(glyphs):
            lost = len(glyphs) - len(kept)
            issues.append(DoubleText(f"{lost} invisible characters left out", page=number))
        glyphs = kept
    text = "".join(glyph.text for glyph in glyphs if not glyph.text.isspace())
    fault = _fault(text)
    if fault:
        issues.append(GarbageText(fault, page=number))
        return sheet
    if (
        not hidden
        and config.ocr == "auto"
        and canvas.picture >= _WHOLE_PAGE
        and 0 < len(text) < _FEW_CHARACTERS
    ):
        issues.append(TextOnScan(f"{len(text)} characters on a picture", page=number))
        return sheet
    sheet.hidden = 2 * sum(glyph.face.hidden for glyph in glyphs) > len(glyphs)
    sheet.parts = frames(glyphs)
    for _, segments in sheet.parts if sheet.hidden else ():
        even_out(segments)
    return sheet


def _seen_or_alone(glyphs: list[Glyph]) -> list[Glyph]:
    """Leave out invisible glyphs that lie behind visible ones: the same text a second time."""
    covered: set[tuple[int, int]] = set()
    for glyph in glyphs:
        if not glyph.face.hidden and not glyph.text.isspace():
            column, row = int(glyph.x // _CELL), int(glyph.y // _CELL)
            covered.update((column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1))
    return [
        glyph
        for glyph in glyphs
        if not glyph.face.hidden or (int(glyph.x // _CELL), int(glyph.y // _CELL)) not in covered
    ]


def _fault(text: str) -> str:
    """Why a page's text cannot be used, "" where it can or where there is none."""
    if not text:
        return ""
    kinds = [unicodedata.category(char) for char in text]
    meaningless = sum(
        char == UNKNOWN or kind in ("Co", "Cn") for char, kind in zip(text, kinds, strict=True)
    )
    if meaningless > _GARBAGE_SHARE * len(text):
        return f"{meaningless} of {len(text)} characters have no meaning"
    letters = [char for char, kind in zip(text, kinds, strict=True) if kind[0] == "L"]
    if not letters:
        return f"{len(text)} characters, none of them a letter"
    latin = [char for char in letters if char < "\u0250" or "\ufb00" <= char <= "\ufb06"]
    vowels = sum(char in _VOWELS for char in "".join(latin).casefold())
    if len(latin) >= _ENOUGH_LETTERS and vowels < _FEWEST_VOWELS * len(latin):
        return f"{vowels} vowels among {len(latin)} letters: the glyphs stand for other letters"
    return ""
