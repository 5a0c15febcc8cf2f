"""A finding with what was decided on it, as every format writes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from pipeline.review.events import held
from pipeline.review.log import chunks, slots_of
from pipeline.review.masking import mask_all
from pipeline.review.queue import ids_of
from pipeline.review.schema import DocumentRow, ExcerptRow, FindingRow
from pipeline.review.standing import notes_for, standing
from pipeline.review.view import View

Record = dict[str, Any]
"""A finding's columns; `COLUMNS` lists them."""
COLUMNS = (
    "finding_id",
    "document_id",
    "document",
    "page",
    "start",
    "end",
    "heading",
    "before",
    "text",
    "after",
    "suggested_label",
    "suggested_status",
    "suggested_scope",
    "suggested_municipalities",
    "score",
    "origin",
    "place",
    "verdict",
    "label",
    "status",
    "scope",
    "municipalities",
    "by",
    "comments",
    "sampled",
)
_IDS = ("finding_id", "document_id")


def records(connection: Connection, view: View, user: str) -> Iterator[Record]:
    """Yield the findings of a view in its order; probes are left out.

    `start` and `end` count code points of the restored text; `label` and what follows is what
    reviewers accepted, empty otherwise; `sampled`: drawn at random. Others' comments are left out
    while a coder owes a judgement.
    """
    ids = ids_of(connection, view, user)
    for some in chunks(ids):
        yield from _some(connection, some, user)


def masked(record: Record) -> Record:
    """A record with personal numbers hidden; ids stay, as a hash may look like holding one."""
    return {name: value if name in _IDS else mask_all(value) for name, value in record.items()}


def _some(connection: Connection, ids: Sequence[str], user: str) -> Iterator[Record]:
    slots = slots_of(connection, ids)
    rows = connection.execute(
        select(FindingRow, ExcerptRow, DocumentRow.source)
        .join(ExcerptRow, ExcerptRow.finding_id == FindingRow.id)
        .join(DocumentRow, DocumentRow.id == FindingRow.document_id)
        .where(FindingRow.id.in_(ids), FindingRow.origin != "probe")
    ).all()
    order = {finding: n for n, finding in enumerate(ids)}
    for row in sorted(rows, key=lambda row: order[row.id]):
        values = held(slots.get(row.id, {}))
        stand = standing(values)
        content = stand.outcome.content if stand.outcome else None
        yield {
            "finding_id": row.id,
            "document_id": row.document_id,
            "document": row.source,
            "page": row.page,
            "start": row.start,
            "end": row.end,
            "heading": row.heading,
            "before": row.before,
            "text": row.text,
            "after": row.after,
            "suggested_label": row.label,
            "suggested_status": row.status,
            "suggested_scope": row.scope,
            "suggested_municipalities": list(row.codes),
            "score": round(row.score, 4),
            "origin": row.origin,
            "place": stand.place,
            "verdict": stand.outcome.verdict if stand.outcome else None,
            "label": content.label if content else None,
            "status": content.status if content else None,
            "scope": content.scope if content else None,
            "municipalities": list(content.municipalities) if content else [],
            "by": stand.outcome.by if stand.outcome else None,
            "comments": [note["text"] for note in notes_for(values, stand, user)],
            "sampled": stand.sampled,
            "context": row.detail["context"],
            "context_start": row.detail["start"],
            "span": row.detail["span"],
        }
