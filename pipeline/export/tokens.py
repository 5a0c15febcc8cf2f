"""Tokens of sentences, and offsets as programs count that store text as UTF-16."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from pipeline.document import Document, Finding, Sentence
from pipeline.offsets import Span

_TOKEN = re.compile(r"\w+(?:[-:.,’']\w+)*|[^\w\s]")


def tokens(text: str, span: Span | Sentence) -> Iterator[Span]:
    """Yield the words, numbers and marks of `text[span]`; together all that is no white space."""
    for match in _TOKEN.finditer(text, span.start, span.end):
        yield Span(match.start(), match.end())


def by_sentence(document: Document) -> Iterator[tuple[Sentence, list[Finding]]]:
    """Yield every sentence with its findings."""
    found: dict[int, list[Finding]] = {}
    for finding in document.findings:
        found.setdefault(finding.span.start, []).append(finding)
    for sentence in document.sentences:
        yield sentence, found.get(sentence.start, [])


class Utf16:
    """Turns offsets in code points into offsets in UTF-16 units, as Java and JavaScript count."""

    def __init__(self, text: str) -> None:
        self._wide = [i for i, character in enumerate(text) if ord(character) > 0xFFFF]

    def __call__(self, offset: int) -> int:
        """Return how many units stand before `offset`."""
        return offset + bisect_left(self._wide, offset)
