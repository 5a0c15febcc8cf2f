"""The log: events chained by hash, and their fold. Pure: no clock, no database.

An event sets one slot of one finding from `before` to `after`. Slots hold judgements
(`shared`, `opinion:NAME`, `ruling`), assignments, notes; see `standing`. A slot's version is the
number of the event that set it last, 0 before the first. Events about the review itself (log-ins,
exports, accounts) have an empty finding and a slot `audit`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

Value = dict[str, Any]
"""What a slot holds: JSON. None stands for an empty slot."""

GENESIS = "0" * 64
"""The hash before the first event."""
AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Change:
    """A slot's change as asked for, before it is in the log."""

    finding: str
    slot: str
    before: Value | None
    after: Value | None

    @classmethod
    def of(cls, finding: str, slot: str, slots: Mapping[str, Slot], after: Value) -> Change:
        """The change of a slot from what it holds now."""
        return cls(finding, slot, slots.get(slot, Slot()).value, after)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who changes something, when and how.

    Attributes:
        action: id of what the reviewer did; a bulk decision is one action of many events.
        kind: `judge`, `add`, `bulk`, `undo`, `redo`, `assigned`, `coders` …
        at: ISO 8601 with time zone.
        millis: time that the reviewer spent on it.
        model, codebook: versions that the reviewer's page was made with.
    """

    action: str
    kind: str
    actor: str
    at: str
    millis: int = 0
    model: str = ""
    codebook: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the log; `hash` covers every other field, `previous` the event before."""

    seq: int
    action: str
    kind: str
    actor: str
    at: str
    millis: int
    model: str
    codebook: str
    finding: str
    slot: str
    before: Value | None
    after: Value | None
    previous: str
    hash: str = ""


class Head(NamedTuple):
    """The end of a log: the last event's number and hash."""

    seq: int = 0
    hash: str = GENESIS


class Slot(NamedTuple):
    """What a slot holds, and its version."""

    value: Value | None = None
    version: int = 0


def held(slots: Mapping[str, Slot]) -> dict[str, Value | None]:
    """What slots hold, without the versions."""
    return {name: slot.value for name, slot in slots.items()}


class Fault(NamedTuple):
    """Where a log was changed from outside, and how that shows."""

    seq: int
    what: str


State = dict[tuple[str, str], Slot]
"""(finding, slot) to what it holds."""

_HASHED = tuple(field.name for field in fields(Event) if field.name != "hash")


def digest(event: Event) -> str:
    """Return the SHA-256 of an event, its own hash left out, in hexadecimal."""
    content = json.dumps(
        [getattr(event, name) for name in _HASHED],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def seal(head: Head, origin: Origin, changes: Iterable[Change]) -> list[Event]:
    """Turn changes into events that continue the log behind `head`."""
    events = []
    for change in changes:
        event = Event(
            seq=head.seq + 1,
            action=origin.action,
            kind=origin.kind,
            actor=origin.actor,
            at=origin.at,
            millis=origin.millis,
            model=origin.model,
            codebook=origin.codebook,
            finding=change.finding,
            slot=change.slot,
            before=change.before,
            after=change.after,
            previous=head.hash,
        )
        event = replace(event, hash=digest(event))
        head = Head(event.seq, event.hash)
        events.append(event)
    return events


def replay(events: Iterable[Event]) -> tuple[State, Head, list[Fault]]:
    """Fold a log into the state, checking every link.

    Returns:
        The state, the log's end, and what is wrong: an event whose hash does not fit its content,
        that does not follow the one before, or that changes something else than was there.
    """
    state: State = {}
    head = Head()
    faults = []
    for event in events:
        if event.seq != head.seq + 1:
            faults.append(Fault(event.seq, f"follows event {head.seq}: dropped or moved"))
        elif event.previous != head.hash:
            faults.append(Fault(event.seq, "is not chained to the event before"))
        if digest(event) != event.hash:
            faults.append(Fault(event.seq, "its content was edited"))
        place = (event.finding, event.slot)
        if event.slot != AUDIT:
            if state.get(place, Slot()).value != event.before:
                faults.append(Fault(event.seq, "changes something else than was there"))
            state[place] = Slot(event.after, event.seq)
        head = Head(event.seq, event.hash)
    return state, head, faults
