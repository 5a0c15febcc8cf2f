"""Exact character maps between two versions of a text, kept while the text is changed.

A change is an `Edit`; an `OffsetMap` is an ordered set of them. Offsets count code points.
Nothing here compares texts afterwards: a map is right by construction or cannot be built.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from pipeline.errors import OffsetError


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `before`, which stands at `start` of the source text, by `after`.

    Attributes:
        start: offset in the source text.
        kind: what made the edit, e.g. `hyphen`, `nfc`, `ocr`.
        confidence: 0 to 1; 1 for edits that follow a rule.
    """

    start: int
    before: str
    after: str
    kind: str
    confidence: float = 1.0

    @property
    def end(self) -> int:
        """Offset in the source text just behind what is replaced."""
        return self.start + len(self.before)

    def moved(self, by: int) -> Edit:
        """The same edit `by` characters further on; further back where that is negative."""
        return Edit(self.start + by, self.before, self.after, self.kind, self.confidence)


@dataclass(frozen=True)
class OffsetMap:
    """Ordered, non-overlapping edits that turn a source text into a target text.

    Raises:
        OffsetError: edits overlap, stand out of order, or do not fit the text they meet.
    """

    edits: tuple[Edit, ...] = ()

    def __post_init__(self) -> None:
        for left, right in pairwise(self.edits):
            if right.start < left.end or _are_one(left, right):
                raise OffsetError(f"edits overlap or stand out of order at offset {right.start}")

    @classmethod
    def of(cls, edits: Iterable[Edit]) -> OffsetMap:
        """Build a map from edits in any order: no-ops dropped, neighbours that are one joined."""
        result: list[Edit] = []
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
            if edit.before == edit.after:
                continue
            if result and _are_one(result[-1], edit):
                edit = _joined(result.pop(), edit)
            result.append(edit)
        return cls(tuple(result))

    @cached_property
    def _target_starts(self) -> list[int]:
        """Where each edit's `after` begins in the target text."""
        starts, shift = [], 0
        for edit in self.edits:
            starts.append(edit.start + shift)
            shift += len(edit.after) - len(edit.before)
        return starts

    @cached_property
    def inverse(self) -> OffsetMap:
        """The map from the target text back to the source text."""
        return OffsetMap(
            tuple(
                Edit(start, edit.after, edit.before, edit.kind, edit.confidence)
                for start, edit in zip(self._target_starts, self.edits, strict=True)
            )
        )

    def apply(self, source: str) -> str:
        """Return the target text; raises `OffsetError` if an edit does not fit `source`."""
        pieces, done = [], 0
        for edit in self.edits:
            if source[edit.start : edit.end] != edit.before:
                raise OffsetError(f"edit at {edit.start} expects {edit.before!r}, not there")
            pieces += [source[done : edit.start], edit.after]
            done = edit.end
        return "".join([*pieces, source[done:]])

    def revert(self, target: str) -> str:
        """Return the source text that `target` was made from."""
        return self.inverse.apply(target)

    def to_source(self, span: Span) -> Span:
        """Map a span of the target text to the smallest source span that produced it.

        An end that falls inside replaced text takes in the whole of what was replaced.
        """
        start = self._source_start(span.start)
        return Span(start, max(start, self._source_end(span.end)))

    def to_target(self, span: Span) -> Span:
        """Map a span of the source text to the target text."""
        return self.inverse.to_source(span)

    def _source_start(self, position: int) -> int:
        index = bisect_right(self._target_starts, position) - 1
        if index < 0:
            return position
        edit, begins = self.edits[index], self._target_starts[index]
        beyond = position - begins - len(edit.after)
        return edit.start if beyond < 0 else edit.end + beyond

    def _source_end(self, position: int) -> int:
        index = bisect_left(self._target_starts, position) - 1
        if index < 0:
            return position
        edit, begins = self.edits[index], self._target_starts[index]
        return edit.end + max(0, position - begins - len(edit.after))

    def then(self, second: OffsetMap, source: str) -> OffsetMap:
        """Compose: this map on `source`, then `second` on its result, as one map on `source`.

        Edits of the two that overlap become one, with both kinds and the lower confidence.
        """
        if not self.edits:
            return second
        if not second.edits:
            return self
        middle = self.apply(source)
        return OffsetMap.of(
            self._merge(run, middle, source) if run.seconds else run.firsts[0]
            for run in self._runs(second)
        )

    def _runs(self, second: OffsetMap) -> Iterator[_Run]:
        """Group the edits of both maps, in middle-text order, into runs that overlap."""
        firsts = [
            _Run(start, start + len(edit.after), firsts=[edit])
            for start, edit in zip(self._target_starts, self.edits, strict=True)
        ]
        seconds = [_Run(edit.start, edit.end, seconds=[edit]) for edit in second.edits]
        run: _Run | None = None
        for piece in sorted([*firsts, *seconds], key=lambda piece: (piece.low, piece.high)):
            if run and piece.low < run.high and run.low < piece.high:
                run.high = max(run.high, piece.high)
                run.firsts += piece.firsts
                run.seconds += piece.seconds
                continue
            if run:
                yield run
            run = piece
        if run:
            yield run

    def _merge(self, run: _Run, middle: str, source: str) -> Edit:
        """One edit on `source` that does what all edits of `run` do."""
        back = self.to_source(Span(run.low, run.high))
        if not run.firsts and len(run.seconds) == 1:
            return run.seconds[0].moved(back.start - run.low)
        moved = (edit.moved(-run.low) for edit in run.seconds)
        together = [*run.firsts, *run.seconds]
        return Edit(
            back.start,
            source[back.start : back.end],
            OffsetMap.of(moved).apply(middle[run.low : run.high]),
            "+".join(dict.fromkeys(kind for edit in together for kind in edit.kind.split("+"))),
            min(edit.confidence for edit in together),
        )


@dataclass
class _Run:
    """Edits that overlap in the middle text of a composition, and the range they cover there."""

    low: int
    high: int
    firsts: list[Edit] = field(default_factory=list)
    seconds: list[Edit] = field(default_factory=list)


def _are_one(left: Edit, right: Edit) -> bool:
    """Whether two touching edits insert at one place, or delete one stretch."""
    return left.end == right.start and (
        left.before == right.before == "" or left.after == right.after == ""
    )


def _joined(left: Edit, right: Edit) -> Edit:
    """Two edits that are one (see `_are_one`) as one edit."""
    kinds = dict.fromkeys([*left.kind.split("+"), *right.kind.split("+")])
    return Edit(
        left.start,
        left.before + right.before,
        left.after + right.after,
        "+".join(kinds),
        min(left.confidence, right.confidence),
    )
