"""Sentences and headings: what is running prose, where each sentence begins and ends.

Running heads, page numbers and tables are left out, but for cells that hold prose. Where
extraction gave regions they decide; elsewhere (txt, a text layer without structure) blocks
between blank lines are judged by shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.document import Document, Page, Sentence
from pipeline.offsets import Span
from pipeline.stages.sentence_split import split_sentences

BlockKind = Literal["prose", "heading", "aside"]
_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_BULLET = re.compile(r"\s*(?:[-–—•▪·*o]|\d{1,2}[.)]|[a-h]\))\s+\S")
_PAGE_NUMBER = re.compile(
    r"\s*(?:(?:sida|sid|s)\.?\s*)?[-–(]?\s*\d{1,4}\s*[-–)]?(?:\s*(?:\(|av|/)\s*\d{1,4}\)?)?\s*",
    re.I,
)
_CELL = re.compile(r"[^\t\n]+")
_LETTER = re.compile(r"[^\W\d_]")
MAX_HEADING_CHARACTERS = 160
MAX_LONE_CHARACTERS = 60
MAX_NAME_WORDS = 5
MIN_SENTENCE_LETTERS = 3
MIN_CELL_WORDS = 6
"""A table cell with fewer words is a name, a date, a figure: no sentence."""
MAX_TABLE_WORD_SHARE = 0.6
"""A line where fewer of the tokens than this are words is part of a table."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of `text` with one role."""

    start: int
    end: int
    kind: BlockKind


class Segment:
    """The stage that adds `headings` and `sentences`."""

    name = "segment"
    version = "1"

    def __call__(self, document: Document) -> Document:
        """Split the text of every page; see the module's description."""
        headings: list[Span] = []
        sentences: list[Sentence] = []
        heading = ""
        text = document.text
        for block in _merge_broken(_without_lists_of_titles(list(_blocks(document)), text), text):
            if block.kind == "heading":
                headings.append(Span(block.start, block.end))
                heading = " ".join(document.text[block.start : block.end].split())
            elif block.kind == "prose":
                for span in split_sentences(document.text, Span(block.start, block.end)):
                    words = document.text[span.start : span.end]
                    if len(_LETTER.findall(words)) >= MIN_SENTENCE_LETTERS:
                        sentences.append(Sentence(span.start, span.end, heading))
        return replace(document, headings=tuple(headings), sentences=tuple(sentences))


def _blocks(document: Document) -> Iterator[Block]:
    for page in document.pages:
        if page.regions:
            yield from _from_regions(document, page)
        else:
            inside = document.offsets.to_target(Span(page.start, page.end))
            yield from _from_shape(document.text, inside)


def _from_regions(document: Document, page: Page) -> Iterator[Block]:
    for region in page.regions:
        span = document.offsets.to_target(Span(region.start, region.end))
        alone = region.kind == "prose" and _stands_alone(document.text[span.start : span.end])
        if region.kind == "heading" or alone:
            yield _trimmed(document.text, span, "heading")
        elif region.kind in ("prose", "list"):
            yield from _without_tables(document.text, span)
        elif region.kind == "table":
            yield from _prose_cells(document.text, span)
        else:
            yield _trimmed(document.text, span, "aside")


def _prose_cells(text: str, span: Span) -> Iterator[Block]:
    """The cells of a table that hold running words: action plans are often set as tables."""
    for cell in _CELL.finditer(text, span.start, span.end):
        words = [word for word in cell.group().split() if len(_LETTER.findall(word)) > 1]
        if len(words) >= MIN_CELL_WORDS:
            yield _trimmed(text, Span(cell.start(), cell.end()), "prose")


def _from_shape(text: str, inside: Span) -> Iterator[Block]:
    """Judge blocks between blank lines by their shape alone."""
    start = inside.start
    for gap in [*_BLANK_LINES.finditer(text, inside.start, inside.end), None]:
        end = gap.start() if gap else inside.end
        words = text[start:end].strip()
        if _is_heading(words):
            yield _trimmed(text, Span(start, end), "heading")
        elif words:
            yield from _without_tables(text, Span(start, end))
        start = gap.end() if gap else end


