"""Choose among readings with the language model, each seen with the words around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import exp, inf

import numpy as np

from pipeline.stages.restore.candidates import Candidate, Changes, Stretch
from pipeline.stages.restore.plausibility import Ids, Judged, Plausibility
from pipeline.stages.restore.words import STOP

REACH = 2
"""Words to each side that a trigram model looks at."""

SWEEPS = 2

LETTERS = frozenset("åäöÅÄÖ")

LEFT = -1.0
"""Log probability of no change above which a stretch may well be right as it stands."""

LONG_GAP = 120
"""Characters; of longer gaps only the ends are looked at."""


@dataclass
class Rescorer:
    """Combines what the tagger saw with what Swedish words follow each other."""

    plausibility: Plausibility
    _scored: dict[Ids, float] = field(default_factory=dict)

    def choose(self, text: str, stretches: Sequence[Stretch]) -> list[tuple[Candidate, float]]:
        """For each stretch of `text`, the best reading and its probability among all.

        A stretch with one reading keeps it, with the probability that the tagger gives it.
        """
        judge, weights = self.plausibility.judge, self.plausibility.weights
        judged = [[judge(c.text) for c in stretch.candidates] for stretch in stretches]
        context = _Context(
            self._gaps(text, stretches),
            [[ids for ids, _ in readings] for readings in judged],
            self.plausibility.model.ids[STOP],
        )
        open_ones = [n for n, stretch in enumerate(stretches) if len(stretch.candidates) > 1]
        alone = {n: self._alone(text, stretches[n].candidates, judged[n]) for n in open_ones}
        confidence = [exp(stretch.candidates[0].score) for stretch in stretches]
        seen: dict[int, tuple[Ids, Ids]] = {}
        for _ in range(SWEEPS):
            around = {number: context.around(number) for number in open_ones}
            fresh = [number for number in open_ones if around[number] != seen.get(number)]
            seen = around
            rows = [context.sequences(number, around[number]) for number in fresh]
            for number, together in zip(fresh, self._score(rows), strict=True):
                pairs = zip(alone[number], together, strict=True)
                scores = [own + weights.language * among for own, among in pairs]
                best = max(scores)
                context.chosen[number] = scores.index(best)
                confidence[number] = 1 / sum(exp(score - best) for score in scores)
        return [
            (stretch.candidates[pick], sure)
            for stretch, pick, sure in zip(stretches, context.chosen, confidence, strict=True)
        ]

    def _alone(
        self, text: str, readings: Sequence[Candidate], judged: Sequence[Judged]
    ) -> list[float]:
        """Log scores of a stretch's readings, without the words around it."""
        weights = self.plausibility.weights
        left = max((c.score for c in readings if not c.changes), default=-inf) > LEFT
        scores = []
        for reading, (_, strange) in zip(readings, judged, strict=True):
            doubts = int(left and not _gives_dots_only(text, reading.changes))
            doubts += _takes_full_stop(text, reading.changes)
            scores.append(reading.score - weights.strange * len(strange) - weights.doubt * doubts)
        return scores

    def _score(self, rows: list[list[Ids]]) -> list[list[float]]:
        """Log scores of id sequences, grouped as they come; the first two ids are context."""
        fresh = list({sequence for group in rows for sequence in group} - self._scored.keys())
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

    def _gaps(self, text: str, stretches: Sequence[Stretch]) -> list[Ids]:
        """Ids of the words between the stretches, at most `REACH` from each end of long gaps."""
        edges = [0, *[edge for s in stretches for edge in (s.start, s.end)], len(text)]
        judge = self.plausibility.judge
        gaps = []
        for low, high in zip(edges[::2], edges[1::2], strict=True):
            if high - low > LONG_GAP:
                ends = text[low : low + LONG_GAP // 2], text[high - LONG_GAP // 2 : high]
                gaps.append(judge(ends[0])[0][:REACH] + judge(ends[1])[0][-REACH:])
            else:
                gaps.append(judge(text[low:high])[0])
        return gaps


def _gives_dots_only(text: str, changes: Changes) -> bool:
    """Whether all that a reading changes is letters that become å, ä or ö."""
    return all(text[place].isalpha() and new in LETTERS for place, new in changes)


def _takes_full_stop(text: str, changes: Changes) -> bool:
    """Whether a full stop becomes a comma: the language model sees no commas, and is no judge."""
    return any(text[place] == "." and new == "," for place, new in changes)


@dataclass
class _Context:
    """The words of a page: those between stretches, and those of each stretch's readings."""

    gaps: list[Ids]
    options: list[list[Ids]]
    stop: int

    def __post_init__(self) -> None:
        self.chosen = [0] * len(self.options)

    def around(self, number: int) -> tuple[Ids, Ids]:
        """Ids of `REACH` words to each side of a stretch, as it is read now."""
        return self._left(number), self._right(number)

    def sequences(self, number: int, around: tuple[Ids, Ids]) -> list[Ids]:
        """Ids of each reading of a stretch with the words around it."""
        left, right = around
        return [left + ids + right for ids in self.options[number]]

    def _left(self, number: int) -> Ids:
        found = self.gaps[number]
        while len(found) < REACH and number > 0:
            number -= 1
            found = self.gaps[number] + self.options[number][self.chosen[number]] + found
        return (self.stop, self.stop, *found)[-REACH:]

    def _right(self, number: int) -> Ids:
        found = self.gaps[number + 1]
        while len(found) < REACH and number + 1 < len(self.options):
            number += 1
            found = found + self.options[number][self.chosen[number]] + self.gaps[number + 1]
        return (*found, self.stop, self.stop)[:REACH]
