"""Collect blocks of text with their roles into one page, for formats without layout."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.document import Page, Region, RegionKind
from pipeline.errors import Issue
from pipeline.stages.extract.reading import Reading


class Blocks:
    """Blocks in reading order; `reading()` joins them by empty lines."""

    def __init__(self) -> None:
        self._blocks: list[tuple[RegionKind, str]] = []

    def add(self, kind: RegionKind, text: str) -> None:
        """Add a block, outer white space dropped; one without text adds nothing."""
        if text := text.strip():
            self._blocks.append((kind, text))

    def add_table(self, rows: Iterable[list[str]]) -> None:
        """Add a table: a row a line, cells set apart by tabs, their own white space collapsed."""
        lines = ["\t".join(" ".join(cell.split()) for cell in row) for row in rows]
        self.add("table", "\n".join(line.rstrip() for line in lines if line.strip()))

    def reading(self, issues: Iterable[Issue] = ()) -> Reading:
        """The blocks as a one-page text, a region a block."""
        regions, start = [], 0
        for kind, text in self._blocks:
            regions.append(Region(start, start + len(text), kind))
            start += len(text) + 2
        raw = "\n\n".join(text for _, text in self._blocks)
        page = Page(1, 0, len(raw), "file", regions=tuple(regions))
        return Reading(raw, (page,), tuple(issues))
