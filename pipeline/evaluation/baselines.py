"""What a measure model must beat: the commonest answer, and the codebook's signal words."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from pipeline.codebook import LABELS, MEASURES
from pipeline.document import Scope, Status
from pipeline.stages.classify.examples import Example, Floats, Label


class Majority:
    """Gives every sentence the commonest label, status and scope of the corpus.

    (To give none, which is right for most pairs of sentence and label, has an F1 of 0.)
    """

    version = "majority"
    review_below = 1.0
    _answer = Label("service_development", "taken", "named", 1.0)

    def predict(
        self, examples: Sequence[Example], threshold: float | None = None
    ) -> list[list[Label]]:
        """See `MeasureModel`; the threshold changes nothing."""
        return [[self._answer] for _ in examples]

    def probabilities(self, examples: Sequence[Example]) -> Floats:
        """See `MeasureModel`; 1 for the commonest label."""
        scores = np.zeros((len(examples), len(LABELS)), np.float32)
        scores[:, LABELS.index(self._answer.label)] = 1
        return scores


STATUS_CUES: tuple[tuple[Status, str], ...] = (
    ("rejected", r"avsl[aåo]|avvisa|stoppa|avbr[öu]t|aldrig|(?:har|kunde|kunnat|blev) inte"),
    ("proposed", r"bör\b|borde|behöv|måste|föresl|yrka|efterfråg|önska|rekommend|nödvändig"),
    ("planned", r"ska\b|skall\b|kommer att|planer|avser|besluta|får i uppdrag"),
    ("ongoing", r"pågå|håller på|arbetar|sker\b|genomförs|ses över|följs upp"),
)
"""First match decides; `taken` where none matches."""
SCOPE_CUES: tuple[tuple[Scope, str], ...] = (
    ("other", r"regering|staten|länsstyrelse|socialstyrelsen|IVO\b|polis|riksdag|landsting"),
    ("all", r"samtliga|alla (?:\w+ )?(?:kommun|stadsdel)|kommunerna"),
    ("some", r"flera|några|en del|flertal|många|procent av|på flera håll|det har"),
)
"""First match decides; `named` where none matches."""


class Keywords:
    """Signal words give labels; cue words give status and scope."""

    version = "keywords"
    review_below = 1.0

    def __init__(self) -> None:
        self._statuses = [(s, re.compile(rf"\b(?:{cue})", re.I)) for s, cue in STATUS_CUES]
        self._scopes = [(s, re.compile(rf"\b(?:{cue})", re.I)) for s, cue in SCOPE_CUES]

    def predict(
        self, examples: Sequence[Example], threshold: float | None = None
    ) -> list[list[Label]]:
        """See `MeasureModel`; the threshold changes nothing."""
        return [
            [
                Label(measure.id, self._status(example.text), self._scope(example.text), 1.0)
                for measure in MEASURES
                if measure.pattern.search(example.text)
            ]
            for example in examples
        ]

    def probabilities(self, examples: Sequence[Example]) -> Floats:
        """See `MeasureModel`; 1 where a signal word stands."""
        hits = [[bool(m.pattern.search(e.text)) for m in MEASURES] for e in examples]
        return np.array(hits, np.float32).reshape(len(examples), len(LABELS))

    def _status(self, text: str) -> Status:
        return next((status for status, cue in self._statuses if cue.search(text)), "taken")

    def _scope(self, text: str) -> Scope:
        return next((scope for scope, cue in self._scopes if cue.search(text)), "named")
