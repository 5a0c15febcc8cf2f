"""What was read, in part or in full, and what was not, by municipality."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa

from pipeline.aggregate.areas import UNKNOWN, Areas
from pipeline.aggregate.columns import COVERAGE
from pipeline.aggregate.facts import Credits, Facts
from pipeline.aggregate.merge import Run
from pipeline.tables import Row


def coverage(run: Run, facts: Facts, units: Credits, areas: Areas) -> pa.Table:
    """Count documents by what became of them, for every municipality there is.

    A document counts for those that it is by or deals with, and for those whom a finding in it is
    credited to; one that has none of these counts as `unknown`. The row `total` counts every
    document once.

    Args:
        units: credits of municipalities and regions.
    """
    credited: dict[str, set[str]] = defaultdict(set)
    pairs = np.unique(facts.document[units.finding] * len(units.names) + units.body)
    for document, unit in zip(*np.divmod(pairs, max(1, len(units.names))), strict=True):
        credited[facts.documents[document]].add(units.names[unit])
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    columns = ["document_id", "outcome", "author_codes", "covered_codes"]
    for row in run.documents.select(columns).to_pylist():
        about = credited[row["document_id"]].union(
            areas.units([*row["author_codes"], *row["covered_codes"]])
        )
        for code in about or {UNKNOWN}:
            outcomes[code][row["outcome"]] += 1
        outcomes["total"][row["outcome"]] += 1
    with_findings = Counter(unit for mine in credited.values() for unit in mine)
    with_findings["total"] = sum(map(bool, credited.values()))
    found = Counter(dict(zip(units.names, np.bincount(units.body).tolist(), strict=False)))
    found["total"] = len(np.unique(units.finding))
    rows = [
        _row(code, outcomes[code], areas)
        | {"with_findings": with_findings[code], "findings": found[code]}
        for code in {*areas.municipalities(), *outcomes, UNKNOWN, "total"}
    ]
    levels = ("municipality", "region", UNKNOWN, "total")
    rows.sort(key=lambda row: (levels.index(row["level"]), row["code"]))
    return pa.Table.from_pylist(rows, schema=COVERAGE)


def _row(code: str, outcomes: Counter[str], areas: Areas) -> Row:
    level = areas.level(code)
    known = level in ("municipality", "region")
    return {
        "level": level,
        "code": code,
        "name": areas.body(code).name if known else None,
        "county_code": areas.county(code) if known else None,
        "documents": outcomes.total(),
        "read": outcomes["read"],
        "partly": outcomes["partly"],
        "unread": outcomes["failed"],
    }
