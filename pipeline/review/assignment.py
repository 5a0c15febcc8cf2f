"""Who is to judge what: findings shared out, samples drawn to be coded double."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from pipeline.review.events import Change
from pipeline.review.log import Answer, Reviewer, once, slots_of
from pipeline.review.schema import DutyRow
from pipeline.review.standing import ASSIGNED, CODERS


def assign(
    connection: Connection, who: Reviewer, key: str, slot: str, names: Mapping[str, Sequence[str]]
) -> Answer:
    """Set who is `assigned` to findings, or who are their `coders`; finding to names."""

    def work() -> tuple[list[Change], Answer]:
        slots = slots_of(connection, list(names))
        changes = [
            Change.of(finding, slot, slots.get(finding, {}), {"users": list(users)})
            for finding, users in names.items()
        ]
        return changes, {"result": "saved", "assigned": len(changes)}

    request = {finding: list(users) for finding, users in names.items()}
    return once(connection, who.origin(key, slot), request, work)


def release(connection: Connection, who: Reviewer, key: str, name: str) -> Answer:
    """Let findings no longer wait for somebody: she is taken off what she has not judged yet.

    That is not undone: it comes with a change of her account, which undo does not reach.
    """

    def work() -> tuple[list[Change], Answer]:
        owed = connection.execute(
            select(DutyRow.finding_id, DutyRow.role).where(
                DutyRow.user == name, DutyRow.done.is_(False)
            )
        ).all()
        slots = slots_of(connection, [finding for finding, _ in owed])
        changes = []
        for finding, role in owed:
            slot = CODERS if role == "coder" else ASSIGNED
            named = slots[finding][slot].value or {"users": []}
            left = [user for user in named["users"] if user != name]
            changes.append(Change.of(finding, slot, slots[finding], {"users": left}))
        return changes, {"result": "saved", "released": len(changes)}

    return once(connection, who.origin(key, "release"), name, work)
