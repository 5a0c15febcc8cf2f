"""Whether a score of 0.8 is right eight times out of ten: calibration error, table, plot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers with a score between `low` and `high`: their mean score and the share that is right.

    Both are 0 where `count` is.
    """

    low: float
    high: float
    count: int
    mean_score: float
    share_right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Bins of equal width, and the expected calibration error over them (Naeini et al. 2015)."""

    error: float
    bins: tuple[Bin, ...]


def reliability(scores: NDArray[np.floating], right: NDArray[np.bool_]) -> Reliability:
    """Compare scores, 0 to 1, with outcomes of the same shape."""
    places = np.minimum((scores * BINS).astype(int), BINS - 1)
    counts = np.bincount(places, minlength=BINS)
    means = np.bincount(places, weights=scores, minlength=BINS) / np.maximum(counts, 1)
    shares = np.bincount(places, weights=right, minlength=BINS) / np.maximum(counts, 1)
    error = float((counts * np.abs(means - shares)).sum() / max(1, counts.sum()))
    bins = tuple(
        Bin(i / BINS, (i + 1) / BINS, int(counts[i]), float(means[i]), float(shares[i]))
        for i in range(BINS)
    )
    return Reliability(error, bins)


def plot(figure: Reliability, title: str) -> str:
    """Return the bins as an SVG picture: share right against mean score, area by count."""
    side, edge = 320, 48
    most = max(1, *(b.count for b in figure.bins))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side + 2 * edge}" '
        f'height="{side + 2 * edge}" font-family="sans-serif" font-size="12">',
        f'<title>{title}</title><rect width="100%" height="100%" fill="white"/>',
        f'<text x="{edge}" y="24" font-size="14">{title}: ECE {figure.error:.3f}</text>',
        f'<rect x="{edge}" y="{edge}" width="{side}" height="{side}" fill="none" stroke="#888"/>',
        f'<path d="M{edge} {edge + side}L{edge + side} {edge}" stroke="#888" '
        'stroke-dasharray="4"/>',
    ]
    for tick in (0.0, 0.5, 1.0):
        x, y = edge + side * tick, edge + side * (1 - tick)
        parts += [
            f'<text x="{x}" y="{edge + side + 16}" text-anchor="middle">{tick}</text>',
            f'<text x="{edge - 6}" y="{y + 4}" text-anchor="end">{tick}</text>',
        ]
    for b in figure.bins:
        if b.count:
            x, y = edge + side * b.mean_score, edge + side * (1 - b.share_right)
            radius = 3 + 11 * (b.count / most) ** 0.5
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#2563a8" '
                f'fill-opacity="0.7"><title>{b.count}</title></circle>'
            )
    below = f'x="{edge + side / 2}" y="{edge + side + 36}" text-anchor="middle"'
    return "\n".join([*parts, f"<text {below}>score (up: share right)</text>", "</svg>", ""])
