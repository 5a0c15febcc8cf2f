"""Who acts in a sentence: of the bodies that it names, those in an actor's place.

A name acts as the subject ("Nacka har …"), in the subject's place phrase ("I Norrtälje …"), after
an inverted verb ("Däremot har Solna …") or as an owner ("Eslövs socialnämnd"). After "med", "från",
"till" and the like it is a partner, a source or a destination; "tillsammans med" and "gemensam …
med" make the partner an actor too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pipeline.gazetteer import Mention

Role = Literal["actor", "clause", "place", "joint", "partner"]

_LIST = re.compile(r"(?:s\s+[^\W\d_]+)?\s*(?:,|/|,?\s+(?:och|samt|respektive|liksom)(?:\s+i)?)\s*")
_NOUN = (
    r"(?:\b(?:grann)?(?:kommunen|kommunerna|kommun|staden|städerna|stadsdelen|stadsdelarna|nämnderna|"
    r"stadsdelsnämnden|stadsdelsnämnderna)\s+)?"
)
_PARTNER = re.compile(
    r"\b(?:med|från|till|mot|än|utanför|via|kring|om|över|enligt|utan|ur|åt|genom|utom|"
    rf"jämfört\s+med|liknar|bland\s+annat|till\s+exempel|t\.ex\.|däribland)\s+(?:både\s+|bl\.a\.\s+)?{_NOUN}$"
    r"|\bmed\s+[^\W\d_]+(?:na|en|et)\s+i\s+$",
    re.I,
)
_JOINT = re.compile(
    rf"(?:tillsammans\s+med|ihop\s+med|^med|\b(?:kommun)?gemensam\w*(?:\s+[^\W\d_]+){{0,5}}?\s+med|"
    rf"\b(?:delar|delas|delade|dela)(?:\s+[^\W\d_]+){{0,6}}?\s+med)\s+{_NOUN}$",
    re.I,
)
_OPENING = re.compile(
    r"^[\s\"”»–—•-]*(?:(?:även|också|både|däremot|dessutom|därutöver|vidare|numera|endast|bara|"
    r"bland\s+annat|exempelvis|likaså|liksom)\s+)*(?:(?:i|inom|hos|för|vid|på)\s+)?(?:de\s+)?"
    rf"(?:[^\W\d_]+(?:nämnd|förvaltning|styrels|chef|kontor)\w*\s+(?:i|inom|för)\s+)?{_NOUN}$",
    re.I,
)
_OPENING_OWNER = re.compile(
    r"^(?:[^\W\d_]+|enligt\s+(?:uppgift(?:er)?|svar(?:et)?))\s+(?:från|av)\s+$|^enligt\s+$", re.I
)
_COUNTY_AND = re.compile(r"\blän\s+(?:samt|och|inklusive)\s+(?:region\s+)?$", re.I)
_CLAUSE = re.compile(
    r"(?:[,;:–]|\b(?:medan|och|men|samt|att|när|sedan|då|eftersom|där|liksom|som))\s+"
    rf"(?:(?:det\s+|man\s+)?(?:i|inom|hos)\s+)?{_NOUN}$",
    re.I,
)
_INVERTED = re.compile(
    r"\b(?:har|hade|ska|skall|kommer|bör|fick|får|kan|måste|vill|är|var|behöver|valde|tog|gav|höll|"
    r"låter|lät|satsar|köper|hyr|[^\W\d_]{2,}(?:ade|dde|tte|erar|nde))\s+"
    rf"(?:också\s+|även\s+|endast\s+|bara\s+|nu\s+|dessutom\s+|till\s+exempel\s+)?{_NOUN}$",
    re.I,
)
_IN_PLACE = re.compile(rf"\b(?:i|på|inom|hos|av|för|vid|mellan)\s+(?:både\s+)?{_NOUN}$", re.I)
_SELF_AND = re.compile(
    r"\b(?:kommunen|vi|nämnden|förvaltningen|socialnämnden|socialtjänsten|staden|stadsdelen)\s+och\s+$",
    re.I,
)
SELF = re.compile(
    r"\b(?:vi|vår|vårt|våra|oss|kommunen|kommunens|nämnden|nämndens|förvaltningen|förvaltningens|"
    r"socialnämnden|stadsdelen|stadsdelens|stadens|staden)\b",
    re.I,
)


REACH = 120
"""How many characters before a name tell its part; bounds the time on a page of junk."""
ELISION = "… "
"""Stands for what is cut off, so that a name far into a sentence does not seem to open it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A body named in a sentence and the part that it plays."""

    mention: Mention
    role: Role
    with_self: bool = False


def roles_in(sentence: str, offset: int, mentions: Iterable[Mention]) -> tuple[Named, ...]:
    """Return the part that each mention plays.

    Args:
        offset: where `sentence` begins in the text that the mentions' offsets count.
    """
    held = sorted(mentions, key=lambda m: m.start)
    named: list[Named] = []
    for group in _lists(sentence, offset, held):
        start = group[0].start - offset
        before = ELISION * (start > REACH) + sentence[max(0, start - REACH) : start]
        role = _role(before, group[0])
        with_self = _SELF_AND.search(before) is not None
        named += [Named(m, role if m.acting else "partner", with_self) for m in group]
    return tuple(named)


def _lists(sentence: str, offset: int, held: list[Mention]) -> list[list[Mention]]:
    """Group mentions that stand in one list: "Nacka, Norrtälje och Österåker"."""
    groups = [[held[0]]] if held else []
    for left, right in pairwise(held):
        between = sentence[left.end - offset : right.start - offset]
        if _LIST.fullmatch(between):
            groups[-1].append(right)
        else:
            groups.append([right])
    return groups


def _role(before: str, first: Mention) -> Role:
    if not first.acting or _COUNTY_AND.search(before):
        return "partner"
    if _OPENING.match(before) or _OPENING_OWNER.match(before) or _SELF_AND.search(before):
        return "actor"
    if _JOINT.search(before):
        return "joint"
    if _PARTNER.search(before):
        return "partner"
    if _INVERTED.search(before):
        return "actor"
    if _CLAUSE.search(before):
        return "clause" if before.rstrip().endswith((" i", " inom", " hos")) else "actor"
    return "place" if _IN_PLACE.search(before) else "actor"
