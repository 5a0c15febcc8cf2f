"""A document's mentions, laid out for quick look-up by place."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pipeline.document import Document
from pipeline.gazetteer import Gazetteer, Mention
from pipeline.offsets import Span
from pipeline.stages.attribute.asides import find_asides
from pipeline.stages.attribute.years import year_of_document


@dataclass(frozen=True)
class Reading:
    """What the attribute stage has read of a document so far.

    Attributes:
        mentions: all mentions of bodies, in order.
        asides: copy lists and addressees: names there credit nobody.
    """

    document: Document
    gazetteer: Gazetteer
    mentions: tuple[Mention, ...]
    asides: tuple[Span, ...]

    @classmethod
    def of(cls, document: Document, gazetteer: Gazetteer) -> Reading:
        """Find the mentions and copy lists of a document."""
        mentions = gazetteer.find(document.text)
        return cls(document, gazetteer, mentions, find_asides(document))

    @cached_property
    def year(self) -> int | None:
        """The document's year."""
        return year_of_document(self.document.text)

    @cached_property
    def _starts(self) -> list[int]:
        return [mention.start for mention in self.mentions]

    @cached_property
    def _heading_starts(self) -> list[int]:
        return [heading.start for heading in self.document.headings]

    def inside(self, span: Span) -> tuple[Mention, ...]:
        """Return the mentions that begin in a span and stand in no copy list."""
        low, high = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        return tuple(m for m in self.mentions[low:high] if not self.is_aside(m.start))

    def is_aside(self, position: int) -> bool:
        """Whether a place lies in a copy list."""
        return any(aside.start <= position < aside.end for aside in self.asides)

    def heading_before(self, position: int) -> Span | None:
        """Return the nearest heading above a place."""
        index = bisect_left(self._heading_starts, position)
        return self.document.headings[index - 1] if index else None


def resolve(mention: Mention, reading: Reading) -> tuple[str, ...]:
    """Settle names that districts of several cities share: by year, then by the city named."""
    if len(mention.codes) == 1:
        return mention.codes
    cities = Counter(code for m in reading.mentions if len(m.codes) == 1 for code in m.codes)
    fitting = [code for code in mention.codes if reading.gazetteer.is_valid(code, reading.year)]
    weights = {
        code: sum(n for other, n in cities.items() if other[:4] == code[:4])
        for code in fitting or mention.codes
    }
    best = max(weights.values())
    return tuple(code for code, weight in weights.items() if weight == best)[:1] if best else ()


def lines_of(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the lines of `text[start:end]` that are not blank."""
    position = start
    for line in text[start:end].splitlines(keepends=True):
        if line.strip():
            yield Span(position, position + len(line))
        position += len(line)


def districts_first(codes: list[str]) -> tuple[str, ...]:
    """Drop the city where one of its districts is named beside it."""
    cities = {code[:4] for code in codes if "-" in code}
    return tuple(code for code in codes if code not in cities)
