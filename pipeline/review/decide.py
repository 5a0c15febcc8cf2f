"""What a reviewer can say of findings; each is one action of the log, done once by its key."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from pipeline.review.errors import NotHere, NothingToRule, NotYours, Refused
from pipeline.review.events import Change, Slot, held
from pipeline.review.intake import FindingRows, add_findings
from pipeline.review.judgement import Judgement, Suggestion, checked
from pipeline.review.log import Answer, Reviewer, chunks, now, once, slots_of
from pipeline.review.queue import latest_run
from pipeline.review.schema import FindingRow
from pipeline.review.standing import RULING, SHARED, Standing, note_slot, opinion_of, standing

_ROW = select(
    FindingRow.id,
    FindingRow.origin,
    FindingRow.place,
    FindingRow.coded,
    FindingRow.label,
    FindingRow.status,
    FindingRow.scope,
    FindingRow.codes,
)


@dataclass(frozen=True, slots=True)
class Decision:
    """A judgement as a browser sends it.

    Attributes:
        key: idempotency key.
        expected: version of the slot that the reviewer saw; see `target_slot`.
        ruling: decide between others who disagree.
        note: a comment that goes with it, and is undone with it.
    """

    key: str
    finding: str
    expected: int
    verdict: str
    content: Suggestion | None = None
    ruling: bool = False
    millis: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bulk:
    """One verdict on many findings; `accepted` takes each as it was suggested."""

    key: str
    findings: Sequence[str]
    verdict: str


class Split(NamedTuple):
    """The finding that is rejected for its parts; `expected`, `ruling`: as of a `Decision`."""

    finding: str
    expected: int
    ruling: bool = False


def target_slot(stand: Standing, who: Reviewer, *, ruling: bool) -> str:
    """The slot that a reviewer's judgement goes to.

    Raises:
        NothingToRule: reviewers do not disagree (any more).
        NotYours: others code the finding double, or have a part in what is to be ruled.
    """
    if ruling:
        if not stand.to_rule:
            raise NothingToRule("nobody disagrees on this finding")
        if who.role != "admin" and who.name in stand.voices:
            raise NotYours("somebody who judged it cannot rule on it")
        return RULING
    if who.name in stand.coders or who.name in stand.apart:
        return opinion_of(who.name)
    if stand.coders:
        raise NotYours("others code this finding double")
    return SHARED


def decide(
    connection: Connection, who: Reviewer, decision: Decision, codes: Collection[str]
) -> Answer:
    """Judge a finding.

    Where somebody else judged it meanwhile, both judgements are kept: this one as the reviewer's
    own opinion. If they differ, the finding waits for a ruling.

    Returns:
        `result` `saved` or `conflict`, then with `theirs`; `version` of the slot.
    """

    def work() -> tuple[list[Change], Answer]:
        row, slots, stand = look(connection, decision.finding)
        judgement = checked(who.name, decision.verdict, decision.content, codes)
        name = target_slot(stand, who, ruling=decision.ruling)
        notes = [note(who, decision.key, row.id, decision.note)] if decision.note else []
        change, answer = _judged(row.id, name, slots, judgement, decision.expected)
        return [change, *notes], answer

    kind = "rule" if decision.ruling else "judge"
    origin = who.origin(decision.key, kind, decision.millis)
    request = asdict(decision) | {"millis": 0}
    return once(connection, origin, request, work)


def _judged(
    finding: str,
    name: str,
    slots: Mapping[str, Slot],
    mine: Judgement,
    expected: int,
    **more: object,
) -> tuple[Change, Answer]:
    """Put a judgement into slot `name`, or beside it where somebody else filled it meanwhile."""
    slot = slots.get(name, Slot())
    theirs = Judgement.from_value(slot.value) if slot.value else None
    value = mine.as_value() | more
    if slot.version == expected or theirs is None or theirs.by == mine.by:
        return Change.of(finding, name, slots, value), _saved(finding)
    kept = Change.of(finding, opinion_of(mine.by), slots, value)
    if theirs.agrees(mine):
        return kept, _saved(finding)
    told = {"theirs": theirs.as_value(), "mine": mine.as_value()}
    return kept, {"result": "conflict", "finding": finding, **told}


def comment(connection: Connection, who: Reviewer, key: str, finding: str, text: str) -> Answer:
    """Add a comment to a finding."""

    def work() -> tuple[list[Change], Answer]:
        look(connection, finding)
        return [note(who, key, finding, text)], _saved(finding)

    return once(connection, who.origin(key, "note"), [finding, text], work)


def add(
    connection: Connection,
    who: Reviewer,
    key: str,
    new: Sequence[tuple[FindingRows, Judgement]],
    split: Split | None = None,
) -> Answer:
    """Add findings that the reviewer saw, accepted by her; the one that is split is rejected."""

    def work() -> tuple[list[Change], Answer]:
        changes = []
        for found, judgement in new:
            finding = found.finding["id"]
            row = connection.execute(_ROW.where(FindingRow.id == finding)).first()
            if row is None:
                add_findings(connection, [found], latest_run(connection), "reviewer")
            elif row.origin != "reviewer" or row.place != "open":
                raise Refused(
                    "this finding exists already",
                    remedy="It is finding {finding}: judge that.",
                    finding=finding,
                )
            slots = slots_of(connection, [finding]).get(finding, {})
            changes.append(Change.of(finding, SHARED, slots, judgement.as_value()))
        answer = _saved(new[0][0].finding["id"])
        if split:
            _, slots, stand = look(connection, split.finding)
            name = target_slot(stand, who, ruling=split.ruling)
            whole = Judgement(who.name, "rejected")
            change, told = _judged(split.finding, name, slots, whole, split.expected, split=True)
            changes.append(change)
            answer = told if told["result"] == "conflict" else answer
        return changes, answer | {"added": len(new)}

    request = [split, [[f.finding["id"], j.as_value()] for f, j in new]]
    return once(connection, who.origin(key, "split" if split else "add"), request, work)


def bulk(connection: Connection, who: Reviewer, wanted: Bulk, codes: Collection[str]) -> Answer:
    """Judge many findings alike; those that somebody judged, or that are coded double, stay."""

    def work() -> tuple[list[Change], Answer]:
        changes = []
        for some in chunks(wanted.findings):
            rows = connection.execute(_ROW.where(FindingRow.id.in_(some))).all()
            slots = slots_of(connection, some)
            for row in rows:
                if row.place != "open" or row.coded:
                    continue
                content = Suggestion(row.label, row.status, row.scope, tuple(row.codes))
                judgement = checked(who.name, wanted.verdict, content, codes)
                value = judgement.as_value()
                changes.append(Change.of(row.id, SHARED, slots.get(row.id, {}), value))
        left = len(wanted.findings) - len(changes)
        return changes, {"result": "saved", "judged": len(changes), "left": left}

    request = [list(wanted.findings), wanted.verdict]
    return once(connection, who.origin(wanted.key, "bulk"), request, work)


def look(connection: Connection, finding: str) -> tuple[Any, dict[str, Slot], Standing]:
    """A finding's row, slots and standing; raises `NotHere`."""
    row = connection.execute(_ROW.where(FindingRow.id == finding)).first()
    if row is None:
        raise NotHere("no such finding in this review")
    slots = slots_of(connection, [finding]).get(finding, {})
    return row, slots, standing(held(slots))


def note(who: Reviewer, key: str, finding: str, text: str) -> Change:
    """The change that adds a comment."""
    return Change(finding, note_slot(key), None, {"by": who.name, "at": now(), "text": text})


def _saved(finding: str) -> Answer:
    return {"result": "saved", "finding": finding}
