"""How right the findings are so far, and how many more must be judged to know it better."""

from __future__ import annotations

from math import ceil, sqrt
from typing import NamedTuple

_Z = 1.959964
"""Normal quantile of a 95 % interval."""


class Precision(NamedTuple):
    """Share that reviewers confirmed with its 95 % interval (Wilson), all 0 to 1.

    Attributes:
        needed: how many more to judge until the interval is no wider than ± `reach`.
    """

    confirmed: int
    judged: int
    value: float | None
    low: float
    high: float
    needed: int


def precision(confirmed: int, judged: int, total: int, reach: float = 0.03) -> Precision:
    """Return the share confirmed among `judged` of `total` findings.

    `needed` allows for the finite number of findings (Cochran 1977, section 4.4), and takes the
    share as one half until 20 are judged.
    """
    value = confirmed / judged if judged else None
    low, high = wilson(confirmed, judged) if judged else (0.0, 1.0)
    share = (confirmed + 2) / (judged + 4) if judged >= 20 else 0.5
    wanted = _Z**2 * share * (1 - share) / reach**2
    wanted = wanted / (1 + (wanted - 1) / total) if total else 0
    needed = max(0, min(ceil(wanted), total) - judged)
    return Precision(confirmed, judged, value, low, high, needed)


def wilson(right: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, 0 to 1; `count` is not 0. Source: Wilson (1927)."""
    share, square = right / count, _Z**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    reach = _Z / (1 + square / count) * sqrt(share * (1 - share) / count + (square / count**2) / 4)
    return max(0.0, middle - reach), min(1.0, middle + reach)
