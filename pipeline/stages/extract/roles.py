"""Which blocks are headings, and which stretches of prose go on in the next column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from pipeline.stages.extract.layout import MARKER, Block

_LONGEST_HEADING = 160  # characters
_LONGEST_NUMBERED = 90
_LARGER = 1.1
_NUMBERED = re.compile(r"^(?:§\s*)?\d{1,2}(?:\.\d{1,2})*\.?\s+[A-ZÅÄÖÉ]")
_ENDS = (".", ":", "?", "!", ";", "”", '"')


def body_look(blocks: Iterable[Block]) -> tuple[float, bool]:
    """Size of type, and whether bold, of most of a document's letters outside tables."""
    looks: Counter[tuple[float, bool]] = Counter()
    for block in blocks:
        if block.kind in ("prose", "list"):
            looks[block.size, block.bold] += len(block.text)
    return looks.most_common(1)[0][0] if looks else (0.0, False)


def mark_headings(blocks: list[Block], body: tuple[float, bool]) -> None:
    """Turn blocks of one page into headings where look or number and what follows say so."""
    for index, block in enumerate(blocks):
        following = next(
            (other for other in blocks[index + 1 :] if other.kind not in ("heading",)), None
        )
        if _is_heading(block, body, following):
            block.kind = "heading"


def _is_heading(block: Block, body: tuple[float, bool], following: Block | None) -> bool:
    text = block.text
    letters = sum(char.isalpha() for char in text)
    if block.kind not in ("prose", "list") or len(block.lines) > 3 or letters < 3:
        return False
    if len(text) > _LONGEST_HEADING or text.endswith((".", ",", ";", "-")):
        return False
    size, bold = body
    if block.size > _LARGER * size or (block.bold and not bold and block.size >= 0.95 * size):
        return True
    if len(block.lines) > 1 or len(text) > _LONGEST_NUMBERED or not _NUMBERED.match(text):
        return False
    return (
        following is not None
        and following.kind in ("prose", "table")
        and len(following.text) > len(text)
        and not MARKER.match(following.text)
    )


def join_columns(blocks: list[Block]) -> list[Block]:
    """Join prose that breaks off at a column's end with what goes on in the next column."""
    joined: list[Block] = []
    for block in blocks:
        if joined and _goes_on(joined[-1], block):
            joined[-1].lines += block.lines
            joined[-1].flow = block.flow
        else:
            joined.append(block)
    return joined


def _goes_on(upper: Block, lower: Block) -> bool:
    if upper.flow == lower.flow or lower.kind != "prose" or upper.kind not in ("prose", "list"):
        return False
    same_look = abs(upper.size - lower.size) < 0.6 and upper.bold == lower.bold
    return same_look and not upper.text.endswith(_ENDS) and lower.text[:1].islower()
