"""Full-text search: SQLite's FTS5, or PostgreSQL's text search (an index keeps itself there)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, literal, select, text

from pipeline.review.folding import words_of
from pipeline.review.schema import ExcerptRow, FindingRow


def index_excerpts(connection: Connection, excerpts: Sequence[dict[str, Any]]) -> None:
    """Make excerpts searchable, or bring their entries up to date."""
    if connection.dialect.name != "sqlite" or not excerpts:
        return
    ids = [{"finding_id": e["finding_id"]} for e in excerpts]
    entries = [
        {"finding_id": e["finding_id"], "plain": _plain(e), "folded": e["folded"]} for e in excerpts
    ]
    rows = text(
        "DELETE FROM search "
        "WHERE rowid = (SELECT number FROM excerpts WHERE finding_id = :finding_id)"
    )
    connection.execute(rows, ids)
    connection.execute(
        text(
            "INSERT INTO search (rowid, plain, folded) "
            "SELECT number, :plain, :folded FROM excerpts WHERE finding_id = :finding_id"
        ),
        entries,
    )


def hits(connection: Connection, query: str, *, folded: bool) -> ColumnElement[bool]:
    """The condition that every word of `query` begins a word of sentence or heading."""
    words = words_of(query, folded=folded)
    if not words:
        return literal(False)
    if connection.dialect.name == "sqlite":
        column = "folded" if folded else "plain"
        match = " ".join(f'{column} : "{word}"*' for word in words)
        clause = text(
            "SELECT finding_id FROM excerpts WHERE number IN "
            "(SELECT rowid FROM search WHERE search MATCH :match)"
        ).bindparams(bindparam("match", match, unique=True))
        return FindingRow.id.in_(clause.columns(ExcerptRow.finding_id))
    searched = ExcerptRow.folded if folded else func.lower(_both())
    vector = func.to_tsvector(text("'simple'"), searched)
    wanted = func.to_tsquery(text("'simple'"), " & ".join(f"{word}:*" for word in words))
    return FindingRow.id.in_(select(ExcerptRow.finding_id).where(vector.op("@@")(wanted)))


def _both() -> ColumnElement[str]:
    return ExcerptRow.text + text("' '") + ExcerptRow.heading


def _plain(excerpt: dict[str, Any]) -> str:
    joined = f"{excerpt['text']} {excerpt['heading']}"
    return unicodedata.normalize("NFC", joined.casefold())
