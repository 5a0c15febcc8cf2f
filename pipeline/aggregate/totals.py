"""Estimated totals by measure: over all statuses and years, for each area."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.aggregate.areas import NATION, Areas
from pipeline.aggregate.columns import ESTIMATES
from pipeline.aggregate.counts import Pairs, as_table, estimates, roll_up
from pipeline.aggregate.facts import CONFIRMED, SCORE_UNIT, UNJUDGED, Credits, Facts, Ints
from pipeline.aggregate.rollup import area_name, of_level
from pipeline.aggregate.uncertainty import Rates, prediction_powered
from pipeline.codebook import LABELS


def estimate_totals(facts: Facts, units: Credits, areas: Areas, rates: Rates | None) -> pa.Table:
    """Estimate how many measures there are, for municipalities, counties and the nation."""
    levels = [
        ("municipality", of_level(units, areas, "municipality")),
        ("county", roll_up(units, areas.county)),
        ("nation", roll_up(units, lambda _: NATION)),
    ]
    return pa.concat_tables([_level(name, facts, pairs, areas, rates) for name, pairs in levels])


def _level(level: str, facts: Facts, pairs: Pairs, areas: Areas, rates: Rates | None) -> pa.Table:
    cell = pairs.area * len(LABELS) + facts.label[pairs.finding]
    order = np.argsort(cell, kind="stable")
    cells, starts = np.unique(cell[order], return_index=True)
    groups = np.split(pairs.finding[order], starts[1:]) if len(cells) else []
    codes = [pairs.areas[n] for n in cells // len(LABELS)]
    label = cells % len(LABELS)
    verdicts = [facts.verdict[group] for group in groups]
    confirmed, unjudged = (
        np.array([int((v == kind).sum()) for v in verdicts], dtype=np.int64)
        for kind in (CONFIRMED, UNJUDGED)
    )
    columns: dict[str, Any] = {
        "level": [level] * len(cells),
        "code": codes,
        "name": [area_name(level, code, areas) for code in codes],
        "label": [LABELS[n] for n in label],
        "findings": [len(group) for group in groups],
        "distinct_findings": [len(np.unique(facts.cluster[group])) for group in groups],
        **estimates(rates, label, confirmed, unjudged),
        **_judged([_sampled(facts, group) for group in groups]),
    }
    return as_table(columns, ESTIMATES)


def _sampled(facts: Facts, group: Ints) -> tuple[int, int, float, float, float]:
    """How many were sampled, of these confirmed, and the prediction-powered estimate."""
    drawn = np.flatnonzero(facts.sampled[group] & (facts.verdict[group] != UNJUDGED))
    verdicts = facts.verdict[group][drawn].astype(np.float64)
    estimate = prediction_powered(facts.score[group] / SCORE_UNIT, drawn, verdicts)
    return (len(drawn), int(verdicts.sum()), *estimate)


def _judged(rows: list[tuple[int, int, float, float, float]]) -> dict[str, pa.Array]:
    sampled, confirmed, *estimate = zip(*rows, strict=True) if rows else ((),) * 5
    names = ("correct_findings", "correct_low", "correct_high")
    return {
        "sampled": pa.array(sampled, pa.int64()),
        "sampled_confirmed": pa.array(confirmed, pa.int64()),
        **{
            name: pa.array(np.round(values, 2), pa.float64(), from_pandas=True)
            for name, values in zip(names, estimate, strict=True)
        },
    }
