"""Full-text search: SQLite's FTS5, or PostgreSQL's text search.

Both have a table `search` with an entry a finding: narrow, where excerpts are wide.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, literal, text

from pipeline.review.folding import words_of
from pipeline.review.schema import FindingRow

_KEY = {"sqlite": "rowid", "postgresql": "number"}
_INDEXED = {"sqlite": ":{0}", "postgresql": "to_tsvector('simple', :{0})"}


def index_excerpts(connection: Connection, excerpts: Sequence[dict[str, Any]]) -> None:
    """Make excerpts searchable, or bring their entries up to date."""
    if not excerpts:
        return
    dialect = connection.dialect.name
    key, indexed = _KEY[dialect], _INDEXED[dialect]
    place = "(SELECT number FROM findings WHERE id = :finding_id)"
    entries = [
        {"finding_id": e["finding_id"], "plain": _plain(e), "folded": e["folded"]} for e in excerpts
    ]
    connection.execute(text(f"DELETE FROM search WHERE {key} = {place}"), entries)
    values = f"{place}, {indexed.format('plain')}, {indexed.format('folded')}"
    insertion = f"INSERT INTO search ({key}, plain, folded) VALUES ({values})"
    connection.execute(text(insertion), entries)


def hits(connection: Connection, query: str, *, folded: bool) -> ColumnElement[bool]:
    """The condition that every word of `query` begins a word of sentence or heading."""
    words = words_of(query, folded=folded)
    if not words:
        return literal(False)
    column = "folded" if folded else "plain"
    if connection.dialect.name == "sqlite":
        match = " ".join(f'{column} : "{word}"*' for word in words)
        found = text("SELECT rowid FROM search WHERE search MATCH :match")
    else:
        match = " & ".join(f"{word}:*" for word in words)
        found = text(f"SELECT number FROM search WHERE {column} @@ to_tsquery('simple', :match)")
    clause = found.bindparams(bindparam("match", match, unique=True))
    return FindingRow.number.in_(clause.columns(FindingRow.number))


def _plain(excerpt: dict[str, Any]) -> str:
    joined = f"{excerpt['text']} {excerpt['heading']}"
    return unicodedata.normalize("NFC", joined.casefold())
