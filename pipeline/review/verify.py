"""Check the log and everything that follows from it.

A chain of hashes shows that somebody edited, dropped or moved some events: every later hash would
have to change. It cannot show that somebody with the whole database in hand wrote the chain anew
from that event on, and the end that is kept beside it too: nothing in a database vouches for the
database. Against that only an anchor elsewhere helps: note the number and hash that are printed
(in the protocol, in a message to somebody) and see that they are still in the log later on.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from pipeline.review.events import AUDIT, Fault, Head, Slot, State, held, replay
from pipeline.review.log import columns_of, events
from pipeline.review.schema import ActionRow, EventRow, FindingRow, HeadRow, SlotRow
from pipeline.review.standing import standing


def verify(connection: Connection) -> tuple[Head, list[Fault]]:
    """Return the log's end, and what was changed from outside.

    Checked: every event's hash and link; that the log ends where it ended when the last event was
    added; that every action has its events, and every event its action; that the slots are the
    fold of the log, and all that is shown of findings what their slots say.
    """
    state, head, faults = replay(events(connection))
    faults += _end(connection, head)
    faults += _actions(connection)
    faults += _slots(connection, state)
    faults += _findings(connection, state)
    return head, faults


def _end(connection: Connection, head: Head) -> Iterator[Fault]:
    kept = connection.execute(select(HeadRow.seq, HeadRow.hash)).first()
    if kept is None:
        yield Fault(head.seq, "where the log ends is not kept any more")
    elif tuple(kept) != head:
        yield Fault(head.seq, f"is the last, but the log ended with event {kept.seq}: {kept.hash}")


def _actions(connection: Connection) -> Iterator[Fault]:
    made: dict[str, tuple[int, int]] = {
        row.action: (row.number, row.last)
        for row in connection.execute(
            select(
                EventRow.action,
                func.count().label("number"),
                func.max(EventRow.seq).label("last"),
            )
            .where(EventRow.slot != AUDIT)
            .group_by(EventRow.action)
        )
    }
    for action, changes in connection.execute(select(ActionRow.id, ActionRow.changes)):
        number, last = made.pop(action, (0, 0))
        if number != changes:
            yield Fault(last, f"action {action} has {number} events of {changes}")
    for action, (_, last) in made.items():
        yield Fault(last, f"there is no action {action}")


def _slots(connection: Connection, state: State) -> Iterator[Fault]:
    stored = {
        (row.finding_id, row.slot): Slot(row.value, row.version)
        for row in connection.execute(select(SlotRow))
    }
    for place in sorted(state.keys() | stored.keys()):
        if state.get(place) != stored.get(place):
            seq = max(slot.version for slot in (state.get(place), stored.get(place)) if slot)
            yield Fault(seq, f"slot {place[1]} of {place[0]} is not what the log says")


def _findings(connection: Connection, state: State) -> Iterator[Fault]:
    by_finding: dict[str, dict[str, Slot]] = {}
    for (finding, name), slot in state.items():
        by_finding.setdefault(finding, {})[name] = slot
    for row in connection.execute(select(FindingRow)):
        slots = by_finding.get(row.id, {})
        told = columns_of(row, standing(held(slots)))
        if any(getattr(row, name) != value for name, value in told.items()):
            seq = max((slot.version for slot in slots.values()), default=0)
            yield Fault(seq, f"finding {row.id} does not stand where the log says")
