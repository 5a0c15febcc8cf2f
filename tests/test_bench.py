"""The benchmarks of whole runs, tiny: they run, and their figures belong together."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from pdfminer.high_level import extract_text

pytest.importorskip("fpdf", reason="the extra `examples` is not installed")

from pipeline.cli import cli
from pipeline.errors import MissingDependencyError
from pipeline.evaluation import bench_corpus
from pipeline.evaluation.bench_bars import bars


def figures(tmp_path: Path, *arguments: str) -> dict[str, object]:
    file = tmp_path / "figures.json"
    done = CliRunner().invoke(cli, ["bench", *arguments, "--json", str(file)])
    assert done.exception is None, done.output
    found: dict[str, object] = json.loads(file.read_text())
    assert json.loads(done.output) == found
    return found


def markdown_tables(text: str) -> dict[str, dict[str, list[str]]]:
    """Cells of each table by its head's first cell and the row's first."""
    found: dict[str, dict[str, list[str]]] = {}
    for block in text.strip().split("\n\n"):
        if block.startswith("|"):
            rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in block.split("\n")]
            found[rows[0][0]] = {first: rest for first, *rest in rows[2:]}
    return found


def test_a_large_corpus_repeats_itself_in_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_corpus, "DIFFERENT", 2)
    pages = bench_corpus.write_corpus(tmp_path, 4)
    texts = {path: extract_text(path) for path in sorted(tmp_path.iterdir())}
    assert len({path.read_bytes() for path in texts}) == 4
    assert len(set(texts.values())) == 2
    assert sum(text.count("\f") for text in texts.values()) == pages


def test_pipeline_without_a_command(tmp_path: Path) -> None:
    """`kommunlupp bench --json FILE`, everything measured, on a corpus of ten documents."""
    for module in ("torch", "transformers", "symspellpy", "onnx"):
        pytest.importorskip(module)
    file = tmp_path / "figures.json"
    done = CliRunner().invoke(cli, ["bench", "--documents", "10", "--json", str(file)])
    assert done.exception is None, done.output
    found = json.loads(file.read_text())

    assert found["sample"] == {"documents": 1, "pages": 6}
    assert {n: run["documents"] for n, run in found["runs"].items()} == {"tenth": 1, "all": 10}
    whole, plain, ratios = found["runs"]["all"], found["plain"], found["ratios"]
    assert plain["pages_per_cpu_second"] == pytest.approx(6 / plain["cpu_seconds"], rel=0.05)
    for name, key in (
        ("whole_to_plain_cpu", "pages_per_cpu_second"),
        ("whole_to_plain", "pages_per_second"),
    ):
        assert ratios[name] == pytest.approx(whole[key] / plain[key], abs=0.01)
    jobs = {job: row for jobs in found["stages"].values() for job, row in jobs.items()}
    for own, peer in (
        ("extract", "pdfminer"),
        ("extract", "pypdfium2"),
        ("restore", "symspell"),
        ("classify", "transformers"),
    ):
        ratio = jobs[own]["pages_per_cpu_second"] / jobs[peer]["pages_per_cpu_second"]
        assert ratios[f"{own}_to_{peer}"] == pytest.approx(ratio, abs=0.01)
    spent = whole["stage_seconds"]
    beside = (spent["restore"] + spent["classify"]) / spent["extract"]
    assert ratios["restore_classify_to_extract"] == pytest.approx(beside, abs=0.001)
    assert "random" in found["models"]["transformers"]["what"]
    own, peer = (found["models"][name] for name in ("classify", "transformers"))
    assert (own["layers"], own["width"]) == (peer["layers"], peer["width"])
    assert all(2e6 < one["parameters"] < 20e6 for one in (own, peer))

    text = done.output
    assert f"reads {ratios['whole_to_plain_cpu']} times as many pages per CPU second" in text
    assert "a sample of 1 documents, 6 pages" in text and f"{whole['pages']} pages, start" in text
    tables = markdown_tables(text)
    assert set(jobs) | {"plain composition"} < set(tables[""])
    assert tables["restoration + classification against extraction"] == {
        "seconds of the stages in the whole run": [str(ratios["restore_classify_to_extract"])],
        "CPU seconds of the stages on the sample": [str(ratios["restore_classify_to_extract_cpu"])],
    }
    assert len(tables["bar"]) == len(found["bars"]) == 8
    for bar in found["bars"]:
        wanted, reached, met = tables["bar"][bar["what"]]
        assert (wanted, reached) == (bar["wanted"], str(bar["reached"]))
        assert met == ("yes" if bar["met"] else "no")


def test_bars_are_met_or_not() -> None:
    """Each figure at its bar, then just beyond it."""
    run = {"pages_per_second": 25.0, "peak_mib": 2048}
    ratios = {"whole_to_plain_cpu": 3.0, "whole_to_plain": 3.0, "restore_classify_to_extract": 0.99}
    met = {
        "runs": {"tenth": run, "all": run},
        "ratios": ratios,
        "matrix": {"share_of_stage": 0.4},
        "growth_wall": 1.1,
        "growth_cpu": 1.1,
    }
    assert [bar.met for bar in bars(met)] == [True] * 8
    missed = {
        "runs": {"tenth": {**run, "peak_mib": 2049}, "all": {**run, "pages_per_second": 24.9}},
        "ratios": {**dict.fromkeys(ratios, 2.9), "restore_classify_to_extract": 1.0},
        "matrix": {"share_of_stage": 0.39},
        "growth_wall": 1.11,
        "growth_cpu": 1.11,
    }
    assert [bar.met for bar in bars(missed)] == [False] * 8
    assert [bar.met for bar in bars({**met, "matrix": {"note": "none"}})].count(None) == 1


def test_json_may_be_printed_and_help_is_the_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(
        "pipeline.evaluation.bench_pipeline.measure", lambda *of: asked.append(of[1:]) or {"a": 1}
    )
    done = CliRunner().invoke(cli, ["bench", "--json"])
    assert done.exception is None, done.output
    assert json.loads(done.output) == {"a": 1} and asked == [(500, None)]
    assert "scaling" in CliRunner().invoke(cli, ["bench", "--help"]).output


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fpdf", None)
    for name in ("bench_corpus", "bench_whole"):
        monkeypatch.delitem(sys.modules, f"pipeline.evaluation.{name}", raising=False)
    monkeypatch.delattr("pipeline.evaluation.bench_whole", raising=False)
    error = CliRunner().invoke(cli, ["bench", "growth"]).exception
    assert isinstance(error, MissingDependencyError)
    assert "fpdf" in error.message and "kommunlupp[" in error.advice


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
