"""The benchmarks of whole runs, tiny: they run, and their figures belong together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("fpdf", reason="the extra `examples` is not installed")

from pipeline.cli import cli


def figures(tmp_path: Path, *arguments: str) -> dict[str, object]:
    file = tmp_path / "figures.json"
    done = CliRunner().invoke(cli, ["bench", *arguments, "--json", str(file)])
    assert done.exception is None, done.output
    found: dict[str, object] = json.loads(file.read_text())
    assert json.loads(done.output) == found
    return found


def test_growth(tmp_path: Path) -> None:
    found = figures(tmp_path, "growth", "--documents", "20", "--jobs", "2")
    runs = found["runs"]
    assert isinstance(runs, dict) and set(runs) == {"tenth", "all"}
    assert runs["all"]["documents"] == 20 and runs["all"]["pages"] > 100
    for run in runs.values():
        assert 100 < run["peak_mib"] < 4000 and run["cpu_seconds"] > 0
        assert sum(run["stage_share"].values()) == pytest.approx(1, abs=0.01)


def test_scaling(tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    found = figures(tmp_path, "scaling", "--documents", "4")
    seconds = found["seconds"]
    assert isinstance(seconds, dict)
    efficiency = seconds["1"] / (2 * seconds["2"])
    assert found["efficiency"] == pytest.approx(efficiency, abs=0.01)


def test_start(tmp_path: Path) -> None:
    found = figures(tmp_path, "start")["seconds"]
    assert isinstance(found, dict)
    assert 0 < found["help"]["least"] < found["first_finding"]["least"]
    assert found["help"]["least"] <= found["help"]["median"]
