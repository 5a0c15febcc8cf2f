"""Intervals hold what they promise; estimates add up."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from runs import run_of

from pipeline.aggregate import aggregate
from pipeline.aggregate.decisions import Decisions, read_decisions
from pipeline.aggregate.uncertainty import Rates, prediction_powered, read_rates
from pipeline.codebook import LABELS
from pipeline.errors import ModelError, UsageError
from pipeline.evaluation.synthetic import document, finding
from pipeline.gazetteer import Gazetteer

N = len(LABELS)


def rates(right: float = 80, wrong: float = 20, missed: float = 40) -> Rates:
    return Rates(*(np.full(N, float(value)) for value in (right, wrong, missed)))


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_the_estimate_is_what_is_right_divided_by_recall() -> None:
    value, low, high = rates().estimate(ints(0, 0, 0), ints(0, 6, 6), ints(10, 0, 10))
    assert value == pytest.approx([10 * 0.8 * 1.5, 6 * 1.5, (6 + 8) * 1.5])
    assert (low < value).all() and (value < high).all()
    assert (low >= [0, 6, 6]).all()


def test_a_label_that_was_never_found_rightly_has_no_estimate() -> None:
    value, low, high = rates(right=0).estimate(ints(3), ints(2), ints(5))
    assert np.isnan([value, low, high]).all()


def test_nothing_found_is_nothing_estimated() -> None:
    assert [v.tolist() for v in rates().estimate(ints(1), ints(0), ints(0))] == [[0], [0], [0]]
    assert rates().estimate(ints(), ints(), ints()).value.size == 0


@pytest.mark.parametrize("truth", [3, 12, 60, 400])
def test_corrected_intervals_cover_the_truth(truth: int) -> None:
    """Draw a test set, a count and its errors, again and again, from known precision and recall."""
    draw = np.random.default_rng(truth)
    p, r, rounds = 0.75, 0.7, 3000
    found = draw.binomial(150, r, rounds)
    wrong = draw.poisson(found * (1 - p) / p)
    right = draw.binomial(truth, r, rounds)
    counted = right + draw.poisson(truth * r * (1 - p) / p, rounds)
    inside = 0
    for n in range(rounds):
        measured = rates(found[n], wrong[n], 150 - found[n])
        _, low, high = measured.estimate(ints(0), ints(0), ints(counted[n]))
        inside += low[0] <= truth <= high[0]
    assert inside / rounds >= 0.9


def test_prediction_powered_intervals_cover_and_use_the_scores() -> None:
    draw = np.random.default_rng(3)
    inside, widths, plain = 0, [], []
    for _ in range(600):
        scores = draw.uniform(0.3, 1.0, 2000)
        right = (draw.random(2000) < scores).astype(np.float64)
        sample = draw.choice(2000, 120, replace=False)
        _, low, high = prediction_powered(scores, sample, right[sample])
        inside += low <= right.sum() <= high
        widths.append(high - low)
        flat = prediction_powered(np.full(2000, 0.5), sample, right[sample])
        plain.append(flat[2] - flat[1])
    assert 0.93 <= inside / 600 <= 0.99
    assert np.mean(widths) < 0.97 * np.mean(plain)


def test_a_small_sample_gives_no_estimate_and_a_faultless_one_no_certainty() -> None:
    scores = np.full(1000, 0.9)
    assert np.isnan(prediction_powered(scores, np.arange(10), np.ones(10))).all()
    value, low, high = prediction_powered(scores, np.arange(50), np.ones(50))
    assert value == high == 1000
    assert low < 980


def test_estimates_reach_the_tables_and_add_up() -> None:
    of = document("a.pdf")
    rows = [
        finding(of, n, municipality_codes=[code], year=2010 + n % 2, score=0.8)
        for n, code in enumerate(["0120"] * 40 + ["0180"] * 10)
    ]
    drawn = [row["finding_id"] for row in rows[:30]]
    decisions = Decisions({one: n != 0 for n, one in enumerate(drawn)}, frozenset(drawn))
    result = aggregate([run_of([(of, rows)])], Gazetteer.load(), rates=rates(), decisions=decisions)
    cells = [row["estimate"] for row in result.municipalities.to_pylist()]
    nation = next(row for row in result.estimates.to_pylist() if row["level"] == "nation")
    assert nation["estimate"] == pytest.approx((29 + 20 * 0.8) * 1.5) == pytest.approx(sum(cells))
    assert (nation["sampled"], nation["sampled_confirmed"]) == (30, 29)
    assert 29 <= nation["correct_low"] < nation["correct_findings"] < nation["correct_high"] <= 49
    farther = next(row for row in result.estimates.to_pylist() if row["code"] == "0180")
    assert farther["correct_findings"] is None


def test_rates_are_read_from_a_models_metrics(tmp_path: Path) -> None:
    labels = [
        {"label": label, "precision": 0.8, "recall": 0.5, "positives": 40} for label in LABELS
    ]
    path = tmp_path / "metrics.json"
    path.write_text(json.dumps({"test": {"labels": labels}}), encoding="utf-8")
    read = read_rates(path)
    assert (read.right[0], read.wrong[0], read.missed[0]) == (20, 5, 20)
    path.write_text(json.dumps({"test": {"labels": labels[1:]}}), encoding="utf-8")
    with pytest.raises(ModelError, match=LABELS[0]):
        read_rates(path)


def test_decisions_are_read_and_contradictions_refused(tmp_path: Path) -> None:
    path = tmp_path / "beslut.csv"
    path.write_text("finding_id,verdict,sampled\na,confirmed,true\nb,rejected,false\n")
    assert read_decisions(path) == Decisions({"a": True, "b": False}, frozenset("a"))
    path.write_text("finding_id,verdict\na,confirmed\na,rejected\n")
    with pytest.raises(UsageError, match="two verdicts"):
        read_decisions(path)
    path.write_text("finding_id,verdict\na,perhaps\n")
    with pytest.raises(UsageError, match="perhaps"):
        read_decisions(path)
