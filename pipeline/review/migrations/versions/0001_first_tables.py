"""The first tables, and the index of the full-text search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SEARCH_SQLITE = """
CREATE VIRTUAL TABLE search USING fts5(
    plain, folded, tokenize="unicode61 remove_diacritics 0"
)"""
SEARCH_POSTGRESQL = (
    "CREATE INDEX ix_search_folded ON excerpts USING gin (to_tsvector('simple', folded))",
    "CREATE INDEX ix_search_plain ON excerpts "
    "USING gin (to_tsvector('simple', lower(text || ' ' || heading)))",
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "actions",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_actions_actor"), "actions", ["actor"], unique=False)
    op.create_index(op.f("ix_actions_number"), "actions", ["number"], unique=False)
    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "events",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("millis", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("codebook", sa.String(length=80), nullable=False),
        sa.Column("finding", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=120), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(op.f("ix_events_action"), "events", ["action"], unique=False)
    op.create_index(op.f("ix_events_finding"), "events", ["finding"], unique=False)
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("taken_in", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("codebook", sa.String(length=80), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("vanished", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "slots",
        sa.Column("finding_id", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("finding_id", "slot"),
    )
    op.create_table(
        "users",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "views",
        sa.Column("user", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user", "name"),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("first_run", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("shuffle", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("doubt", sa.Double(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=True),
        sa.Column("now_label", sa.String(length=40), nullable=False),
        sa.Column("now_status", sa.String(length=12), nullable=False),
        sa.Column("now_scope", sa.String(length=12), nullable=False),
        sa.Column("now_codes", sa.JSON(), nullable=False),
        sa.Column("coded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index(
        "ix_findings_count",
        "findings",
        [
            "place",
            "coded",
            "now_label",
            "now_status",
            "now_scope",
            "year",
            "score",
            "run",
            "origin",
        ],
        unique=False,
    )
    op.create_index(op.f("ix_findings_document_id"), "findings", ["document_id"], unique=False)
    op.create_index(
        "ix_findings_doubt",
        "findings",
        ["place", "doubt", "position", "score", "run", "origin", "coded"],
        unique=False,
    )
    op.create_index(
        "ix_findings_label", "findings", ["now_label", "place", "doubt", "position"], unique=False
    )
    op.create_index(
        "ix_findings_position",
        "findings",
        ["place", "position", "run", "origin", "coded"],
        unique=False,
    )
    op.create_index(
        "ix_findings_score",
        "findings",
        ["place", "score", "position", "run", "origin", "coded"],
        unique=False,
    )
    op.create_index(
        "ix_findings_shuffle",
        "findings",
        ["place", "shuffle", "position", "run", "origin", "coded"],
        unique=False,
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=60), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.name"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "credits",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("finding_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["findings.id"],
        ),
        sa.PrimaryKeyConstraint("code", "finding_id"),
    )
    op.create_index(op.f("ix_credits_finding_id"), "credits", ["finding_id"], unique=False)
    op.create_table(
        "duties",
        sa.Column("finding_id", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["findings.id"],
        ),
        sa.PrimaryKeyConstraint("finding_id", "user", "role"),
    )
    op.create_index("ix_duties_user", "duties", ["user", "role", "done"], unique=False)
    op.create_table(
        "excerpts",
        sa.Column("finding_id", sa.String(length=64), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["findings.id"],
        ),
        sa.PrimaryKeyConstraint("finding_id"),
    )

    if op.get_bind().dialect.name == "sqlite":
        op.execute(SEARCH_SQLITE)
    else:
        for statement in SEARCH_POSTGRESQL:
            op.execute(statement)
