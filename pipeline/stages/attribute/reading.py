"""A document's mentions, laid out for quick look-up by place."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from pipeline.document import Document
from pipeline.gazetteer import Gazetteer, Mention
from pipeline.offsets import Span
from pipeline.stages.attribute.asides import find_asides


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
    def _starts(self) -> list[int]:
        return [mention.start for mention in self.mentions]

    def inside(self, span: Span) -> tuple[Mention, ...]:
        """Return the mentions that begin in a span and stand in no copy list."""
        low, high = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        return tuple(m for m in self.mentions[low:high] if not self.is_aside(m.start))

    def is_aside(self, position: int) -> bool:
        """Whether a place lies in a copy list."""
        return any(aside.start <= position < aside.end for aside in self.asides)

    def heading_before(self, position: int) -> Span | None:
        """Return the nearest heading above a place."""
        index = bisect_left([h.start for h in self.document.headings], position)
        return self.document.headings[index - 1] if index else None
