"""From margins to probabilities: what every kind of model does last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.codebook import LABELS
from pipeline.stages.classify.examples import Floats

_DIGITS = 5


@dataclass(frozen=True)
class Calibration:
    """From a margin to a probability: `sigmoid(slope * margin + shift)`; each one a label.

    Attributes:
        thresholds: the lowest probability at which a label is given.
    """

    slopes: Floats
    shifts: Floats
    thresholds: Floats
    review_below: float

    def log_odds(self, margins: Floats) -> Floats:
        """Return calibrated log odds of margins [examples, labels]."""
        odds: Floats = (self.slopes * margins + self.shifts).astype(np.float32)
        return odds

    def probabilities(self, margins: Floats) -> Floats:
        """Return calibrated probabilities of margins [examples, labels]."""
        return sigmoid(self.log_odds(margins))

    def settings(self) -> dict[str, Any]:
        """The entries of `model.json` that `of` reads."""
        return {
            "slopes": rounded(self.slopes),
            "shifts": rounded(self.shifts),
            "thresholds": rounded(self.thresholds),
            "review_below": round(self.review_below, 4),
        }

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Calibration:
        """Read the entries; raises `KeyError`, `TypeError` or `ValueError`."""
        slopes, shifts, thresholds = (
            vector(settings, key, len(LABELS)) for key in ("slopes", "shifts", "thresholds")
        )
        return cls(slopes, shifts, thresholds, float(settings["review_below"]))


def sigmoid(log_odds: Floats) -> Floats:
    """Return the probabilities of log odds."""
    scores: Floats = (1 / (1 + np.exp(-np.maximum(log_odds, -80)))).astype(np.float32)
    return scores


def vector(settings: dict[str, Any], key: str, size: int) -> Floats:
    """Return a list of numbers of a `model.json`; raises `KeyError`, `TypeError`, `ValueError`."""
    values = np.array(settings[key], np.float32)
    if values.shape != (size,):
        raise ValueError(f"{key} should be {size} numbers")
    return values


def rounded(values: Floats | Sequence[float]) -> list[float]:
    """Return numbers as `model.json` holds them."""
    return [round(float(value), _DIGITS) for value in values]
