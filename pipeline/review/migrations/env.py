"""What Alembic runs; the engine is the one that `Database.migrate` hands over."""

from __future__ import annotations

from alembic import context

from pipeline.review.schema import Base

with context.config.attributes["engine"].begin() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
