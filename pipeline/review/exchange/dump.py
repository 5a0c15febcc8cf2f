"""The whole review as one file of lines: it rebuilds every finding, event and state elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, func, insert, select

from pipeline.review.errors import LogBroken, ReviewError
from pipeline.review.events import AUDIT, Event, Head, replay
from pipeline.review.log import chunks, events, head_of, keep_head, refresh
from pipeline.review.schema import (
    ActionRow,
    Base,
    CreditRow,
    DocumentRow,
    EventRow,
    ExcerptRow,
    FindingRow,
    RunRow,
    SlotRow,
)
from pipeline.review.search import index_excerpts

_TABLES = (RunRow, DocumentRow, FindingRow, ExcerptRow, CreditRow, ActionRow)
_HEAD = "head"
"""The last line: where the log ends, so that a file that was cut off shows."""
_BY_NAME: dict[str, type[Base]] = {table.__tablename__: table for table in _TABLES}


def dump(connection: Connection) -> Iterator[str]:
    """Yield the lines: a table's name and a row each; accounts and passwords are not in it."""
    for table in _TABLES:
        for row in connection.execute(select(table.__table__)):
            yield json.dumps([table.__tablename__, dict(row._mapping)], ensure_ascii=False) + "\n"
    for event in events(connection):
        yield json.dumps(["events", asdict(event)], ensure_ascii=False) + "\n"
    yield json.dumps([_HEAD, head_of(connection)._asdict()]) + "\n"


def restore(connection: Connection, lines: Iterable[str]) -> int:
    """Rebuild a review in an empty database; returns the number of events.

    Raises:
        ReviewError: the database is not empty, or a line is no row.
        LogBroken: the file's log was changed, or does not reach its end.
    """
    if connection.execute(select(func.count()).select_from(EventRow)).scalar_one():
        raise ReviewError("the database is not empty", remedy="Restore into a new one.")
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in (*_BY_NAME, "events", _HEAD)}
    for number, line in enumerate(lines, start=1):
        try:
            name, row = json.loads(line)
            rows[name].append(row)
        except (ValueError, KeyError, TypeError) as error:
            raise ReviewError(f"line {number} is no row of a review: {error!r}") from error
    log = [Event(**row) for row in rows["events"]]
    state, head, faults = replay(log)
    if faults:
        raise LogBroken(f"event {faults[0].seq} {faults[0].what}")
    if [Head(**row) for row in rows[_HEAD]] != [head]:
        raise LogBroken(f"the file stops short of the log's end, behind event {head.seq}")
    for name, table in _BY_NAME.items():
        for some in chunks(rows[name]):
            connection.execute(insert(table), list(some))
    for some in chunks(rows["events"]):
        connection.execute(insert(EventRow), list(some))
    keep_head(connection, head)
    slots = [
        {"finding_id": finding, "slot": slot, "version": held.version, "value": held.value}
        for (finding, slot), held in state.items()
    ]
    for some in chunks(slots):
        connection.execute(insert(SlotRow), list(some))
    for some in chunks(rows["excerpts"]):
        index_excerpts(connection, some)
    refresh(connection, list({e.finding for e in log if e.slot != AUDIT}))
    return len(log)
