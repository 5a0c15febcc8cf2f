"""Simplify the municipalities' borders so that neighbours still share one line.

    python -m pipeline.training.borders municipality_borders.geojson \\
        corpus/gazetteer/borders.geojson

The source (okfse/sweden-geojson, originally the election authority) lets neighbours share corners.
Rings are cut into arcs where three borders or more meet; each arc is simplified once, by
Visvalingam and Whyatt's effective area, and used by both sides: no gaps, no overlaps.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Arc = tuple[Point, ...]

_FINEST_KM2 = 1.0
"""Corners whose triangle is smaller than this are left out."""
_DECIMALS = 4
"""0.0001 degree is 11 m north to south."""
_RING_MINIMUM = 4


def simplify(collection: dict[str, Any], least_km2: float = _FINEST_KM2) -> dict[str, Any]:
    """Return a FeatureCollection with `code` and `name`, sorted by code, its borders simplified.

    Args:
        collection: GeoJSON, longitude before latitude; properties `id` and `kom_namn`.
        least_km2: the smallest triangle that a corner may span with its neighbours.
    """
    polygons = {
        feature["properties"]["id"]: (feature["properties"]["kom_namn"], _rings(feature))
        for feature in collection["features"]
    }
    every = [ring for _, parts in polygons.values() for part in parts for ring in part]
    joints = _joints(every)
    simplified: dict[Arc, Arc] = {}
    features = []
    for code, (name, parts) in sorted(polygons.items()):
        coordinates = [
            [_rebuilt(ring, joints, simplified, least_km2) for ring in part] for part in parts
        ]
        features.append(
            {
                "type": "Feature",
                "properties": {"code": code, "name": name},
                "geometry": {"type": "MultiPolygon", "coordinates": coordinates},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def _rings(feature: dict[str, Any]) -> list[list[list[Point]]]:
    geometry = feature["geometry"]
    whole = geometry["coordinates"]
    parts = whole if geometry["type"] == "MultiPolygon" else [whole]
    return [[_rounded(ring) for ring in part] for part in parts]


def _rounded(ring: list[list[float]]) -> list[Point]:
    """A closed ring with rounded corners, none twice in a row."""
    corners: list[Point] = []
    for longitude, latitude in ring:
        corner = (round(longitude, _DECIMALS), round(latitude, _DECIMALS))
        if not corners or corners[-1] != corner:
            corners.append(corner)
    return corners


def _joints(rings: list[list[Point]]) -> set[Point]:
    """Corners where three borders or more meet."""
    near: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for left, right in pairwise(ring):
            near[left].add(right)
            near[right].add(left)
    return {corner for corner, others in near.items() if len(others) > 2}


def _rebuilt(
    ring: list[Point], joints: set[Point], simplified: dict[Arc, Arc], least_km2: float
) -> list[Point]:
    corners = ring[:-1]
    starts = [n for n, corner in enumerate(corners) if corner in joints]
    if not starts:  # an island, or a municipality within one other: begin where both agree
        starts = [corners.index(min(corners))]
    turned = corners[starts[0] :] + corners[: starts[0]]
    cuts = [n - starts[0] for n in starts] + [len(corners)]
    turned.append(turned[0])
    result: list[Point] = []
    for start, end in pairwise(cuts):
        result += _simplified(tuple(turned[start : end + 1]), simplified, least_km2)[:-1]
    result.append(result[0])
    return result if len(result) >= _RING_MINIMUM else ring


def _simplified(arc: Arc, done: dict[Arc, Arc], least_km2: float) -> Arc:
    """The arc without its flattest corners; the same line whichever way it is walked."""
    backwards = arc[::-1]
    if backwards < arc:
        return _simplified(backwards, done, least_km2)[::-1]
    if arc not in done:
        done[arc] = _visvalingam(arc, least_km2)
    return done[arc]


def _visvalingam(arc: Arc, least_km2: float) -> Arc:
    left = list(range(-1, len(arc) - 1))
    right = list(range(1, len(arc) + 1))
    closed = arc[0] == arc[-1]
    kept, floor = len(arc), _RING_MINIMUM if closed else 2
    alive = [True] * len(arc)
    area = [math.inf] * len(arc)
    waiting: list[tuple[float, int]] = []

    def weigh(n: int, at_least: float = 0.0) -> None:
        if 0 < n < len(arc) - 1:
            area[n] = max(at_least, _km2(arc[left[n]], arc[n], arc[right[n]]))
            heapq.heappush(waiting, (area[n], n))

    for n in range(1, len(arc) - 1):
        weigh(n)
    while waiting and kept > floor:
        size, n = heapq.heappop(waiting)
        if size >= least_km2:
            break
        if not alive[n] or size != area[n]:
            continue
        alive[n] = False
        kept -= 1
        right[left[n]], left[right[n]] = right[n], left[n]
        weigh(left[n], size)
        weigh(right[n], size)
    return tuple(corner for corner, keep in zip(arc, alive, strict=True) if keep)


def _km2(a: Point, b: Point, c: Point) -> float:
    """Area of a small triangle on the globe; a degree of latitude is 111 km."""
    shrink = math.cos(math.radians(b[1]))
    twice = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
    return abs(twice) / 2 * shrink * 111.2**2


def main() -> None:
    """Read the first file, write the second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    source = json.loads(arguments.source.read_text(encoding="utf-8"))
    features = simplify(source)["features"]
    lines = [json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features]
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    arguments.target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
