"""Which paragraphs of the source text a test page holds: they are never trained on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.training.aligned_pages import load_pages
from pipeline.training.source_text import paragraphs

GRAM = 40
"""Characters (white space and hyphens left out) that two texts share when one was taken over."""


def _folded(text: str) -> str:
    return re.sub(r"[\s-]+", "", text)


@dataclass(frozen=True)
class SeenText:
    """All stretches of `GRAM` characters of the test pages, hashed."""

    grams: frozenset[int] = field(default_factory=frozenset)

    def _with(self, texts: list[str]) -> SeenText:
        found = set(self.grams)
        for text in map(_folded, texts):
            found.update(hash(text[i : i + GRAM]) for i in range(len(text) - GRAM + 1))
        return SeenText(frozenset(found))

    @classmethod
    def of_beds(cls, beds: list[Path]) -> SeenText:
        """Take in every `NNN.gold.txt` of the beds."""
        golds = [gold for bed in beds for gold in sorted(bed.glob("*.gold.txt"))]
        return cls()._with([gold.read_text(encoding="utf-8") for gold in golds])

    def with_pages(self, pairs: Path) -> SeenText:
        """Take in the rendered pages held out for development."""
        return self._with([page.gold for page in load_pages(pairs) if page.held_out])

    def holds(self, paragraph: str) -> bool:
        """Whether the opening or the middle of `paragraph` stands on a test page."""
        text = _folded(paragraph)
        middle = len(text) // 2
        return hash(text[:GRAM]) in self.grams or hash(text[middle : middle + GRAM]) in self.grams


@dataclass(frozen=True)
class LabelledText:
    """The openings of labelled sentences, folded: text that holds one is not pre-trained on."""

    openings: frozenset[str]

    @classmethod
    def of(cls, sentences: Iterable[str]) -> LabelledText:
        """Take in sentences; those shorter than `GRAM` could stand anywhere."""
        folded = map(_folded, sentences)
        return cls(frozenset(text[:GRAM] for text in folded if len(text) >= GRAM))

    def in_paragraph(self, paragraph: str) -> bool:
        """Whether a paragraph holds one of the sentences."""
        text = _folded(paragraph)
        return any(text[i : i + GRAM] in self.openings for i in range(len(text) - GRAM + 1))


def paragraphs_unseen(
    folder: Path, source: str, seen: SeenText, *, held_out: bool = False
) -> Iterator[str]:
    """Yield the paragraphs of `source` that are not on a test page; see `paragraphs`."""
    for paragraph in paragraphs(folder, source, held_out=held_out):
        if not seen.holds(paragraph):
            yield paragraph
