"""From laid-out sheets to raw text, with words and regions in its offsets."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.document import Page, PageSource, Region, Word
from pipeline.stages.extract.sheet import Sheet

_BETWEEN_BLOCKS = "\n\n"
_BETWEEN_LINES = "\n"


def assemble(sheets: Sequence[Sheet]) -> tuple[str, tuple[Page, ...]]:
    """Write the sheets' blocks one after the other; empty sheets become empty pages."""
    pieces: list[str] = []
    length = 0

    def write(text: str) -> int:
        nonlocal length
        pieces.append(text)
        length += len(text)
        return length

    pages = []
    for sheet in sheets:
        if sheet.blocks and pieces:
            write(_BETWEEN_BLOCKS)
        start = length
        words: list[Word] = []
        regions: list[Region] = []
        for number, (frame, block) in enumerate(sheet.blocks):
            if number:
                write(_BETWEEN_BLOCKS)
            begins = length
            for row, line in enumerate(block.lines):
                for column, token in enumerate(line):
                    if column:
                        write(token.gap)
                    elif row:
                        write(_BETWEEN_LINES)
                    at = length
                    box = frame.box(token.x0, token.y0, token.x1, token.y1)
                    words.append(Word(at, write(token.text), box))
            regions.append(Region(begins, length, block.kind))
        source: PageSource = "hidden_text_layer" if sheet.hidden else "text_layer"
        pages.append(
            Page(
                sheet.number,
                start,
                length,
                source,
                sheet.width,
                sheet.height,
                tuple(words),
                tuple(regions),
            )
        )
    return "".join(pieces), tuple(pages)
