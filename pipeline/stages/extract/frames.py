"""Text that runs in other directions: a page is turned until the text runs to the right."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from pipeline.document import Box
from pipeline.stages.extract.glyphs import Glyph

_AXIS_DEGREES = 20.0  # text turned by less than this from an axis is a skewed scan, not a stamp
_STEP_DEGREES = 15  # text in other directions is taken together in steps of this


@dataclass(frozen=True)
class Frame:
    """Coordinates in which text that runs at `angle` degrees (clockwise) runs to the right."""

    angle: float

    @cached_property
    def direction(self) -> tuple[float, float]:
        """Cosine and sine of the angle, exact along the page's axes."""
        exact: dict[float, tuple[float, float]] = {
            0: (1.0, 0.0),
            90: (0.0, 1.0),
            180: (-1.0, 0.0),
            -90: (0.0, -1.0),
        }
        radians = math.radians(self.angle)
        return exact.get(self.angle) or (math.cos(radians), math.sin(radians))

    def enter(self, x: float, y: float) -> tuple[float, float]:
        """Turn a point of the page into the frame."""
        cosine, sine = self.direction
        return x * cosine + y * sine, y * cosine - x * sine

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """The smallest upright box on the page around a rectangle of the frame."""
        cosine, sine = self.direction
        corners = [
            (x * cosine - y * sine, x * sine + y * cosine) for x in (x0, x1) for y in (y0, y1)
        ]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return Box(round(min(xs), 2), round(min(ys), 2), round(max(xs), 2), round(max(ys), 2))

    @property
    def is_upright(self) -> bool:
        """Whether the text runs along an axis of the page, skewed scans included."""
        return abs((self.angle + 45) % 90 - 45) <= _AXIS_DEGREES


def by_direction(glyphs: Iterable[Glyph]) -> list[tuple[Frame, list[Glyph]]]:
    """Part a page's glyphs by the direction of their text, most glyphs first."""
    turned: dict[float, list[Glyph]] = defaultdict(list)
    nearests: dict[float, float] = {}
    for glyph in glyphs:
        angle = glyph.face.angle
        if angle not in nearests:
            nearests[angle] = _nearest(angle)
        turned[nearests[angle]].append(glyph)
    result = []
    for nearest, group in sorted(turned.items(), key=lambda item: (-len(item[1]), item[0])):
        # Turned to the nearest axis first, as the median of 179 and -179 must not be 0.
        skew = median([(glyph.face.angle - nearest + 180) % 360 - 180 for glyph in group])
        angle = (nearest + skew + 180) % 360 - 180
        result.append((Frame(180 if angle == -180 else angle), group))
    return result


def _nearest(angle: float) -> float:
    axis = round(angle / 90) * 90
    if abs(angle - axis) <= _AXIS_DEGREES:
        return 180 if axis == -180 else axis
    return round(angle / _STEP_DEGREES) * _STEP_DEGREES
