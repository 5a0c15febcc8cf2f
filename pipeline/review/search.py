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
    place = "(SELECT number FROM findings WHERE id = :finding_id)"
    entries = [
        {"finding_id": e["finding_id"], "plain": _plain(e), "folded": e["folded"]} for e in excerpts
    ]
    connection.execute(text(f"DELETE FROM search WHERE rowid = {place}"), entries)
    insertion = f"INSERT INTO search (rowid, plain, folded) VALUES ({place}, :plain, :folded)"
    connection.execute(text(insertion), entries)


def hits(connection: Connection, query: str, *, folded: bool) -> ColumnElement[bool]:
    """The condition that every word of `query` begins a word of sentence or heading."""
    words = words_of(query, folded=folded)
    if not words:
        return literal(False)
    if connection.dialect.name == "sqlite":
        column = "folded" if folded else "plain"
        match = " ".join(f'{column} : "{word}"*' for word in words)
        clause = text("SELECT rowid FROM search WHERE search MATCH :match").bindparams(
            bindparam("match", match, unique=True)
        )
        return FindingRow.number.in_(clause.columns(FindingRow.number))
    searched = ExcerptRow.folded if folded else func.lower(_both())
    vector = func.to_tsvector(text("'simple'"), searched)
    wanted = func.to_tsquery(text("'simple'"), " & ".join(f"{word}:*" for word in words))
    return FindingRow.id.in_(select(ExcerptRow.finding_id).where(vector.op("@@")(wanted)))


def _both() -> ColumnElement[str]:
    return ExcerptRow.text + text("' '") + ExcerptRow.heading


def _plain(excerpt: dict[str, Any]) -> str:
    joined = f"{excerpt['text']} {excerpt['heading']}"
    return unicodedata.normalize("NFC", joined.casefold())
