"""Take back what a reviewer did, and do it again; each is an action of the log itself."""

from __future__ import annotations

from sqlalchemy import Connection, select

from pipeline.review.events import Change, Slot
from pipeline.review.history import Action, stacks
from pipeline.review.log import EMPTY, Answer, Reviewer, once, slots_of
from pipeline.review.schema import ActionRow, EventRow

_FOR_GOOD = (EMPTY, "release")
"""Kinds of actions that undo passes over."""


def undo(connection: Connection, who: Reviewer, key: str) -> Answer:
    """Take back what the reviewer did last, whatever it was and however long ago."""
    return _reverse(connection, who, key, "undo")


def redo(connection: Connection, who: Reviewer, key: str) -> Answer:
    """Do again what was undone last, unless something new was done since."""
    return _reverse(connection, who, key, "redo")


def _reverse(connection: Connection, who: Reviewer, key: str, kind: str) -> Answer:
    """Undo or redo; findings that somebody else changed meanwhile are left and counted."""
    known = connection.execute(select(ActionRow.target).where(ActionRow.id == key)).scalar()
    target = known or _last(connection, who.name, kind)

    def work() -> tuple[list[Change], Answer]:
        if target is None:
            return [], {"result": "nothing", "kind": kind}
        rows = connection.execute(
            select(EventRow.finding, EventRow.slot, EventRow.before, EventRow.after)
            .where(EventRow.action == target)
            .order_by(EventRow.seq)
        ).all()
        by_finding: dict[str, list[Change]] = {}
        for finding, slot, before, after in rows:
            back = Change(finding, slot, after, before)
            forth = Change(finding, slot, before, after)
            by_finding.setdefault(finding, []).append(back if kind == "undo" else forth)
        slots = slots_of(connection, list(by_finding))
        free = [
            wanted
            for finding, wanted in by_finding.items()
            if all(slots.get(finding, {}).get(c.slot, Slot()).value == c.before for c in wanted)
        ]
        return [change for wanted in free for change in wanted], {
            "result": "saved",
            "kind": kind,
            "finding": rows[0].finding if rows else None,
            "changed": len(free),
            "left": len(by_finding) - len(free),
        }

    return once(connection, who.origin(key, kind), kind, work, target)


def _last(connection: Connection, name: str, kind: str) -> str | None:
    """The action that an undo or redo is about."""
    rows = connection.execute(
        select(ActionRow.id, ActionRow.kind, ActionRow.target)
        .where(ActionRow.actor == name, ActionRow.kind.not_in(_FOR_GOOD))
        .order_by(ActionRow.number)
    )
    done, undone = stacks(Action(*row) for row in rows)
    stack = done if kind == "undo" else undone
    return stack[-1] if stack else None
