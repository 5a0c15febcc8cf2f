"""Choose among readings with the language model, each seen with the words around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import exp, inf

import numpy as np

from pipeline.stages.restore.candidates import Candidate, Changes, Stretch
from pipeline.stages.restore.plausibility import Ids, Plausibility
from pipeline.stages.restore.words import STOP

REACH = 2
"""Words to each side that a trigram model looks at."""

SWEEPS = 2
"""How often all stretches are looked at, each time that the choice is asked to settle."""

LETTERS = frozenset("åäöÅÄÖ")

LEFT = -1.0
"""Log probability of no change above which a stretch may well be right as it stands."""

LONG_GAP = 120
"""Characters; of longer gaps only the ends are looked at."""


@dataclass
class Scorer:
    """Scores readings: what the tagger saw, and what Swedish words follow each other."""

    plausibility: Plausibility
    _scored: dict[Ids, float] = field(default_factory=dict)

    def alone(self, text: str, readings: Sequence[Candidate]) -> list[float]:
        """Log scores of a stretch's readings, without the words around it."""
        weights = self.plausibility.weights
        left = max((c.score for c in readings if not c.changes), default=-inf) > LEFT
        scores = []
        for reading in readings:
            score, changes = reading.score, reading.changes
            strange = self.plausibility.judge(reading.text)[1]
            if strange:
                score -= weights.strange * len(strange)
            if changes:
                doubts = (left and not _gives_dots_only(text, changes)) + _takes_full_stop(
                    text, changes
                )
                score -= weights.doubt * doubts
            scores.append(score)
        return scores

    def together(self, rows: Sequence[Sequence[Ids]]) -> list[list[float]]:
        """Log scores of id sequences, grouped as they come; the first two ids are context."""
        asked = {sequence for group in rows for sequence in group}
        fresh = [sequence for sequence in asked if sequence not in self._scored]
        if fresh:
            lengths = np.array([len(sequence) for sequence in fresh])
            flat = np.fromiter(chain.from_iterable(fresh), dtype=np.int64, count=lengths.sum())
            begins = np.r_[0, np.cumsum(lengths)[:-1]]
            inner = np.ones(len(flat), dtype=bool)
            inner[begins] = inner[begins + 1] = False
            spots = np.flatnonzero(inner)
            scores = np.zeros(len(flat))
            scores[spots] = self.plausibility.model.scores(
                flat[spots - 2], flat[spots - 1], flat[spots]
            )
            totals = np.add.reduceat(scores, begins)
            self._scored.update(zip(fresh, totals.tolist(), strict=True))
        return [[self._scored[sequence] for sequence in group] for group in rows]


class PageChoice:
    """The readings of a page's stretches, and which of them is chosen.

    Args:
        text: the page.
        stretches: of `text`, in order; `replace` gives one of them other readings.
    """

    def __init__(self, text: str, stretches: Iterable[Stretch], scorer: Scorer) -> None:
        self._stretches = list(stretches)
        self._text, self._scorer = text, scorer
        self._judge = scorer.plausibility.judge
        self._stop = scorer.plausibility.model.ids[STOP]
        self._gaps = self._between()
        self._ids: list[list[Ids]] = [[] for _ in self._stretches]
        self._alone: list[list[float]] = [[] for _ in self._stretches]
        self._chosen = [0] * len(self._stretches)
        self._confidence = [1.0] * len(self._stretches)
        self._seen: dict[int, tuple[Ids, Ids]] = {}
        for number, stretch in enumerate(self._stretches):
            self.replace(number, stretch)

    def replace(self, number: int, stretch: Stretch) -> None:
        """Take other readings for the place of stretch `number`: `stretch` stands there, too."""
        readings = stretch.candidates
        alone = self._scorer.alone(self._text, readings) if len(readings) > 1 else [0.0]
        self._stretches[number], self._alone[number] = stretch, alone
        self._ids[number] = [self._judge(reading.text)[0] for reading in readings]
        self._chosen[number] = alone.index(max(alone))
        self._confidence[number] = exp(readings[0].score)
        self._seen.pop(number, None)

    def settle(self) -> list[tuple[Candidate, float]]:
        """Choose, from what is chosen now; the best reading of each stretch and its probability.

        A stretch with one reading keeps it, with the probability that the tagger gives it.
        """
        weight = self._scorer.plausibility.weights.language
        open_ones = [n for n, stretch in enumerate(self._stretches) if len(stretch.candidates) > 1]
        for _ in range(SWEEPS):
            around = {number: (self._left(number), self._right(number)) for number in open_ones}
            fresh = [number for number in open_ones if around[number] != self._seen.get(number)]
            self._seen = around
            rows = [
                [around[number][0] + ids + around[number][1] for ids in self._ids[number]]
                for number in fresh
            ]
            for number, together in zip(fresh, self._scorer.together(rows), strict=True):
                pairs = zip(self._alone[number], together, strict=True)
                scores = [own + weight * among for own, among in pairs]
                best = max(scores)
                self._chosen[number] = scores.index(best)
                self._confidence[number] = 1 / sum(exp(score - best) for score in scores)
        return [
            (stretch.candidates[pick], sure)
            for stretch, pick, sure in zip(
                self._stretches, self._chosen, self._confidence, strict=True
            )
        ]

    def _between(self) -> list[Ids]:
        """Ids of the words between the stretches, at most `REACH` from each end of long gaps."""
        text, judge = self._text, self._judge
        edges = [0, *[edge for s in self._stretches for edge in (s.start, s.end)], len(text)]
        gaps = []
        for low, high in zip(edges[::2], edges[1::2], strict=True):
            if high - low > LONG_GAP:
                ends = text[low : low + LONG_GAP // 2], text[high - LONG_GAP // 2 : high]
                gaps.append(judge(ends[0])[0][:REACH] + judge(ends[1])[0][-REACH:])
            else:
                gaps.append(judge(text[low:high])[0])
        return gaps

    def _left(self, number: int) -> Ids:
        """Ids of `REACH` words before a stretch, as they are read now."""
        found = self._gaps[number]
        while len(found) < REACH and number > 0:
            number -= 1
            found = self._gaps[number] + self._ids[number][self._chosen[number]] + found
        return (self._stop, self._stop, *found)[-REACH:]

    def _right(self, number: int) -> Ids:
        """Ids of `REACH` words behind a stretch, as they are read now."""
        found = self._gaps[number + 1]
        while len(found) < REACH and number + 1 < len(self._ids):
            number += 1
            found = found + self._ids[number][self._chosen[number]] + self._gaps[number + 1]
        return (*found, self._stop, self._stop)[:REACH]


def _gives_dots_only(text: str, changes: Changes) -> bool:
    """Whether all that a reading changes is letters that become å, ä or ö."""
    return all(text[place].isalpha() and new in LETTERS for place, new in changes)


def _takes_full_stop(text: str, changes: Changes) -> bool:
    """Whether a full stop becomes a comma: the language model sees no commas, and is no judge."""
    return any(text[place] == "." and new == "," for place, new in changes)
