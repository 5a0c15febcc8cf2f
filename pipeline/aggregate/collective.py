"""Collective findings: they belong to the group that a document covers, not to its members."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.columns import COLLECTIVE
from pipeline.aggregate.counts import as_table
from pipeline.aggregate.decisions import Decisions
from pipeline.aggregate.merge import Run


def collective(run: Run, decisions: Decisions) -> pa.Table:
    """List the findings about all or some bodies that are credited to none of them."""
    table = run.findings
    nobody = pc.equal(pc.list_value_length(table.column("municipality_codes")), 0)
    group = pc.is_in(table.column("scope"), value_set=pa.array(["all", "some"]))
    table = table.filter(pc.and_(nobody, group))
    covered = dict(
        zip(
            run.documents.column("document_id").to_pylist(),
            run.documents.column("covered_codes").to_pylist(),
            strict=True,
        )
    )
    words = {True: "confirmed", False: "rejected", None: None}
    ids, documents = (table.column(n).to_pylist() for n in ("finding_id", "document_id"))
    columns = {name: table.column(name) for name in table.column_names} | {
        "covered_codes": pa.array([covered[one] for one in documents], pa.list_(pa.string())),
        "verdict": pa.array([words[decisions.confirmed.get(one)] for one in ids], pa.string()),
    }
    return as_table(columns, COLLECTIVE)
