"""The time line: findings by year as stacked columns, one layer a status."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pipeline.codebook import STATUSES

WIDTH, HEIGHT = 820, 230
_LEFT, _BOTTOM, _TOP = 4, 24, 18
_WIDEST = 64
_MOST_YEARS = 40
_SIGN_FITS = 15
"""Units of height from which a layer has room for its sign."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A status's part of a column."""

    status: str
    findings: int
    y: float
    height: float
    signed: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A year, or all before the first that has a column of its own."""

    name: str
    x: float
    width: float
    top: float
    findings: int
    layers: tuple[Layer, ...]


def columns(by_year: dict[int | None, Counter[str]]) -> list[Column]:
    """Lay out the columns; years between the first and the last that have nothing are shown too.

    Of a longer time than forty years the earlier ones share a column.
    """
    told = sorted(year for year, statuses in by_year.items() if year and statuses.total())
    if not told:
        return []
    first = max(told[0], told[-1] - _MOST_YEARS + 1)
    amounts: dict[str, Counter[str]] = {}
    if told[0] < first:
        earlier = [by_year[year] for year in told if year < first]
        amounts[f"före {first}"] = sum(earlier, Counter())
    for year in range(first, told[-1] + 1):
        amounts[str(year)] = by_year.get(year, Counter())
    step = min(_WIDEST, (WIDTH - 2 * _LEFT) / len(amounts))
    highest = max(statuses.total() for statuses in amounts.values())
    scale = (HEIGHT - _BOTTOM - _TOP) / highest
    return [
        _column(name, _LEFT + n * step, step * 0.82, statuses, scale)
        for n, (name, statuses) in enumerate(amounts.items())
    ]


def _column(name: str, x: float, width: float, statuses: Counter[str], scale: float) -> Column:
    layers, y = [], float(HEIGHT - _BOTTOM)
    for status in STATUSES:
        if statuses[status]:
            height = statuses[status] * scale
            y -= height
            signed = height >= _SIGN_FITS and width >= _SIGN_FITS
            layers.append(Layer(status, statuses[status], y, height, signed))
    return Column(name, x, width, y, statuses.total(), tuple(layers))
