"""PostgreSQL searches a narrow table, as SQLite does: excerpts are wide, their keys long."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

POSTGRESQL = (
    "CREATE TABLE search (number integer PRIMARY KEY, plain tsvector, folded tsvector)",
    "INSERT INTO search SELECT number, to_tsvector('simple', lower(text || ' ' || heading)),"
    " to_tsvector('simple', folded)"
    " FROM excerpts JOIN findings ON findings.id = excerpts.finding_id",
    "DROP INDEX ix_search_plain",
    "DROP INDEX ix_search_folded",
    "CREATE INDEX ix_search_plain ON search USING gin (plain)",
    "CREATE INDEX ix_search_folded ON search USING gin (folded)",
)


def upgrade() -> None:
    """Make and fill it."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in POSTGRESQL:
            op.execute(statement)
