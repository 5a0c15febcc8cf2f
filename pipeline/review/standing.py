"""Where a finding stands, folded from its slots.

Slots: `shared` is the judgement that reviewers give together; `opinion:NAME` one's own, given
blind in double coding, or kept where somebody else was quicker; `ruling` decides between them.
`coders` names those who code a finding double, `assigned` those who should look at it,
`note:ID` is a comment. A finding that was drawn at random has `coders`, though without names where
somebody had judged it before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

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
        ruled: somebody decided between the voices.
        apart: whose voice lies in a slot of its own.
        sampled: drawn at random.
        has_duties: whether anybody is, or was, to code it or to look at it.
    """

    place: Place
    voices: Mapping[str, Judgement] = field(default_factory=dict)
    outcome: Judgement | None = None
    ruled: bool = False
    apart: frozenset[str] = frozenset()
    coders: tuple[str, ...] = ()
    assigned: tuple[str, ...] = ()
    sampled: bool = False
    has_duties: bool = False

    @property
    def to_rule(self) -> bool:
        """Whether a judgement now is a ruling: reviewers disagree, or somebody has ruled."""
        return self.ruled or self.place == "disagreed"

    @property
    def is_blind(self) -> bool:
        """Whether a coder still owes a judgement: until then nobody sees what others say."""
        return bool(self.coders) and self.place in ("open", "waiting")


def opinion_of(name: str) -> str:
    """The slot of a reviewer's own judgement."""
    return _OPINION + name


def note_slot(action: str) -> str:
    """The slot of a comment."""
    return _NOTE + action


def notes_for(
    slots: Mapping[str, Value | None], stand: Standing, reader: str
) -> list[dict[str, Any]]:
    """The comments that `reader` may see: all, but only her own while a coder owes a judgement."""
    notes = [value for name, value in slots.items() if value and name.startswith(_NOTE)]
    return [note for note in notes if not stand.is_blind or note["by"] == reader]


def standing(slots: Mapping[str, Value | None]) -> Standing:
    """Fold a finding's slots into where it stands."""
    own = {
        name.removeprefix(_OPINION): Judgement.from_value(value)
        for name, value in slots.items()
        if value and name.startswith(_OPINION)
    }
    shared = slots.get(SHARED)
    together = Judgement.from_value(shared) if shared else None
    voices = ({together.by: together} if together else {}) | own
    ruling = slots.get(RULING)
    coders, assigned = (_names(slots.get(slot)) for slot in (CODERS, ASSIGNED))
    place, outcome = _place(list(voices.values()), ruling)
    if not ruling and any(name not in voices for name in coders):
        place, outcome = "waiting" if voices else "open", None
    return Standing(
        place,
        voices,
        outcome,
        ruled=bool(ruling),
        apart=frozenset(own),
        coders=coders,
        assigned=assigned,
        sampled=bool(slots.get(CODERS)),
        has_duties=CODERS in slots or ASSIGNED in slots,
    )


def _place(said: list[Judgement], ruling: Value | None) -> tuple[Place, Judgement | None]:
    if not ruling and not said:
        return "open", None
    holds = Judgement.from_value(ruling) if ruling else said[0]
    if not ruling and not all(holds.agrees(other) for other in said):
        return "disagreed", None
    return "unsure" if holds.verdict == "unsure" else "reviewed", holds


def _names(value: Value | None) -> tuple[str, ...]:
    return tuple(value["users"]) if value else ()
