"""The benchmark of the review page, small: it runs, and nothing is lost or doubled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from review_servers import postgres, postgres_programs

from pipeline.cli import cli


def bench(*options: str) -> dict[str, object]:
    small = ("--findings", "3000", "--reviewers", "8", "--seconds", "3", "--json", *options)
    result = CliRunner().invoke(cli, ["bench", "review", *small], standalone_mode=False)
    assert result.exception is None, result.exception
    told: dict[str, object] = json.loads(result.output)
    return told


def no_decision_lost(told: dict[str, object]) -> bool:
    faults = [told[name] for name in ("lost", "doubled", "log_faults", "failures")]
    decisions = told["decisions"]
    return faults == [0, 0, 0, 0] and isinstance(decisions, int) and decisions > 20


def test_bench_on_sqlite() -> None:
    assert no_decision_lost(bench())


@pytest.mark.skipif(postgres_programs() is None, reason="PostgreSQL is not installed")
def test_bench_on_postgresql(tmp_path: Path) -> None:
    with postgres(tmp_path) as url:
        assert no_decision_lost(bench("--database", url))
