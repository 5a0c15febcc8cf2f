"""The borders: small, complete, and shared by neighbours."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.gazetteer import Gazetteer
from pipeline.report.chart_map import draw
from pipeline.resources import gazetteer_folder
from pipeline.training.borders import simplify

BORDERS = gazetteer_folder() / "borders.geojson"


def codes() -> set[str]:
    bodies = Gazetteer.load().tables.bodies.values()
    return {body.code for body in bodies if body.kind == "municipality"}


def test_all_municipalities_are_there_in_under_300_kB() -> None:
    assert BORDERS.stat().st_size < 300_000
    features = json.loads(BORDERS.read_text(encoding="utf-8"))["features"]
    assert {feature["properties"]["code"] for feature in features} == codes()


def test_neighbours_share_their_border() -> None:
    edges: Counter[frozenset[tuple[float, ...]]] = Counter()
    for feature in json.loads(BORDERS.read_text(encoding="utf-8"))["features"]:
        for part in feature["geometry"]["coordinates"]:
            for ring in part:
                assert ring[0] == ring[-1] and len(ring) >= 4
                edges.update(frozenset(map(tuple, edge)) for edge in pairwise(ring))
    assert sum(count > 2 for count in edges.values()) <= 1, "one spike is in the source"
    shared = sum(count == 2 for count in edges.values())
    assert shared > 0.6 * len(edges)


def test_simplifying_keeps_corners_where_three_meet() -> None:
    """Three squares: the flat corner goes, on both sides of the border; the others stay."""

    def feature(code: str, *ring: tuple[float, float]) -> dict[str, object]:
        geometry = {"type": "Polygon", "coordinates": [[list(corner) for corner in ring]]}
        return {"properties": {"id": code, "kom_namn": code}, "geometry": geometry}

    west = feature("1", (10, 60), (11, 60), (11.001, 60.5), (11, 61), (10, 61), (10, 60))
    east = feature("2", (11, 60), (12, 60), (12, 61), (11, 61), (11.001, 60.5), (11, 60))
    north = feature("3", (10, 61), (11, 61), (12, 61), (12, 62), (10, 62), (10, 61))
    kept = {
        one["properties"]["code"]: {
            tuple(corner) for corner in one["geometry"]["coordinates"][0][0]
        }
        for one in simplify({"features": [west, east, north]}, least_km2=100)["features"]
    }
    assert (11.001, 60.5) not in kept["1"] | kept["2"]
    assert kept["1"] & kept["2"] == {(11, 60), (11, 61)}
    assert (11, 61) in kept["3"]


def test_the_shipped_file_is_what_the_command_makes(shared: Path) -> None:
    source = json.loads(
        (shared / "gazetteer" / "municipality_borders.geojson").read_text(encoding="utf-8")
    )
    assert json.loads(json.dumps(simplify(source))) == json.loads(
        BORDERS.read_text(encoding="utf-8")
    )


def test_the_drawing_is_upright_and_holds_everybody() -> None:
    drawing = draw()
    assert {shape.code for shape in drawing.shapes} == codes()
    assert all(shape.path.startswith("M") and shape.path.endswith("z") for shape in drawing.shapes)
    assert 2.2 < drawing.height / drawing.width < 2.5
    kiruna, malmo = drawing.frames["25"], drawing.frames["12"]
    assert kiruna[1] < 10 and malmo[1] + malmo[3] == pytest.approx(drawing.height, abs=1)
