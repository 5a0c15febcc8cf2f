"""The benchmark of the review page, small: it runs, and nothing is lost or doubled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from review_servers import postgres, postgres_programs

from pipeline.cli import cli
from pipeline.evaluation import bench_review


def bench(*options: str) -> dict[str, object]:
    small = ("--findings", "3000", "--reviewers", "8", "--seconds", "3", "--json", *options)
    result = CliRunner().invoke(cli, ["bench", "review", *small], standalone_mode=False)
    assert result.exception is None, result.exception
    told: dict[str, object] = json.loads(result.output)
    assert result.return_value == (0 if all(told["bars"].values()) else 1)  # type: ignore[attr-defined]
    return told


def no_decision_lost(told: dict[str, object]) -> bool:
    faults = [told[name] for name in ("lost", "doubled", "log_faults", "failures")]
    decisions = told["decisions"]
    return faults == [0, 0, 0, 0] and isinstance(decisions, int) and decisions > 20


def test_the_bars_are_those_of_the_issue(monkeypatch: pytest.MonkeyPatch) -> None:
    good = {"decision_ms": {"p95": 100.0}, "queue_ms": {"p95": 200.0}, "lost": 0, "doubled": 0,
            "failures": 0, "log_faults": 0}  # fmt: skip
    assert set(bench_review.bars(good).values()) == {True}
    for worse in ({"decision_ms": {"p95": 100.1}}, {"queue_ms": {}}, {"lost": 1}, {"doubled": 1}):
        result = good | worse
        assert sorted(bench_review.bars(result).values()) == [False, True, True]
        told = result | {"bars": bench_review.bars(result)}
        monkeypatch.setattr(bench_review, "bench", lambda *_, told=told: told)
        done = CliRunner().invoke(cli, ["bench", "review"], standalone_mode=False)
        assert done.return_value == 1 and done.output.count("NOT MET") == 1


def test_bench_on_sqlite() -> None:
    assert no_decision_lost(bench())


@pytest.mark.skipif(postgres_programs() is None, reason="PostgreSQL is not installed")
def test_bench_on_postgresql(tmp_path: Path) -> None:
    with postgres(tmp_path) as url:
        assert no_decision_lost(bench("--database", url))
