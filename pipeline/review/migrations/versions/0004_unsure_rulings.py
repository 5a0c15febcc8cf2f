"""A ruling of unsure settles nothing: its finding stands with the unsure, not the reviewed."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Put those of earlier reviews there; `verify` recomputes it."""
    op.execute(
        "UPDATE findings SET place = 'unsure' WHERE place = 'reviewed' AND verdict = 'unsure'"
    )
