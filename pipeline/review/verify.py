"""Check the log and everything that follows from it."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from pipeline.review.events import Fault, Head, Slot, replay
from pipeline.review.log import events
from pipeline.review.schema import ActionRow, FindingRow, SlotRow
from pipeline.review.standing import standing


def verify(connection: Connection) -> tuple[Head, list[Fault]]:
    """Return the log's end, and what was changed from outside.

    Checked: every event's hash and link, that the slots are the fold of the log (so that events
    missing at the end show), and that findings stand where their slots say.
    """
    state, head, faults = replay(events(connection))
    stored = {
        (row.finding_id, row.slot): Slot(row.value, row.version)
        for row in connection.execute(select(SlotRow))
    }
    for place in sorted(state.keys() | stored.keys()):
        if state.get(place) != stored.get(place):
            seq = max(held.version for held in (state.get(place), stored.get(place)) if held)
            faults.append(Fault(seq, f"slot {place[1]} of {place[0]} is not what the log says"))
    by_finding: dict[str, dict[str, Slot]] = {}
    for (finding, slot), held in state.items():
        by_finding.setdefault(finding, {})[slot] = held
    rows = connection.execute(select(FindingRow.id, FindingRow.place, FindingRow.verdict))
    for row in rows:
        held_slots = by_finding.get(row.id, {})
        stand = standing({name: held.value for name, held in held_slots.items()})
        verdict = stand.outcome.verdict if stand.outcome else None
        if (row.place, row.verdict) != (stand.place, verdict):
            faults.append(Fault(0, f"finding {row.id} does not stand where the log says"))
    missing = connection.execute(select(func.max(ActionRow.number))).scalar_one() or 0
    if missing and not head.seq:
        faults.append(Fault(0, "there are actions, but no events"))
    return head, faults
