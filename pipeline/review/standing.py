"""Where a finding stands, folded from its slots.

Slots: `shared` is the judgement that reviewers give together; `opinion:NAME` one's own, given
blind in double coding, or kept where somebody else was quicker; `ruling` decides between them.
`coders` names those who code a finding double, `assigned` those who should look at it,
`note:ID` is a comment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipeline.review.events import Value
from pipeline.review.judgement import Judgement

SHARED = "shared"
RULING = "ruling"
CODERS = "coders"
ASSIGNED = "assigned"
_OPINION = "opinion:"
_NOTE = "note:"

Place = Literal["open", "waiting", "disagreed", "unsure", "reviewed"]
"""`waiting`: double coded, and somebody has not judged yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a finding stands.

    Attributes:
        voices: reviewer to judgement, the ruling left out.
        outcome: what holds; None until it is reviewed.
        has_duties: whether anybody is, or was, to code it or to look at it.
    """

    place: Place
    voices: Mapping[str, Judgement] = field(default_factory=dict)
    outcome: Judgement | None = None
    coders: tuple[str, ...] = ()
    assigned: tuple[str, ...] = ()
    has_duties: bool = False


def opinion_of(name: str) -> str:
    """The slot of a reviewer's own judgement."""
    return _OPINION + name


def note_slot(action: str) -> str:
    """The slot of a comment."""
    return _NOTE + action


def is_note(slot: str) -> bool:
    """Whether a slot holds a comment."""
    return slot.startswith(_NOTE)


def standing(slots: Mapping[str, Value | None]) -> Standing:
    """Fold a finding's slots into where it stands."""
    voices = {}
    for slot, value in slots.items():
        if value and (slot == SHARED or slot.startswith(_OPINION)):
            judgement = Judgement.from_value(value)
            if slot != SHARED or opinion_of(judgement.by) not in slots:
                voices[judgement.by] = judgement
    coders, assigned = (_names(slots.get(slot)) for slot in (CODERS, ASSIGNED))
    place, outcome = _place(list(voices.values()), slots.get(RULING))
    if not slots.get(RULING) and any(name not in voices for name in coders):
        place, outcome = "waiting" if voices else "open", None
    return Standing(place, voices, outcome, coders, assigned, CODERS in slots or ASSIGNED in slots)


def _place(said: list[Judgement], ruling: Value | None) -> tuple[Place, Judgement | None]:
    if ruling:
        return "reviewed", Judgement.from_value(ruling)
    if not said:
        return "open", None
    if not all(said[0].agrees(other) for other in said):
        return "disagreed", None
    return "unsure" if said[0].verdict == "unsure" else "reviewed", said[0]


def _names(value: Value | None) -> tuple[str, ...]:
    return tuple(value["users"]) if value else ()
