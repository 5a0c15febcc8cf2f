"""Who is to judge what: findings shared out, samples drawn to be coded double."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, and_, func, or_, select

from pipeline.review.events import Change
from pipeline.review.log import Answer, Reviewer, chunks, once, slots_of
from pipeline.review.queue import latest_run
from pipeline.review.schema import DutyRow, FindingRow
from pipeline.review.standing import ASSIGNED, CODERS


def assign(
    connection: Connection, who: Reviewer, key: str, names: Mapping[str, Sequence[str]]
) -> Answer:
    """Set who should look at findings; finding to names."""

    def work() -> tuple[list[Change], Answer]:
        changes = _named(connection, ASSIGNED, names)
        return changes, {"result": "saved", "assigned": len(changes)}

    request = {finding: list(users) for finding, users in names.items()}
    return once(connection, who.origin(key, ASSIGNED), request, work)


def code_double(
    connection: Connection, who: Reviewer, key: str, count: int, coders: Sequence[str]
) -> Answer:
    """Draw findings at random, each for all of `coders` to judge without seeing the others.

    Those that somebody has judged count in the sample with the judgement that they have.
    """

    def work() -> tuple[list[Change], Answer]:
        drawn = _draw(connection, count)
        unjudged = _unjudged(connection, drawn)
        names = {finding: coders if finding in unjudged else () for finding in drawn}
        return _named(connection, CODERS, names), {"result": "saved", "drawn": len(drawn)}

    return once(connection, who.origin(key, CODERS), [count, list(coders)], work)


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


def duties_left(connection: Connection, user: str) -> int:
    """How many findings of the run wait for this reviewer: hers to code, or hers and open."""
    hers = or_(
        DutyRow.role == "coder",
        and_(FindingRow.place == "open", FindingRow.coded.is_(False)),
    )
    waiting = (
        select(func.count(DutyRow.finding_id.distinct()))
        .join(FindingRow, FindingRow.id == DutyRow.finding_id)
        .where(
            DutyRow.user == user,
            DutyRow.done.is_(False),
            FindingRow.run == latest_run(connection),
            hers,
        )
    )
    return int(connection.execute(waiting).scalar_one())


def _draw(connection: Connection, count: int) -> list[str]:
    """Draw findings of the run at random among those not drawn yet, wherever they stand.

    All draws together are a random sample of the run: what has been judged is no less likely.
    """
    known = list(
        connection.execute(
            select(FindingRow.id)
            .where(
                FindingRow.run == latest_run(connection),
                FindingRow.origin == "model",
                FindingRow.sampled.is_(False),
            )
            .order_by(FindingRow.id)
        ).scalars()
    )
    return random.SystemRandom().sample(known, min(count, len(known)))


def _unjudged(connection: Connection, findings: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for some in chunks(findings):
        untouched = select(FindingRow.id).where(FindingRow.id.in_(some), FindingRow.place == "open")
        found |= set(connection.execute(untouched).scalars())
    return found


def _named(connection: Connection, slot: str, names: Mapping[str, Sequence[str]]) -> list[Change]:
    slots = slots_of(connection, list(names))
    return [
        Change.of(finding, slot, slots.get(finding, {}), {"users": list(users)})
        for finding, users in names.items()
    ]
