"""What was read, in part or in full, and what was not, by municipality."""

from __future__ import annotations

from collections import Counter, defaultdict

import pyarrow as pa

from pipeline.aggregate.areas import UNKNOWN, Areas
from pipeline.aggregate.columns import COVERAGE
from pipeline.tables import Row


def coverage(findings: pa.Table, documents: pa.Table, areas: Areas) -> pa.Table:
    """Count documents by what became of them, for every municipality there is.

    A document counts for those that it is by or deals with, and for those whom a finding in it is
    credited to; one that has none of these counts as `unknown`. The row `total` counts every
    document once.
    """
    credited: dict[str, set[str]] = defaultdict(set)
    found: Counter[str] = Counter()
    for document, codes in zip(
        findings.column("document_id").to_pylist(),
        findings.column("municipality_codes").to_pylist(),
        strict=True,
    ):
        units = areas.units(codes)
        credited[document].update(units)
        found.update(units)
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    with_findings: Counter[str] = Counter()
    for row in documents.select(
        ["document_id", "outcome", "author_codes", "covered_codes"]
    ).to_pylist():
        mine = credited.get(row["document_id"], set())
        with_findings.update(mine)
        about = mine.union(areas.units([*row["author_codes"], *row["covered_codes"]]))
        for code in about or {UNKNOWN}:
            outcomes[code][row["outcome"]] += 1
        outcomes["total"][row["outcome"]] += 1
    found["total"] = sum(any(codes) for codes in findings.column("municipality_codes").to_pylist())
    with_findings["total"] = sum(bool(units) for units in credited.values())
    codes = {*areas.municipalities(), *outcomes, UNKNOWN, "total"}
    rows = [
        _row(code, outcomes[code], areas)
        | {"with_findings": with_findings[code], "findings": found[code]}
        for code in codes
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
