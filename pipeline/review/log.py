"""Append to the log, and keep what follows from it: slots, standings, duties."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from pipeline.review.errors import KeyReused, LogBroken
from pipeline.review.events import AUDIT, Change, Event, Head, Origin, Slot, Value, held, seal
from pipeline.review.schema import (
    ActionRow,
    CreditRow,
    DutyRow,
    EventRow,
    FindingRow,
    HeadRow,
    SlotRow,
)
from pipeline.review.standing import Standing, standing

CHUNK = 500
"""Findings that one statement concerns at most."""
_EVENT_COLUMNS = [getattr(EventRow, field.name) for field in fields(Event)]
Answer = dict[str, Any]
"""What an action is answered with, as JSON."""
EMPTY = "nothing"
"""Kind of an action that changed nothing: there is nothing to undo."""
Slots = dict[str, Slot]


def now() -> str:
    """The time as the log writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who acts, and the versions that the review was made with."""

    name: str
    role: str
    model: str = ""
    codebook: str = ""

    def origin(self, key: str, kind: str, millis: int = 0) -> Origin:
        """Stamp an action with name and time."""
        return Origin(key, kind, self.name, now(), millis, self.model, self.codebook)


def head_of(connection: Connection) -> Head:
    """The end of the log as it was kept; raises `LogBroken` where that was taken away."""
    kept = connection.execute(select(HeadRow.seq, HeadRow.hash)).first()
    if kept is None:
        raise LogBroken("the end of the log is not kept any more")
    return Head(kept.seq, kept.hash)


def keep_head(connection: Connection, head: Head) -> None:
    """Note where the log ends."""
    connection.execute(update(HeadRow).values(seq=head.seq, hash=head.hash))


def events(connection: Connection) -> Iterator[Event]:
    """Yield the log in order."""
    rows = connection.execution_options(yield_per=2000).execute(
        select(*_EVENT_COLUMNS).order_by(EventRow.seq)
    )
    for row in rows:
        yield Event(*row)


def slots_of(connection: Connection, findings: Sequence[str]) -> dict[str, Slots]:
    """What the slots of some findings hold; findings without any are left out."""
    found: dict[str, Slots] = defaultdict(dict)
    for some in chunks(findings):
        rows = connection.execute(select(SlotRow).where(SlotRow.finding_id.in_(some)))
        for row in rows:
            found[row.finding_id][row.slot] = Slot(row.value, row.version)
    return found


def once(
    connection: Connection,
    origin: Origin,
    request: object,
    work: Callable[[], tuple[Sequence[Change], Answer]],
    target: str | None = None,
) -> Answer:
    """Do an action once: where its id is known already, give the same answer again.

    Args:
        request: what was asked, as JSON: the same id with another request is refused.
        work: returns the changes and the answer.

    Raises:
        KeyReused: the id stands for another action, or for somebody else's.
    """
    asked = json.dumps([origin.kind, request], sort_keys=True, default=str)
    digest = hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()
    known = connection.execute(
        select(ActionRow.actor, ActionRow.digest, ActionRow.answer).where(
            ActionRow.id == origin.action
        )
    ).first()
    if known:
        if (known.actor, known.digest) != (origin.actor, digest):
            raise KeyReused("this key was used for something else")
        return dict(known.answer)
    changes, answer = work()
    append(connection, origin, changes)
    last = connection.execute(select(func.max(ActionRow.number))).scalar_one() or 0
    empty = not changes and origin.kind not in ("undo", "redo")
    connection.execute(
        insert(ActionRow).values(
            id=origin.action,
            number=last + 1,
            actor=origin.actor,
            kind=EMPTY if empty else origin.kind,
            target=target,
            changes=len(changes),
            digest=digest,
            answer=answer,
        )
    )
    return answer


def append(connection: Connection, origin: Origin, changes: Sequence[Change]) -> list[Event]:
    """Add events to the log, and bring slots and findings to what they say."""
    added = seal(head_of(connection), origin, changes)
    for some in chunks(added):
        connection.execute(insert(EventRow), [asdict(event) for event in some])
    if added:
        keep_head(connection, Head(added[-1].seq, added[-1].hash))
    concerning = [event for event in added if event.slot != AUDIT]
    for some in chunks(concerning):
        _set_slots(connection, some)
    refresh(connection, list(dict.fromkeys(event.finding for event in concerning)))
    return added


def audit(connection: Connection, actor: str, what: str, **about: object) -> None:
    """Note something that concerns the review itself: a log-in, an export, an account."""
    at = now()
    origin = Origin(f"audit:{at}:{head_of(connection).seq}", what, actor, at)
    append(connection, origin, [Change("", AUDIT, None, {"what": what, **about})])


def refresh(connection: Connection, findings: Sequence[str]) -> None:
    """Bring the columns of `findings` that follow from the log up to date."""
    for some in chunks(findings):
        slots = slots_of(connection, some)
        rows = connection.execute(
            select(
                FindingRow.id,
                FindingRow.label,
                FindingRow.status,
                FindingRow.scope,
                FindingRow.codes,
                FindingRow.now_codes,
            ).where(FindingRow.id.in_(some))
        ).all()
        stands = {row.id: standing(held(slots.get(row.id, {}))) for row in rows}
        columns = [columns_of(row, stands[row.id]) for row in rows]
        if columns:
            statement = update(FindingRow.__table__).where(  # type: ignore[arg-type]
                FindingRow.__table__.c.id == bindparam("finding")
            )
            updates = [{"finding": row.id, **c} for row, c in zip(rows, columns, strict=True)]
            connection.execute(statement, updates)
        moved = {
            row.id: c["now_codes"]
            for row, c in zip(rows, columns, strict=True)
            if c["now_codes"] != row.now_codes
        }
        _credit(connection, moved)
        _assign(connection, stands)


def chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Cut a sequence into pieces that one statement can take."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def _set_slots(connection: Connection, some: Sequence[Event]) -> None:
    last = {(event.finding, event.slot): event for event in some}
    for event in last.values():
        connection.execute(
            delete(SlotRow).where(SlotRow.finding_id == event.finding, SlotRow.slot == event.slot)
        )
    connection.execute(
        insert(SlotRow),
        [
            {"finding_id": finding, "slot": slot, "version": event.seq, "value": event.after}
            for (finding, slot), event in last.items()
        ],
    )


def columns_of(row: Any, stands: Standing) -> Value:
    """The columns of a finding's row that follow from where it stands."""
    outcome = stands.outcome
    content = outcome.content if outcome else None
    said = content or row
    return {
        "place": stands.place,
        "verdict": outcome.verdict if outcome else None,
        "coded": bool(stands.coders),
        "sampled": stands.sampled,
        "now_label": said.label,
        "now_status": said.status,
        "now_scope": said.scope,
        "now_codes": list(content.municipalities) if content else row.codes,
    }


def _credit(connection: Connection, moved: dict[str, list[str]]) -> None:
    """Let `credits` follow `now_codes`, where those were moved."""
    if not moved:
        return
    connection.execute(delete(CreditRow).where(CreditRow.finding_id.in_(list(moved))))
    credits = [{"finding_id": f, "code": code} for f, codes in moved.items() for code in set(codes)]
    if credits:
        connection.execute(insert(CreditRow), credits)


def _assign(connection: Connection, stands: dict[str, Standing]) -> None:
    """Let `duties` follow who is named, and who has judged."""
    rows = [
        {"finding_id": finding, "user": user, "role": role, "done": user in stand.voices}
        for finding, stand in stands.items()
        for role, users in (("coder", stand.coders), ("assigned", stand.assigned))
        for user in users
    ]
    named = [finding for finding, stand in stands.items() if stand.has_duties]
    if named:
        connection.execute(delete(DutyRow).where(DutyRow.finding_id.in_(named)))
    if rows:
        connection.execute(insert(DutyRow), rows)
