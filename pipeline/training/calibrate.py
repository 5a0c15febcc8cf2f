"""From margins to probabilities and thresholds, on data that the model has not seen.

Platt scaling (Platt 1999) with one slope for all labels and a shift a label: a label has some
thirty positives in the validation split, too few for two numbers of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pipeline.codebook import LABELS
from pipeline.stages.classify.calibration import Calibration
from pipeline.stages.classify.examples import Floats
from pipeline.training.corpus_data import LabelledSentence, truth_of

GRID = np.round(np.arange(0.1, 0.71, 0.01), 2)
PRIOR = 1000.0
"""Positives that the common threshold is worth against a label's own."""
PLATEAU = 0.003
"""Thresholds for all labels whose micro-F1 is so near to the best are as good."""
SURE = 0.9
"""Precision that findings above `review_below` must have."""


def calibrate(margins: Floats, sentences: Sequence[LabelledSentence]) -> Calibration:
    """Fit slope, shifts and thresholds to margins [sentences, labels]."""
    truth, scored = truth_of(sentences)
    slope, shifts = platt(margins, truth, scored)
    scores = 1 / (1 + np.exp(-(slope * margins + shifts)))
    thresholds = best_thresholds(scores, truth, scored)
    return Calibration(
        np.full(len(LABELS), slope, np.float32),
        shifts.astype(np.float32),
        thresholds,
        _sure_from(scores, truth, scored),
    )


def platt(
    margins: Floats, truth: NDArray[np.bool_], scored: NDArray[np.bool_]
) -> tuple[float, NDArray[np.float64]]:
    """Return the slope and a shift a label; all tables are [sentences, labels]."""
    signs = np.where(truth, 1.0, -1.0)

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = parameters[0] * margins + parameters[1:]
        wrong = scored / (1 + np.exp(signs * logits))
        value = (scored * np.logaddexp(0, -signs * logits)).sum()
        slopes = -signs * wrong
        return float(value), np.concatenate([[(slopes * margins).sum()], slopes.sum(axis=0)])

    start = np.concatenate([[1.0], np.zeros(margins.shape[1])])
    best = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return float(best[0]), best[1:]


def best_thresholds(
    scores: NDArray[np.float64], truth: NDArray[np.bool_], scored: NDArray[np.bool_]
) -> Floats:
    """Return a threshold a label on the grid, drawn towards the one for all.

    Each is where as many labels are given as hold (break-even of precision and recall): counts are
    then right, and where F1 happens to be highest on a flat curve is chance. The one for all lies
    within `PLATEAU` of the best micro-F1.
    """
    given = (scores[:, :, None] >= GRID) & scored[:, :, None]
    right = (given & truth[:, :, None]).sum(axis=(0, 1))
    times = given.sum(axis=0)
    positives = (truth & scored).sum(axis=0)
    micro = 2 * right / (times.sum(axis=0) + positives.sum())
    good = micro >= micro.max() - PLATEAU
    common = GRID[good][np.argmin(np.abs(times.sum(axis=0) - positives.sum())[good])]
    own = GRID[np.argmin(np.abs(times - positives[:, None]), axis=1)]
    drawn = (positives * own + PRIOR * common) / (positives + PRIOR)
    return np.asarray(drawn, dtype=np.float32)


def _sure_from(
    scores: NDArray[np.float64], truth: NDArray[np.bool_], scored: NDArray[np.bool_]
) -> float:
    """Return the lowest score above which `SURE` of the labels are right (1 where none is)."""
    ranked = np.argsort(-scores[scored])
    precision = np.cumsum(truth[scored][ranked]) / np.arange(1, len(ranked) + 1)
    enough = np.flatnonzero(precision >= SURE)
    return float(scores[scored][ranked[enough[-1]]]) if len(enough) else 1.0
