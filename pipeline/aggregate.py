"""Findings per municipality, measure and status: one row each, with its evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pyarrow as pa

from pipeline.gazetteer import Gazetteer
from pipeline.tables import Row

MUNICIPALITIES = pa.schema(
    [
        pa.field("municipality_code", pa.string()),
        pa.field("municipality_name", pa.string()),
        pa.field("county_code", pa.string()),
        pa.field("label", pa.string()),
        pa.field("status", pa.string()),
        pa.field("documents", pa.int64()),
        pa.field("findings", pa.int64()),
        pa.field("highest_score", pa.float64()),
        pa.field("mean_score", pa.float64()),
        pa.field("evidence", pa.list_(pa.string())),
    ]
)


def by_municipality(findings: Iterable[Row], gazetteer: Gazetteer) -> list[Row]:
    """Count findings per municipality, label and status, sorted by these three.

    A finding that stands twice (same id) counts once. A collective finding, which is credited to
    no municipality, is in no row: it belongs to the document's group.

    Args:
        findings: rows of the findings table.
    """
    groups: dict[tuple[str, str, str], dict[str, Row]] = defaultdict(dict)
    for finding in findings:
        for code in finding["municipality_codes"]:
            key = (code, finding["label"], finding["status"])
            groups[key][finding["finding_id"]] = finding
    return [_row(key, groups[key], gazetteer) for key in sorted(groups)]


def _row(key: tuple[str, str, str], evidence: dict[str, Row], gazetteer: Gazetteer) -> Row:
    code, label, status = key
    scores = sorted(finding["score"] for finding in evidence.values())
    return {
        "municipality_code": code,
        "municipality_name": gazetteer.name(code),
        "county_code": code[:2],
        "label": label,
        "status": status,
        "documents": len({finding["document_id"] for finding in evidence.values()}),
        "findings": len(evidence),
        "highest_score": scores[-1],
        "mean_score": round(sum(scores) / len(scores), 4),
        "evidence": sorted(evidence),
    }
