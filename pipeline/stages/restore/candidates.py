"""Readings of a stretch of text, from what the tagger holds likely for its characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.restore.alignment import outputs_of
from pipeline.stages.restore.alphabet import KEEP, Alphabet

POSSIBLE, FAINTLY_POSSIBLE = float(np.log(0.003)), float(np.log(0.0001))
"""Outputs less likely than this are not tried, at first and at the second look."""

CERTAIN = float(np.log(0.995))
"""A stretch all of whose characters are kept with this probability is not looked at."""

SOFT_BLANK = float(np.log(0.85))
"""A blank kept with less than this probability may be no word boundary."""

BEAM, WIDE_BEAM = 16, 48
"""Readings kept while a stretch is read, at first and at the second look."""

MARGIN = 11.0
"""Readings this much less likely (log) than the best are dropped."""

DOTTED = ("å", "ä", "ö")
"""Letters whose capital form scans misread for the capital of another letter, never for them."""

UNFORESEEN = -9.0
"""Log probability of an output that the tagger does not know, and the least of any."""

_BLANK = re.compile(r"[ \n]")

Changes = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reading of a stretch: its text, log probability, and outputs by page position."""

    text: str
    score: float
    changes: Changes = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A token, or several that may be one; `text[start:end]` of the page; best reading first."""

    start: int
    end: int
    candidates: tuple[Candidate, ...]


def open_stretches(
    text: str, log_probabilities: NDArray[np.float32], outputs: tuple[str, ...]
) -> Iterator[Stretch]:
    """Yield the stretches that the tagger is not certain to leave alone, in order."""
    keep = log_probabilities[:, 0]
    cuts = _boundaries(text, keep)
    starts = np.array([0, *[c + 1 for c in cuts]], dtype=np.int64)
    ends = np.array([*cuts, len(text)], dtype=np.int64)
    filled = ends > starts
    starts, ends = starts[filled], ends[filled]
    uncertain = np.r_[0, np.cumsum(keep < CERTAIN)]
    for index in np.flatnonzero(uncertain[ends] > uncertain[starts]):
        start, end = int(starts[index]), int(ends[index])
        first = _readings(text, (start, end), log_probabilities, outputs, (POSSIBLE, BEAM))
        yield Stretch(start, end, first)


def looked_at_again(
    stretch: Stretch,
    text: str,
    log_probabilities: NDArray[np.float32],
    alphabet: Alphabet,
    others: Iterable[str],
) -> Stretch:
    """The stretch with unlikelier readings, and with `others` as readings, too."""
    span = (stretch.start, stretch.end)
    width = (FAINTLY_POSSIBLE, WIDE_BEAM)
    readings = {
        c.text: c for c in _readings(text, span, log_probabilities, alphabet.outputs, width)
    }
    for other in others:
        if other not in readings:
            readings[other] = _reading_as(other, stretch, text, log_probabilities, alphabet)
    return Stretch(*span, tuple(readings.values()))


def _reading_as(
    other: str,
    stretch: Stretch,
    text: str,
    log_probabilities: NDArray[np.float32],
    alphabet: Alphabet,
) -> Candidate:
    """How likely the tagger holds the changes that make the stretch read `other`."""
    wanted, _ = outputs_of(text[stretch.start : stretch.end], other, longest=len(other))
    score, changes = 0.0, []
    for place in range(stretch.start, stretch.end):
        output = wanted.get(place - stretch.start, KEEP)
        number = alphabet.output_ids.get(output)
        gain = UNFORESEEN if number is None else float(log_probabilities[place, number])
        score += max(gain, UNFORESEEN)
        if output != KEEP:
            changes.append((place, output.replace(KEEP, text[place])))
    return Candidate(other, score, tuple(changes))


def _boundaries(text: str, keep: NDArray[np.float32]) -> list[int]:
    """Positions of the white space that certainly parts words."""
    return [
        place
        for place in (match.start() for match in _BLANK.finditer(text))
        if (keep[place] > SOFT_BLANK if text[place] == " " else not _breaks_word(text, place))
    ]


def _breaks_word(text: str, place: int) -> bool:
    """Whether the line break at `place` stands inside a hyphenated word."""
    return (
        place >= 3
        and text[place - 1] == "-"
        and text[place - 2].isalpha()
        and text[place + 1 : place + 2].islower()
    )


def _written(output: str, text: str, place: int) -> str:
    """What an output makes of the character at `place`; a word's capital stays a capital."""
    character = text[place]
    if character.isupper() and output in DOTTED and not text[place - 1 : place].isalpha():
        return output.upper()
    return output.replace(KEEP, character)


def _readings(
    text: str,
    span: tuple[int, int],
    log_probabilities: NDArray[np.float32],
    outputs: tuple[str, ...],
    width: tuple[float, int],
) -> tuple[Candidate, ...]:
    """Beam search over outputs at least as likely as `width[0]`, `width[1]` readings kept.

    The reading that changes nothing is always among them.
    """
    possible, size = width
    start, end = span
    rows = log_probabilities[start:end]
    beam: list[tuple[float, str, Changes]] = [(0.0, "", ())]
    unchanged, done = 0.0, start
    for place in (np.flatnonzero(rows[:, 0] < CERTAIN) + start).tolist():
        character = text[place]
        if character == "\n":
            continue
        between = text[done:place]
        done = place + 1
        row = log_probabilities[place]
        likely = np.flatnonzero(row > possible).tolist()
        unchanged += float(row[0])
        grown = []
        for number in likely:
            written, gain = _written(outputs[number], text, place), float(row[number])
            change = () if written == character else ((place, written),)
            tail = between + written
            grown += [(score + gain, read + tail, old + change) for score, read, old in beam]
        grown.sort(reverse=True)
        worst = grown[0][0] - MARGIN
        beam = [entry for entry in grown[:size] if entry[0] > worst]
    tail = text[done:end]
    unique: dict[str, Candidate] = {}
    for score, read, changes in beam:
        unique.setdefault(read + tail, Candidate(read + tail, score, changes))
    unique.setdefault(text[start:end], Candidate(text[start:end], unchanged))
    return tuple(unique.values())
