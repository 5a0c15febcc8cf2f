"""How many there are, when one counts with a classifier that errs: estimates with intervals.

Corrected count. Of N findings, those judged by reviewers are known; of the rest a share p (the
measured precision) is right; what is right is a share r (the measured recall) of all there is. So
the estimate is (confirmed + p · unjudged) / r, the ratio form of Rogan and Gladen (1978) that needs
no count of negatives. It is linear: estimates add up as counts do. Its variance adds, by the delta
method, the chance in which findings are right (binomial), in how many were missed (negative
binomial) and in p and r themselves (beta posteriors under Jeffreys' prior from the model's test
set); a gamma distribution with that mean and variance, above what reviewers confirmed, gives the
95 % interval. Errors of status and of attribution are not in it, and of a cell without findings
nothing is said: it has no row.

Prediction-powered estimate. Where findings were drawn at random and judged, the number of right
ones among all N is λ · Σ score + N · mean(verdict - λ · score) over the sample: Angelopoulos et al.
(2023), with λ that minimises the variance (PPI++), over a finite population. The variance is that
of the sample's residuals with one confirmed and one rejected added, so that a sample without
error does not claim certainty; the interval is Student's, cut at what reviewers know.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, stdtrit

from pipeline.codebook import LABELS
from pipeline.errors import ModelError

LEAST_SAMPLE = 20
"""Fewer judged findings give no prediction-powered estimate."""

Numbers = NDArray[np.float64]
_TAIL = 0.025


class Estimate(NamedTuple):
    """Values with the ends of their 95 % intervals; NaN where there is none."""

    value: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True)
class Rates:
    """A classifier's measured errors, one value a label, in the order of `LABELS`.

    Attributes:
        right, wrong, missed: labels of the test set found rightly, found wrongly, not found.
        model: what the figures were measured on, for the reader.
    """

    right: Numbers
    wrong: Numbers
    missed: Numbers
    model: str = ""

    @property
    def precision(self) -> Numbers:
        """Share of the found that is right; NaN where nothing was found."""
        return _ratio(self.right, self.right + self.wrong)

    @property
    def recall(self) -> Numbers:
        """Share of what is there that was found; NaN where nothing was there."""
        return _ratio(self.right, self.right + self.missed)

    def estimate(
        self, label: NDArray[np.int64], confirmed: NDArray[np.int64], unjudged: NDArray[np.int64]
    ) -> Estimate:
        """Corrected counts of many cells at once.

        Args:
            label: index into `LABELS`.
            confirmed, unjudged: findings that a reviewer confirmed, and that none has judged.
        """
        if len(label) == 0:
            return Estimate(*np.zeros((3, 0)))
        # Most cells are alike: the intervals are the slow part.
        cells = np.stack([label, confirmed, unjudged])
        different, back = np.unique(cells, axis=1, return_inverse=True)
        return Estimate(*(values[back.ravel()] for values in self._estimate(*different)))

    def _estimate(
        self, label: NDArray[np.int64], confirmed: NDArray[np.int64], unjudged: NDArray[np.int64]
    ) -> Estimate:
        known = self.right[label] > 0
        p = np.where(known, self.precision[label], np.nan)
        r = np.where(known, self.recall[label], np.nan)
        var_p = _beta_variance(self.right, self.wrong)[label]
        var_r = _beta_variance(self.right, self.missed)[label]
        found = confirmed + p * unjudged
        var_found = unjudged * p * (1 - p) + unjudged * np.maximum(unjudged - 1, 0) * var_p
        value = found / r
        variance = (var_found + found * (1 - r)) / r**2 + found**2 * var_r / r**4
        low, high = _gamma_interval(value - confirmed, variance)
        return Estimate(value, confirmed + low, confirmed + high)


def read_rates(path: Path) -> Rates:
    """Read `metrics.json` of a classifier: figures of its test set.

    Raises:
        ModelError: the file cannot be read or does not hold precision, recall and number of
            positives of every label.
    """
    try:
        metrics = json.loads(path.read_text(encoding="utf-8"))
        by_label = {row["label"]: row for row in metrics["test"]["labels"]}
        rows = [by_label[label] for label in LABELS]
        positives, recall, precision = (
            np.array([row[key] for row in rows], dtype=np.float64)
            for key in ("positives", "recall", "precision")
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} does not tell precision and recall: {error!r}") from error
    right: Numbers = np.round(positives * recall)
    given = np.divide(right, precision, out=right.copy(), where=precision > 0)
    return Rates(right, np.round(given) - right, positives - right, model=path.parent.name)


def prediction_powered(
    scores: Numbers, sample: NDArray[np.int64], verdicts: Numbers
) -> tuple[float, float, float]:
    """Estimate how many of the findings are right, with a 95 % interval.

    Args:
        scores: of all findings, 0 to 1.
        sample: indices of those drawn at random and judged, each once.
        verdicts: 1 confirmed, 0 rejected, one a sampled finding.

    Returns:
        Value, low, high; NaN where fewer than `LEAST_SAMPLE` were judged.
    """
    count, drawn = len(scores), len(sample)
    if drawn < LEAST_SAMPLE:
        return float("nan"), float("nan"), float("nan")
    known = scores[sample]
    spread = float(known.var())
    shared = float(np.mean((known - known.mean()) * (verdicts - verdicts.mean())))
    weight = min(1.0, max(0.0, shared / spread)) if spread > 0 else 0.0
    value = weight * float(scores.sum()) + count * float(np.mean(verdicts - weight * known))
    added = np.array([1.0, 0.0]) - weight * known.mean()
    residuals = np.concatenate([verdicts - weight * known, added])
    error = count * float(residuals.std(ddof=1)) * ((1 - drawn / count) / drawn) ** 0.5
    reach = float(stdtrit(drawn - 1, 1 - _TAIL)) * error
    least, most = float(verdicts.sum()), count - float((1 - verdicts).sum())
    value, low, high = np.clip([value, value - reach, value + reach], least, most)
    return float(value), float(low), float(high)


def _gamma_interval(mean: Numbers, variance: Numbers) -> tuple[Numbers, Numbers]:
    with np.errstate(divide="ignore", invalid="ignore"):
        shape, scale = mean**2 / variance, variance / mean
        low = gammaincinv(shape, _TAIL) * scale
        high = gammaincinv(shape, 1 - _TAIL) * scale
    certain = (mean <= 0) | (variance <= 0)
    return np.where(certain, mean, low), np.where(certain, mean, high)


def _beta_variance(right: Numbers, other: Numbers) -> Numbers:
    a, b = right + 0.5, other + 0.5
    return a * b / ((a + b) ** 2 * (a + b + 1))


def _ratio(part: Numbers, whole: Numbers) -> Numbers:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
