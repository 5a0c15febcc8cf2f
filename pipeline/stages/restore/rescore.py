"""Choose among readings with the language model, each seen with the words around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.restore.candidates import Candidate, Stretch
from pipeline.stages.restore.compounds import is_compound
from pipeline.stages.restore.language_model import UNKNOWN_WORD, LanguageModel
from pipeline.stages.restore.words import STOP, model_tokens

REACH = 2
"""Words to each side that a trigram model looks at."""

SWEEPS = 2


@dataclass(frozen=True)
class Weights:
    """How the parts of a reading's score count (calibrated on the development pages)."""

    language: float = 0.5
    compound: float = 3.0
    caution: float = 0.0


@dataclass
class Rescorer:
    """Combines what the tagger saw with what Swedish words follow each other."""

    model: LanguageModel
    weights: Weights = field(default_factory=Weights)
    _known: dict[str, tuple[tuple[int, ...], float]] = field(default_factory=dict)

    def choose(self, text: str, stretches: Sequence[Stretch]) -> list[tuple[Candidate, float]]:
        """For each stretch of `text`, the best reading and its probability among all."""
        if not stretches:
            return []
        stop = self.model.ids[STOP]
        gaps = self._gaps(text, stretches)
        chosen = [0] * len(stretches)
        options = [[self._ids(c.text) for c in s.candidates] for s in stretches]
        bases = [
            np.array([c.score for c in s.candidates])
            + np.array([self.weights.compound * bonus for _, bonus in own])
            for s, own in zip(stretches, options, strict=True)
        ]
        results: list[NDArray[np.float64]] = []
        for _ in range(SWEEPS):
            words: list[tuple[int, ...]] = []
            sizes: list[int] = []
            for number, own in enumerate(options):
                left = self._left(gaps, options, chosen, number, stop)
                right = self._right(gaps, options, chosen, number, stop)
                for ids, _ in own:
                    sequence = (*left, *ids, *right)
                    words.append(sequence)
                    sizes.append(len(sequence))
            results = self._score(words, sizes, [len(own) for own in options], bases)
            chosen = [int(scores.argmax()) for scores in results]
        return [
            (stretch.candidates[pick], float(1 / np.exp(scores - scores.max()).sum()))
            for stretch, pick, scores in zip(stretches, chosen, results, strict=True)
        ]

    def _score(
        self,
        words: list[tuple[int, ...]],
        sizes: list[int],
        counts: list[int],
        bases: list[NDArray[np.float64]],
    ) -> list[NDArray[np.float64]]:
        flat = np.fromiter((i for sequence in words for i in sequence), dtype=np.int64)
        lengths = np.array(sizes)
        begins = np.r_[0, np.cumsum(lengths)[:-1]]
        inner = np.ones(len(flat), dtype=bool)
        inner[begins] = inner[begins + 1] = False
        spots = np.flatnonzero(inner)
        scores = np.zeros(len(flat))
        scores[spots] = self.model.scores(flat[spots - 2], flat[spots - 1], flat[spots])
        totals = np.add.reduceat(scores, begins) * self.weights.language
        parts = np.split(totals, np.cumsum(counts)[:-1])
        return [base + part for base, part in zip(bases, parts, strict=True)]

    def _gaps(self, text: str, stretches: Sequence[Stretch]) -> list[tuple[int, ...]]:
        """Ids of the words between the stretches, at most `REACH` from each end."""
        edges = [0, *[edge for s in stretches for edge in (s.start, s.end)], len(text)]
        gaps = []
        for low, high in zip(edges[::2], edges[1::2], strict=True):
            between = text[low:high]
            if len(between) > 120:
                ids = self._ids(between[:60])[0][:REACH] + self._ids(between[-60:])[0][-REACH:]
            else:
                ids = self._ids(between)[0]
            gaps.append(ids)
        return gaps

    @staticmethod
    def _left(
        gaps: list[tuple[int, ...]],
        options: list[list[tuple[tuple[int, ...], float]]],
        chosen: list[int],
        number: int,
        stop: int,
    ) -> tuple[int, ...]:
        found = gaps[number]
        while len(found) < REACH and number > 0:
            number -= 1
            found = gaps[number] + options[number][chosen[number]][0] + found
        return (stop, stop, *found)[-REACH:]

    @staticmethod
    def _right(
        gaps: list[tuple[int, ...]],
        options: list[list[tuple[tuple[int, ...], float]]],
        chosen: list[int],
        number: int,
        stop: int,
    ) -> tuple[int, ...]:
        found = gaps[number + 1]
        while len(found) < REACH and number + 1 < len(options):
            number += 1
            found = found + options[number][chosen[number]][0] + gaps[number + 1]
        return (*found, stop, stop)[:REACH]

    def _ids(self, text: str) -> tuple[tuple[int, ...], float]:
        """Word ids of a reading, and how many of its unknown words are compounds."""
        known = self._known.get(text)
        if known is None:
            tokens = model_tokens(text.replace("-\n", ""))
            ids = tuple(self.model.ids.get(token, UNKNOWN_WORD) for token in tokens)
            bonus = sum(self._shape(token) for token, i in zip(tokens, ids, strict=True) if i < 0)
            known = self._known[text] = (ids, bonus)
        return known

    def strange_words(self, text: str) -> list[str]:
        """The words of a reading (lower case) that are neither known nor compounds."""
        tokens = model_tokens(text.replace("-\n", ""))
        return [w for w in tokens if w not in self.model.ids and not self._shape(w)]

    def _shape(self, word: str) -> float:
        """How word-like an unknown word is: 1 for a compound of known words, else 0."""
        return float(
            is_compound(word, self.model.log_count)
            or ("-" in word and all(part in self.model.ids for part in word.split("-")))
        )
