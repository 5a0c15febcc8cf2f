"""Count findings by area, measure, status and year: whole columns at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.facts import CONFIRMED, NO_YEAR, REJECTED, SCORE_UNIT, Credits, Facts, Ints
from pipeline.aggregate.uncertainty import Rates
from pipeline.codebook import LABELS, SCOPES, STATUSES

_STRIDE = 2**32
"""Two numbers below it are joined into one."""


@dataclass(frozen=True)
class Pairs:
    """Findings and the areas that they are counted for; none twice.

    Attributes:
        finding: index into the facts.
        area: index into `areas`.
        credits: how many credits of the finding the area takes in: a county takes in one for
            each of its municipalities.
    """

    areas: tuple[str, ...]
    finding: Ints
    area: Ints
    credits: Ints


def roll_up(credits: Credits, area_of: Callable[[str], str | None]) -> Pairs:
    """Gather credits by area: of a finding that an area meets several times, credits are added.

    Args:
        area_of: a body's code to the area that it counts for, None for no area.
    """
    names = [area_of(name) for name in credits.names]
    areas = tuple(sorted({name for name in names if name is not None}))
    index = np.array([-1 if n is None else areas.index(n) for n in names], dtype=np.int64)
    area = index[credits.body] if len(names) else credits.body
    kept = area >= 0
    unique, added = np.unique(area[kept] * _STRIDE + credits.finding[kept], return_counts=True)
    return Pairs(areas, unique % _STRIDE, unique // _STRIDE, added.astype(np.int64))


def count(facts: Facts, pairs: Pairs, rates: Rates | None) -> dict[str, pa.Array]:
    """Count by area, label, status and year, in this order: the columns that all tables share.

    Besides these, `area` holds the areas' codes.
    """
    return finished(sums(facts, pairs), rates)


def sums(facts: Facts, pairs: Pairs) -> dict[str, pa.Array]:
    """What `count` makes its columns of, and what may be added up over documents.

    `score` and `highest` are in units of 1 / `SCORE_UNIT`; of `highest` the greater counts.
    """
    f = pairs.finding
    keys = [pairs.area, facts.label[f], facts.status[f], facts.year[f]]
    order = np.lexsort((f, *reversed(keys)))
    f, keys = f[order], [key[order] for key in keys]
    starts = _starts(keys)
    ends = np.array([*starts, len(f)], dtype=np.int64)
    group = np.repeat(np.arange(len(starts)), np.diff(ends))
    area, label, status, year = (key[starts] for key in keys)
    score = _sums(facts.score[f], starts)
    highest = np.maximum.reduceat(facts.score[f], starts) if len(starts) else score
    return {
        "area": _texts(pairs.areas, area),
        "label": _texts(LABELS, label),
        "status": _texts(STATUSES, status),
        "year": pa.array(year, pa.int32(), mask=year == NO_YEAR),
        "documents": pa.array(_distinct(group, facts.document[f], len(starts))),
        "findings": pa.array(np.diff(ends)),
        "credits": pa.array(_sums(pairs.credits[order], starts)),
        "distinct_findings": pa.array(_distinct(group, facts.cluster[f], len(starts))),
        "as_member": pa.array(_sums(facts.scope[f] == SCOPES.index("all"), starts)),
        "score": pa.array(score),
        "highest": pa.array(highest),
        "confirmed": pa.array(_sums(facts.verdict[f] == CONFIRMED, starts)),
        "rejected": pa.array(_sums(facts.verdict[f] == REJECTED, starts)),
        "evidence": pa.ListArray.from_arrays(
            pa.array(ends, pa.int32()),
            facts.ids.take(pa.array(f)),
        ),
    }


def finished(columns: dict[str, pa.Array], rates: Rates | None) -> dict[str, pa.Array]:
    """Add the columns that are worked out from sums: scores and corrected counts."""
    findings, score, highest, confirmed, rejected = (
        columns[name].to_numpy()
        for name in ("findings", "score", "highest", "confirmed", "rejected")
    )
    label = pc.index_in(columns["label"], pa.array(LABELS)).to_numpy().astype(np.int64)
    return {
        **columns,
        "highest_score": pa.array(highest / SCORE_UNIT),
        "mean_score": pa.array(np.round(score / np.maximum(findings, 1) / SCORE_UNIT, 4)),
        **estimates(rates, label, confirmed, findings - confirmed - rejected),
    }


def estimates(
    rates: Rates | None, label: Ints, confirmed: Ints, unjudged: Ints
) -> dict[str, pa.Array]:
    """The three columns of corrected counts; empty where no rates are known."""
    names = ("estimate", "estimate_low", "estimate_high")
    if rates is None:
        return {name: pa.nulls(len(label), pa.float64()) for name in names}
    columns = rates.estimate(label, confirmed, unjudged)
    return {
        name: pa.array(np.round(values, 2), pa.float64(), from_pandas=True)
        for name, values in zip(names, columns, strict=True)
    }


def uncredited(facts: Facts) -> Pairs:
    """Findings that are credited to nobody, by scope."""
    alone = np.ones(len(facts.ids), dtype=np.bool_)
    alone[facts.credits.finding] = False
    finding = np.flatnonzero(alone)
    return Pairs(SCOPES, finding, facts.scope[finding], np.zeros_like(finding))


def everything(facts: Facts, units: Credits) -> Pairs:
    """All findings as one area, with how many municipalities and regions each is credited to."""
    findings = len(facts.ids)
    credits = np.bincount(units.finding, minlength=findings).astype(np.int64)
    return Pairs(("total",), np.arange(findings), np.zeros_like(credits), credits)


def as_table(columns: dict[str, Any], schema: pa.Schema) -> pa.Table:
    """Arrange columns as the schema wants them; those that it does not name are left out."""
    return pa.table([columns[name] for name in schema.names], schema=schema)


def _starts(keys: Sequence[Ints]) -> Ints:
    """Where in sorted columns a new group begins."""
    if not len(keys[0]):
        return np.zeros(0, dtype=np.int64)
    changes = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    return np.concatenate([[0], np.flatnonzero(changes) + 1]).astype(np.int64)


def _sums(values: Any, starts: Ints) -> Ints:
    if not len(starts):
        return np.zeros(0, dtype=np.int64)
    return np.asarray(np.add.reduceat(values.astype(np.int64), starts))


def _distinct(group: Ints, values: Ints, groups: int) -> Ints:
    """How many different values each group holds."""
    unique = np.unique(group * _STRIDE + values)
    return np.bincount(unique // _STRIDE, minlength=groups).astype(np.int64)


def _texts(names: Sequence[str], indices: Ints) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(indices))
