"""From a model's numbers to the labels that it gives."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.stages.classify.examples import Floats, Label


class Outputs(NamedTuple):
    """What a model says: [examples, labels], and [examples, labels, statuses or scopes].

    `margins` become probabilities by calibration; `statuses` and `scopes` are logits.
    """

    margins: Floats
    statuses: Floats
    scopes: Floats

    def mixed(self, other: Outputs, share: Floats | float, kind_share: float) -> Outputs:
        """Return both together; `other` counts for `share` in labels, for `kind_share` in the rest.

        Args:
            share: of all labels, or one a label.
        """
        return Outputs(
            _mean(self.margins, other.margins, share),
            _mean(log_softmax(self.statuses), log_softmax(other.statuses), kind_share),
            _mean(log_softmax(self.scopes), log_softmax(other.scopes), kind_share),
        )


def log_softmax(logits: Floats) -> Floats:
    """Return log probabilities over the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    found: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return found


def _mean(one: Floats, other: Floats, share: Floats | float) -> Floats:
    part = np.asarray(share, np.float32)
    found: Floats = (1 - part) * one + part * other
    return found


def answers(
    scores: Floats, least: Floats | float, statuses: Floats, scopes: Floats
) -> list[list[Label]]:
    """Return each example's labels in the codebook's order.

    Args:
        scores: [examples, labels], calibrated probabilities.
        least: the lowest score at which a label is given, for all or one a label.
        statuses, scopes: [examples, labels, statuses or scopes]; the largest counts.
    """
    found: list[list[Label]] = [[] for _ in scores]
    given = np.nonzero(scores >= least)
    of_given = (scores[given], statuses[given].argmax(axis=-1), scopes[given].argmax(axis=-1))
    for row, column, score, status, scope in zip(
        *(table.tolist() for table in (*given, *of_given)), strict=True
    ):
        found[row].append(Label(LABELS[column], STATUSES[status], SCOPES[scope], score))
    return found
