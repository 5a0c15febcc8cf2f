"""One finding as a page shows it; what a reviewer must not see yet is not in it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from pipeline.review.accounts import ROLE_NEEDED, User
from pipeline.review.decide import target_slot
from pipeline.review.errors import NotHere, NotYours, Refused, RoleTooLow
from pipeline.review.events import Slot, held
from pipeline.review.judgement import Judgement, Suggestion
from pipeline.review.log import slots_of
from pipeline.review.queue import neighbour
from pipeline.review.schema import DocumentRow, ExcerptRow, FindingRow
from pipeline.review.site import Site
from pipeline.review.standing import Standing, notes_for, standing
from pipeline.review.view import View


class Piece(NamedTuple):
    """A stretch of text on the page.

    `start`: its offset; `marked`: part of the finding; `edit`: what stood (or will stand) there.
    """

    start: int
    text: str
    marked: bool
    edit: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True)
class Panel:
    """Everything that the page of a finding shows.

    Attributes:
        suggested: None where the reviewer works blind.
        draft: what the form holds at first.
        version: of the slot that a judgement goes to.
        refusal: why this reviewer cannot judge it; None where she can.
        voices, notes: what is said of it; without what others say while a coder owes a judgement.
    """

    finding: Any
    excerpt: Any
    document: Any
    standing: Standing
    suggested: Suggestion | None
    draft: Suggestion | None
    version: int
    ruling: bool
    refusal: Refused | None
    own: Judgement | None
    voices: Mapping[str, Judgement]
    notes: list[dict[str, Any]]
    restored: list[Piece]
    raw: list[Piece]
    next: str | None
    previous: str | None


def make_panel(connection: Connection, site: Site, user: User, finding: str, view: View) -> Panel:
    """Gather one finding; raises `NotHere` for one that the review does not have."""
    row = connection.execute(
        select(FindingRow, ExcerptRow, DocumentRow.name, DocumentRow.source, DocumentRow.pages)
        .join(ExcerptRow, ExcerptRow.finding_id == FindingRow.id)
        .join(DocumentRow, DocumentRow.id == FindingRow.document_id)
        .where(FindingRow.id == finding)
    ).first()
    if row is None:
        raise NotHere("no such finding in this review")
    slots = slots_of(connection, [finding]).get(finding, {})
    values = held(slots)
    stand = standing(values)
    who = site.reviewer(user)
    refusal: Refused | None = None
    version = 0
    try:
        if not user.may("reviewer"):
            raise RoleTooLow(ROLE_NEEDED["reviewer"])
        version = slots.get(target_slot(stand, who, ruling=stand.to_rule), Slot()).version
    except (NotYours, RoleTooLow) as error:
        refusal = error
    own = stand.voices.get(user.name)
    blind = bool(user.settings.get("blind")) and own is None and stand.outcome is None
    suggested = None if blind else Suggestion(row.label, row.status, row.scope, tuple(row.codes))
    said = own or (None if stand.is_blind else stand.outcome)
    return Panel(
        finding=row,
        excerpt=row,
        document=row,
        standing=stand,
        suggested=suggested,
        draft=(said.content if said else None) or suggested,
        version=version,
        ruling=stand.to_rule,
        refusal=refusal,
        own=own,
        voices={} if stand.is_blind else stand.voices,
        notes=notes_for(values, stand, user.name),
        restored=restored_pieces(row.detail),
        raw=raw_pieces(row.detail),
        next=neighbour(connection, view, user.name, row),
        previous=neighbour(connection, view, user.name, row, backwards=True),
    )


def raw_pieces(detail: Mapping[str, Any]) -> list[Piece]:
    """The text as it was read, cut where it was repaired and where the finding begins and ends."""
    pieces = []
    at, begin = detail["raw_start"], detail["raw_start"]
    text = detail["raw"]
    for start, _, before, after, confidence in detail["edits"]:
        pieces += plain_pieces(text[at - begin : start - begin], at, detail["raw_span"])
        marked = _within(start, detail["raw_span"])
        pieces.append(Piece(start, before, marked, after, confidence))
        at = start + len(before)
    return [*pieces, *plain_pieces(text[at - begin :], at, detail["raw_span"])]


def restored_pieces(detail: Mapping[str, Any]) -> list[Piece]:
    """The repaired text, cut likewise; an edit's piece tells what stood there."""
    pieces = []
    at, begin = detail["start"], detail["start"]
    text = detail["context"]
    for _, place, before, after, confidence in detail["edits"]:
        if place < at or place + len(after) > begin + len(text):
            continue  # at the very edge, its text not shown in full
        pieces += plain_pieces(text[at - begin : place - begin], at, detail["span"])
        pieces.append(Piece(place, after, _within(place, detail["span"]), before, confidence))
        at = place + len(after)
    return [*pieces, *plain_pieces(text[at - begin :], at, detail["span"])]


def plain_pieces(text: str, start: int, span: list[int]) -> list[Piece]:
    """Cut a stretch of text, which begins at `start`, at the ends of the finding."""
    end = start + len(text)
    cuts = [start, *(c for c in span if start < c < end), end]
    return [
        Piece(a, text[a - start : b - start], _within(a, span))
        for a, b in itertools.pairwise(cuts)
        if a < b
    ]


def _within(place: int, span: list[int]) -> bool:
    return bool(span[0] <= place < span[1])
