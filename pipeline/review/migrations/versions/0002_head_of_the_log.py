"""The end of the log beside the log, the events that an action made, and the random sample."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.review.events import GENESIS

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add them, filled from what is there: a log that was cut short before cannot be told."""
    head = op.create_table(
        "head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    last = (
        op.get_bind()
        .execute(sa.text("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1"))
        .first()
    )
    seq, digest = last or (0, GENESIS)
    op.bulk_insert(head, [{"id": 1, "seq": seq, "hash": digest}])

    op.add_column("actions", sa.Column("changes", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE actions SET changes ="
        " (SELECT count(*) FROM events WHERE events.action = actions.id)"
    )

    op.add_column(
        "findings", sa.Column("sampled", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute("UPDATE findings SET sampled = coded")
    op.create_index(op.f("ix_findings_sampled"), "findings", ["sampled"], unique=False)