def _without_tables(text: str, span: Span) -> Iterator[Block]:
    """Split off lines that are rows of figures, page numbers or contents lines."""
    start: int | None = None
    position = span.start
    for line in text[span.start : span.end].splitlines(keepends=True):
        if _is_aside(line):
            if start is not None:
                yield _trimmed(text, Span(start, position), "prose")
                start = None
            yield _trimmed(text, Span(position, position + len(line)), "aside")
        elif start is None and line.strip():
            start = position
        position += len(line)
    if start is not None:
        yield _trimmed(text, Span(start, span.end), "prose")


def _trimmed(text: str, span: Span, kind: BlockKind) -> Block:
    words = text[span.start : span.end]
    left = len(words) - len(words.lstrip())
    return Block(span.start + left, span.start + max(left, len(words.rstrip())), kind)


def _is_heading(block: str) -> bool:
    """A short block without a sentence's end, a bullet or figures in columns."""
    lines = block.splitlines()
    if not lines or len(lines) > 2 or len(block) > MAX_HEADING_CHARACTERS or _is_aside(lines[0]):
        return False
    first = _LETTER.search(block)
    if first is None or first.group().islower() or (_BULLET.match(block) and "\n" in block):
        return False
    return not re.search(r"[.!?;:,–-]\W*$", block) and not re.match(r"\s*[-–•*]\s", block)


def _stands_alone(block: str) -> bool:
    """A heading that layout did not know as one: OCR gives no reliable type size."""
    return "\n" not in block.strip() and len(block) <= MAX_LONE_CHARACTERS and _is_heading(block)


def _is_aside(line: str) -> bool:
    if _PAGE_NUMBER.fullmatch(line) or re.search(r"(?:\.\s?){5,}\s*\d+\s*$", line):
        return True
    tokens = line.split()
    figures = sum(any(c.isdigit() for c in t) and not _LETTER.search(t) for t in tokens)
    return "\t" in line.strip() or (
        figures >= 3 and (len(tokens) - figures) / len(tokens) < MAX_TABLE_WORD_SHARE
    )


def _without_lists_of_titles(blocks: list[Block], text: str) -> list[Block]:
    """Set aside what stands in a row of titles or names: lists of documents, copy lists."""
    titled = [block.kind == "heading" for block in blocks]
    result = []
    for index, block in enumerate(blocks):
        short = block.end - block.start <= MAX_HEADING_CHARACTERS
        if (short and _in_row(titled, index)) or _is_name_list(text[block.start : block.end]):
            block = replace(block, kind="aside")
        result.append(block)
    return result


def _in_row(titled: list[bool], index: int) -> bool:
    """Whether almost all neighbours are titles: 3 of 4 on both sides, or a title behind 7 of 8."""
    before, after = titled[max(0, index - 8) : index][::-1], titled[index + 1 : index + 9]
    inside = sum(before[:4]) >= 3 and sum(after[:4]) >= 3
    return inside or (titled[index] and (sum(before) >= 7 or sum(after) >= 7))


def _is_name_list(words: str) -> bool:
    """Three or more short lines, each a name or title without a sentence's end."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return len(lines) >= 3 and all(
        len(line.split()) <= MAX_NAME_WORDS
        and line[0].isupper()
        and not re.search(r"[.!?:;,-]$", line)
        for line in lines
    )


def _merge_broken(blocks: list[Block], text: str) -> list[Block]:
    """Join prose blocks that a blank line cut inside a sentence: the next goes on in lower case."""
    merged: list[Block] = []
    for block in blocks:
        last = merged[-1] if merged else None
        if (
            last
            and last.kind == block.kind == "prose"
            and text[last.end - 1 : last.end] not in '.!?:;”"'
            and text[block.start : block.start + 1].islower()
            and not text[last.end : block.start].strip()
        ):
            merged[-1] = replace(last, end=block.end)
        else:
            merged.append(block)
    return merged
