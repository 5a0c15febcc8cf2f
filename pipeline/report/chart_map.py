"""The map: municipalities' borders as SVG paths, in a projection that keeps Sweden upright."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import ModelError
from pipeline.resources import gazetteer_folder

WIDTH = 420.0
"""Of the drawing, in its own units; heights follow from the country's."""

_MERIDIAN = 15.0
"""Central meridian of SWEREF 99 TM, Sweden's national projection."""
_STEP = 10
"""Corners are rounded to a tenth of a unit: some 400 metres."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A municipality on the map: its code and the `d` of its path."""

    code: str
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All shapes and the size of the drawing."""

    shapes: tuple[Shape, ...]
    width: float
    height: float
    frames: dict[str, tuple[float, float, float, float]]
    """Left, top, width and height of the municipalities of a county together."""


def draw() -> Drawing:
    """Draw the shipped borders.

    Raises:
        ModelError: they are missing or no GeoJSON.
    """
    path = gazetteer_folder() / "borders.geojson"
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        rings = {
            feature["properties"]["code"]: [
                [_project(*corner) for corner in ring]
                for part in feature["geometry"]["coordinates"]
                for ring in part
            ]
            for feature in features
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"cannot read {path}: {error!r}") from error
    corners = [corner for parts in rings.values() for ring in parts for corner in ring]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = max(y for _, y in corners), min(y for _, y in corners)
    scale = WIDTH / (right - left)
    placed = {
        code: [[((x - left) * scale, (top - y) * scale) for x, y in ring] for ring in parts]
        for code, parts in rings.items()
    }
    by_county: dict[str, list[tuple[float, float]]] = {}
    for code, parts in placed.items():
        by_county.setdefault(code[:2], []).extend(corner for ring in parts for corner in ring)
    frames = {county: _frame(corners) for county, corners in by_county.items()}
    shapes = tuple(Shape(code, "".join(map(_path, parts))) for code, parts in placed.items())
    return Drawing(shapes, WIDTH, math.ceil((top - bottom) * scale), frames)


def _project(longitude: float, latitude: float) -> tuple[float, float]:
    """Transverse Mercator on a sphere, in radii of the earth."""
    along, north = math.radians(longitude - _MERIDIAN), math.radians(latitude)
    x = math.atanh(math.cos(north) * math.sin(along))
    return x, math.atan2(math.tan(north), math.cos(along))


def _frame(corners: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def _path(ring: Sequence[tuple[float, float]]) -> str:
    """A closed ring in relative steps; corners that fall together are one."""
    points: list[tuple[int, int]] = []
    for x, y in ring:
        point = round(x * _STEP), round(y * _STEP)
        if not points or points[-1] != point:
            points.append(point)
    if len(points) < 4:
        return ""
    x, y = points[0]
    text = f"M{_unit(x)} {_unit(y)}l"
    steps = []
    for next_x, next_y in points[1:-1]:
        steps.append(f"{_unit(next_x - x)} {_unit(next_y - y)}")
        x, y = next_x, next_y
    return text + " ".join(steps).replace(" -", "-") + "z"


def _unit(tenths: int) -> str:
    return f"{tenths / _STEP:g}"
