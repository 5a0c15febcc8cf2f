"""How much a linear model should count beside the encoder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.stages.classify.answers import Outputs, log_softmax
from pipeline.training.calibrate import calibrate, platt
from pipeline.training.classifier.batches import Targets
from pipeline.training.corpus_data import LabelledSentence, truth_of

SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
LEAST = np.arange(-6.0, 0.0, 0.05)
"""Odds that are tried as the lowest at which the encoder is asked."""
LOSS, MARGIN = 0.001, 0.35
"""What asking less may cost in micro-F1 (less is chance: the curve is not smooth), and how far
below the odds at which it costs so much one stays."""
LEAST_GAIN = 0.02
"""By how much the surprise must fall, as a share of it, for the linear model to be worth its time:
smaller differences are within what another validation set would change."""


def surprises(
    encoder: Outputs, linear: Outputs, sentences: Sequence[LabelledSentence]
) -> dict[float, list[float]]:
    """Return, for each share, each label's mean surprise (nats) at the truth after calibration."""
    truth, scored = truth_of(sentences)
    signs = np.where(truth, 1.0, -1.0)
    found = {}
    for share in SHARES:
        mixed = encoder.mixed(linear, share, 0.0).margins
        slope, shifts = platt(mixed, truth, scored)
        lost = np.logaddexp(0, -signs * (slope * mixed + shifts))
        means = (lost * scored).sum(axis=0) / np.maximum(scored.sum(axis=0), 1)
        found[share] = means.round(5).tolist()
    return found


def kind_surprises(encoder: Outputs, linear: Outputs, targets: Targets) -> dict[float, float]:
    """Return, for each share, the mean surprise (nats) at true labels' status and scope."""
    found = {}
    for share in SHARES:
        mixed = encoder.mixed(linear, 0.0, share)
        lost = 0.0
        for logits, allowed in ((mixed.statuses, targets.statuses), (mixed.scopes, targets.scopes)):
            right = np.where(allowed.numpy(), log_softmax(logits), -np.inf)
            holds = allowed.numpy().any(axis=2)
            lost -= float(np.logaddexp.reduce(right, axis=2)[holds].mean())
        found[share] = round(lost, 5)
    return found


def least_odds(mixed: Outputs, linear: Outputs, sentences: Sequence[LabelledSentence]) -> float:
    """Return the odds below which the encoder need not be asked.

    Sentences for whose every label the linear model's log odds are lower are answered by the linear
    model alone: the highest odds at which micro-F1 is within `LOSS` of what it is when every
    sentence is read, less `MARGIN`.
    """
    truth, scored = truth_of(sentences)
    calibration = calibrate(mixed.margins, sentences)
    both, alone = (
        (calibration.probabilities(said.margins) >= calibration.thresholds) & scored
        for said in (mixed, linear)
    )
    highest = linear.margins.max(axis=1)

    def f1(least: float) -> float:
        given = np.where(highest[:, None] >= least, both, alone)
        return float(2 * (given & truth).sum() / max(1, given.sum() + (truth & scored).sum()))

    enough = f1(-np.inf) - LOSS
    best = max((odds for odds in LEAST if f1(odds) >= enough), default=LEAST[0])
    return round(float(best) - MARGIN, 2)


def best_shares(found: dict[float, list[float]]) -> list[float]:
    """Return each label's `best_share`."""
    labels = range(len(found[0.0]))
    return [best_share({share: means[at] for share, means in found.items()}) for at in labels]


def best_share(found: dict[float, float]) -> float:
    """Return the share whose surprise is least; 0 where that is not less by `LEAST_GAIN`."""
    best = min(found, key=found.__getitem__)
    return best if found[best] <= (1 - LEAST_GAIN) * found[0.0] else 0.0
