"""Does the exported network answer as the one that was trained?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.stages.classify.answers import Outputs
from pipeline.stages.classify.calibration import Calibration
from pipeline.training.corpus_data import LabelledSentence, truth_of

MOST_FLIPS = 0.005
MOST_LOST = 0.003


@dataclass(frozen=True)
class Difference:
    """Between a network's answers and those of its export.

    Attributes:
        flips: share of all decisions (a sentence and a label each) that differ.
        flips_of_given: the same decisions, as a share of the labels that the network gives.
        f1_lost: micro-F1 of the network less that of its export.
        status_flips, scope_flips: shares of the labels that both give.
    """

    flips: float
    flips_of_given: float
    f1_lost: float
    status_flips: float
    scope_flips: float

    @property
    def acceptable(self) -> bool:
        """Whether the export may be shipped."""
        return self.flips <= MOST_FLIPS and self.f1_lost <= MOST_LOST


def difference(
    exact: Outputs,
    exported: Outputs,
    calibration: Calibration,
    sentences: Sequence[LabelledSentence],
) -> Difference:
    """Compare under one calibration, that of the network."""
    truth, scored = truth_of(sentences)
    ours, theirs = (
        calibration.probabilities(said.margins) >= calibration.thresholds
        for said in (exact, exported)
    )
    changed, both = (ours != theirs).sum(), ours & theirs

    def f1(given: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
        given = given & scored
        return float(2 * (given & truth).sum() / max(1, given.sum() + truth.sum()))

    def kinds(name: str) -> float:
        a, b = (getattr(said, name).argmax(axis=2)[both] for said in (exact, exported))
        return _share((a != b).sum(), both.sum())

    return Difference(
        flips=_share(changed, ours.size),
        flips_of_given=_share(changed, ours.sum()),
        f1_lost=round(f1(ours) - f1(theirs), 5),
        status_flips=kinds("statuses"),
        scope_flips=kinds("scopes"),
    )


def _share(part: np.integer, whole: int | np.integer) -> float:
    return round(float(part) / max(1, int(whole)), 5)
