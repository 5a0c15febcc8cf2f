"""Sentence by sentence: whom a measure is credited to, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.document import Basis, Sentence
from pipeline.gazetteer import Mention
from pipeline.offsets import Span
from pipeline.stages.attribute.actors import SELF, Named, roles_in
from pipeline.stages.attribute.reading import Reading
from pipeline.stages.attribute.subject import Standing, resolve

MAX_HEADING_BODIES = 3
"""A heading that names more bodies than this is about a group."""

_PLURAL_OPENING = re.compile(
    r"^[\s\"”–•-]*(?:(?:i|hos|inom|för)\s+)?(?:(?:de|dessa|båda|bägge|samtliga|alla)\s+)?(?:\w+\s+){0,2}?"
    r"(?:kommunerna|kommuner|nämnderna|stadsdelarna|stadsdelsnämnderna|stadsdelnämnderna|regionerna|"
    r"huvudmännen|städerna|grannkommunerna|förvaltningarna|stadsdelsförvaltningarna)\b",
    re.I,
)
_BOTH_OPENING = re.compile(r"^[\s\"”–•-]*(?:(?:de|dessa|båda|bägge)\b|kommunerna|stadsdelarna|nämnderna)", re.I)
_OTHERS = re.compile(r"\b(?:de\s+)?(?:övriga|andra|resterande)\s+(?:\w+\s+)?(?:kommun|nämnd|stadsdel|två|tre|"
                     r"fyra|fem|sex|sju|åtta|nio|tio)", re.I)


@dataclass(frozen=True, slots=True)
class Credit:
    """Whom a sentence's measures belong to.

    Attributes:
        speaks_of_group: its subject is a group without names ("kommunerna").
    """

    codes: tuple[str, ...]
    basis: Basis
    speaks_of_group: bool = False


NOBODY = Credit((), "none")


def credits(reading: Reading, standing: Standing) -> Iterator[Credit]:
    """Yield the credit of every sentence of the document, in order.

    The order of trust: names in the sentence; for a text by or about one body, that body; names in
    the heading; the last ones named under the same heading.
    """
    last: tuple[str, ...] = ()
    heading: Span | None = None
    for sentence in reading.document.sentences:
        above = reading.heading_before(sentence.start)
        if above != heading:
            heading, last = above, ()
        if reading.is_aside(sentence.start):
            yield NOBODY
            continue
        text = reading.document.text[sentence.start : sentence.end]
        mentions = reading.inside(Span(sentence.start, sentence.end))
        named = roles_in(text, sentence.start, mentions)
        if standing.default:
            yield _in_text_of_one(named, text, reading, standing)
            continue
        context = _Context(_heading_codes(reading, above), last)
        credit = _in_text_of_many(named, sentence, reading, context)
        last = _subject_after(named, credit, last, reading)
        yield credit


def _in_text_of_one(
    named: tuple[Named, ...], text: str, reading: Reading, standing: Standing
) -> Credit:
    """The author or subject acts, unless the sentence gives the part to somebody else."""
    actors = _codes(named, ("actor",), reading)
    joint = _codes(named, ("joint",), reading)
    own = standing.default
    default: Basis = "author" if standing.is_author else "subject"
    group = bool(_PLURAL_OPENING.match(text)) and not actors
    others = tuple(code for code in actors if code not in own)
    if others:
        with_own = set(actors) & set(own) or any(n.with_self for n in named)
        return Credit((*(own if with_own else ()), *others), "sentence")
    if joint:
        return Credit(tuple(dict.fromkeys((*own, *joint))), "sentence")
    if any(code in own for code in actors):
        return Credit(own, "sentence")
    return Credit(own, default, group and not SELF.search(text))


@dataclass(frozen=True, slots=True)
class _Context:
    heading: tuple[str, ...]
    last: tuple[str, ...]


def _in_text_of_many(
    named: tuple[Named, ...], sentence: Sentence, reading: Reading, context: _Context
) -> Credit:
    text = reading.document.text[sentence.start : sentence.end]
    for roles in (("actor", "joint"), ("place", "joint")):
        codes = _codes(named, roles, reading)
        if codes and any(n.role == roles[0] for n in named):
            return Credit(codes, "sentence")
    joint = _codes(named, ("joint",), reading)
    before = _from_context(text, reading, sentence, context)
    if before.codes:
        together = tuple(dict.fromkeys((*before.codes, *joint)))
        return Credit(together, "sentence" if joint else before.basis)
    return Credit(joint, "sentence") if joint else before


def _from_context(text: str, reading: Reading, sentence: Sentence, context: _Context) -> Credit:
    """Whom "kommunen", "de båda kommunerna" or an unspoken subject stands for."""
    if _OTHERS.search(text[:60]):
        return Credit((), "none", True)
    several = context.last if len(context.last) > 1 else context.heading
    if _BOTH_OPENING.match(text) and len(several) > 1:
        return Credit(several, "context" if several == context.last else "heading")
    if _PLURAL_OPENING.match(text):
        return Credit((), "none", True)
    local = _localities(text, reading)
    candidates = context.heading or context.last
    here = tuple(code for code in candidates if reading.gazetteer.municipality_of(code) in local)
    if here and len(candidates) > 1:
        return Credit(here, "heading" if context.heading else "context")
    if len(context.heading) == 1:
        return Credit(context.heading, "heading")
    if context.last:
        return Credit(context.last, "context")
    return Credit(context.heading, "heading") if context.heading else NOBODY


def _localities(text: str, reading: Reading) -> set[str]:
    """Municipalities of the towns and villages that a sentence names."""
    words = re.findall(r"(?<=\s)[A-ZÅÄÖ][a-zåäöé]+(?:\s[A-ZÅÄÖ][a-zåäö]+)?", text)
    found = (reading.gazetteer.municipality_of_locality(word) for word in words)
    return {code for code in found if code}


def _heading_codes(reading: Reading, heading: Span | None) -> tuple[str, ...]:
    if heading is None:
        return ()
    codes = _unique(reading.inside(heading), reading)
    return codes if len(codes) <= MAX_HEADING_BODIES else ()


def _subject_after(
    named: tuple[Named, ...], credit: Credit, last: tuple[str, ...], reading: Reading
) -> tuple[str, ...]:
    """Whom the next sentence's "kommunen" would mean."""
    if credit.speaks_of_group:
        return ()
    if credit.codes:
        return credit.codes
    return _codes(named, ("actor", "place"), reading) or last


def _codes(named: tuple[Named, ...], roles: tuple[str, ...], reading: Reading) -> tuple[str, ...]:
    return _unique((n.mention for n in named if n.role in roles), reading)


def _unique(mentions: Iterator[Mention] | tuple[Mention, ...], reading: Reading) -> tuple[str, ...]:
    codes = (code for m in mentions for code in resolve(m, reading, None))
    return tuple(dict.fromkeys(codes))
