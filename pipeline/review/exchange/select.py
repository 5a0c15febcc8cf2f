"""Which findings a format holds."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from pipeline.review.exchange.records import Record, records
from pipeline.review.exchange.write import TRAINING
from pipeline.review.view import View


def selected(connection: Connection, form: str, view: View, user: str) -> Iterator[Record]:
    """Yield a view's findings; for training the whole review's, whatever the view.

    A sentence whose other findings a filter hides would teach that they are not there. The judged
    findings that only an earlier run made come along: a model learns most from what it misses.
    """
    if form != TRAINING:
        return records(connection, view, user)
    return _whole_review(connection)


def _whole_review(connection: Connection) -> Iterator[Record]:
    yield from records(connection, View(), "")
    yield from records(connection, View(changed="vanished", state="reviewed"), "")
