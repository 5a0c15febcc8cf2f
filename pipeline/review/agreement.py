"""How well reviewers agree: percent and Krippendorff's alpha for nominal data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement over units that two or more reviewers judged.

    Attributes:
        units: how many there are.
        percent: share of pairs of judgements that are equal, 0 to 100; None without units.
        alpha: Krippendorff's alpha; None without units, or where only one value occurs, so that
            chance cannot be told from agreement.
    """

    units: int
    percent: float | None
    alpha: float | None


def agreement(units: Sequence[Sequence[Hashable]]) -> Agreement:
    """Compare judgements; each unit holds one value a reviewer, missing ones left out.

    Source: Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C, nominal.
    """
    paired = [unit for unit in units if len(unit) > 1]
    if not paired:
        return Agreement(0, None, None)
    totals: Counter[Hashable] = Counter()
    unequal = equal_share = 0.0
    for unit in paired:
        counts, size = Counter(unit), len(unit)
        totals.update(counts)
        equal = sum(count * (count - 1) for count in counts.values())
        unequal += (size * (size - 1) - equal) / (size - 1)
        equal_share += equal / (size * (size - 1))
    values = totals.total()
    expected = values**2 - sum(count**2 for count in totals.values())
    alpha = 1 - (values - 1) * unequal / expected if expected else None
    return Agreement(len(paired), 100 * equal_share / len(paired), alpha)
