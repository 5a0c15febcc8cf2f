"""Readings of a stretch of text, from what the tagger holds likely for its characters."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from pipeline.stages.restore.alignment import outputs_of
from pipeline.stages.restore.alphabet import KEEP, Alphabet, code_points
from pipeline.stages.restore.protect import Guard

POSSIBLE, FAINTLY_POSSIBLE = float(np.log(0.008)), float(np.log(0.0001))
"""Outputs less likely than this are not tried, at first and at the second look."""

CERTAIN = float(np.log(0.993))
"""A stretch all of whose characters are kept with this probability is not looked at."""

SURE = float(np.log(0.96))
"""Where every output of a stretch is this likely, no other reading is tried at first."""

SOFT_BLANK = float(np.log(0.85))
"""A blank kept with less than this probability may be no word boundary."""

BEAM, WIDE_BEAM = 10, 24
"""Readings kept while a stretch is read, at first and at the second look."""

MARGIN = 8.0
"""Readings this much less likely (log) than the best are dropped."""

LONGEST = 60
"""Characters; what is longer without white space is no prose and is not read."""

FARTHEST = 4
"""Edits between what was read and a reading that the tagger did not propose."""

UNFORESEEN = -9.0
"""Log probability of an output that the tagger does not know, and the least of any."""

Changes = tuple[tuple[int, str], ...]
Option = tuple[float, str]
"""The log probability of an output for a character, and what is then written there."""


class Candidate(NamedTuple):
    """A reading of a stretch: its text, log probability, and outputs by page position."""

    text: str
    score: float
    changes: Changes = ()


class Stretch(NamedTuple):
    """A token, or several that may be one: `text[start:end]` of the page.

    The likelier of two readings comes later; what stands there is last if no beam kept it.
    """

    start: int
    end: int
    candidates: tuple[Candidate, ...]


class PageReader:
    """Reads the stretches of one page, given the tagger's log probabilities for it."""

    def __init__(
        self, text: str, log_probabilities: NDArray[np.float32], alphabet: Alphabet
    ) -> None:
        self._text, self._likely, self._alphabet = text, log_probabilities, alphabet
        uncertain = np.flatnonzero(log_probabilities[:, 0] < CERTAIN)
        self._places: list[int] = uncertain.tolist()
        self._rows = log_probabilities[uncertain]
        self._kept: list[float] = self._rows[:, 0].tolist()
        numbers = self._rows.argmax(1)
        self._likeliest = self._rows[np.arange(len(numbers)), numbers]
        self._gains: list[float] = self._likeliest.tolist()
        self._numbers: list[int] = numbers.tolist()
        self._possible = self._options(0, len(self._places), POSSIBLE)

    def stretches(self) -> Iterator[Stretch]:
        """Yield the stretches that the tagger is not certain to leave alone, in order."""
        cuts = self._boundaries()
        starts, ends = [0, *[cut + 1 for cut in cuts]], [*cuts, len(self._text)]
        first = np.searchsorted(self._places, starts).tolist()
        last = np.searchsorted(self._places, ends).tolist()
        for start, end, low, high in zip(starts, ends, first, last, strict=True):
            if low < high and end - start <= LONGEST:
                candidates = self._sure((start, end), range(low, high)) or self._readings(
                    (start, end), low, self._possible[low:high], BEAM
                )
                yield Stretch(start, end, candidates)

    def again(self, stretch: Stretch, others: Iterable[str]) -> Stretch:
        """The stretch with unlikelier readings, and with `others` as readings, too."""
        span = (stretch.start, stretch.end)
        low, high = (bisect_left(self._places, place) for place in span)
        options = self._options(low, high, FAINTLY_POSSIBLE)
        readings = {c.text: c for c in self._readings(span, low, options, WIDE_BEAM)}
        before = self._text[span[0] : span[1]]
        guard = Guard(before)
        for other in others:
            near = Levenshtein.distance(before, other, score_cutoff=FARTHEST) <= FARTHEST
            if near and other not in readings and guard.allows(other):
                readings[other] = self._reading_as(other, span)
        return Stretch(*span, tuple(readings.values()))

    def _boundaries(self) -> list[int]:
        """Positions of the white space that certainly parts words."""
        points = code_points(self._text)
        blanks = np.flatnonzero((points == ord(" ")) & (self._likely[:, 0] > SOFT_BLANK))
        breaks = np.flatnonzero(points == ord("\n")).tolist()
        certain = [place for place in breaks if not _breaks_word(self._text, place)]
        return sorted([*blanks.tolist(), *certain])

    def _options(self, low: int, high: int, least: float) -> list[list[Option]]:
        """Of the uncertain places numbered `low` to `high`: outputs as likely as `least`.

        The likeliest is always among them, however unlikely it is.
        """
        rows, outputs = self._rows[low:high], self._alphabet.outputs
        thresholds = np.minimum(least, self._likeliest[low:high, None])
        characters = [self._text[place] for place in self._places[low:high]]
        options: list[list[Option]] = [[] for _ in characters]
        at, numbers = np.nonzero(rows >= thresholds)
        gains = rows[at, numbers].tolist()
        for index, number, gain in zip(at.tolist(), numbers.tolist(), gains, strict=True):
            options[index].append((gain, outputs[number].replace(KEEP, characters[index])))
        return options

    def _sure(self, span: tuple[int, int], uncertain: range) -> tuple[Candidate, ...]:
        """The one reading that needs no second opinion; nothing where there is none."""
        pieces, changes, score, done = [], [], 0.0, span[0]
        for index in uncertain:
            gain, place = self._gains[index], self._places[index]
            if gain < SURE:
                return ()
            character = self._text[place]
            written = self._alphabet.outputs[self._numbers[index]].replace(KEEP, character)
            pieces += [self._text[done:place], written]
            done = place + 1
            score += gain
            if written != character:
                if character == "\n":
                    return ()
                changes.append((place, written))
        reading = "".join([*pieces, self._text[done : span[1]]])
        if not Guard(self._text[span[0] : span[1]]).allows(reading):
            return ()
        return (Candidate(reading, score, tuple(changes)),)

    def _readings(
        self, span: tuple[int, int], low: int, options: list[list[Option]], size: int
    ) -> tuple[Candidate, ...]:
        """Beam search over the options of the uncertain places from number `low` on.

        The reading that changes nothing is always among them; forbidden ones never are.

        Args:
            size: how many readings are kept.
        """
        start, end = span
        text = self._text
        beam: list[tuple[float, str, Changes]] = [(0.0, "", ())]
        unchanged, done = 0.0, start
        for index, choices in enumerate(options, low):
            place = self._places[index]
            character = text[place]
            if character == "\n":
                continue
            between = text[done:place]
            done = place + 1
            unchanged += self._kept[index]
            worst = beam[0][0] + self._gains[index] - MARGIN
            grown = []
            for gain, written in choices:
                change = () if written == character else ((place, written),)
                tail = between + written
                grown += [
                    (score + gain, read + tail, old + change)
                    for score, read, old in beam
                    if score + gain > worst
                ]
            grown.sort(reverse=True)
            beam = grown[:size]
        tail, before = text[done:end], text[start:end]
        guard = Guard(before)
        unique: dict[str, Candidate] = {}
        for score, read, changes in reversed(beam):
            reading = read + tail
            if guard.allows(reading):
                unique[reading] = Candidate(reading, score, changes)
        unique.setdefault(before, Candidate(before, unchanged))
        return tuple(unique.values())

    def _reading_as(self, other: str, span: tuple[int, int]) -> Candidate:
        """How likely the tagger holds the changes that make the stretch read `other`."""
        before = self._text[span[0] : span[1]]
        wanted, _ = outputs_of(before, other, longest=len(other))
        score, changes = 0.0, []
        for place in range(*span):
            output = wanted.get(place - span[0], KEEP)
            number = self._alphabet.output_ids.get(output)
            gain = UNFORESEEN if number is None else float(self._likely[place, number])
            score += max(gain, UNFORESEEN)
            if output != KEEP:
                changes.append((place, output.replace(KEEP, self._text[place])))
        return Candidate(other, score, tuple(changes))


def _breaks_word(text: str, place: int) -> bool:
    """Whether the line break at `place` stands inside a hyphenated word."""
    return (
        place >= 3
        and text[place - 1] == "-"
        and text[place - 2].isalpha()
        and text[place + 1 : place + 2].islower()
    )
