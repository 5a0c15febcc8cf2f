"""Sentence by sentence: whom a measure is credited to, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.document import Basis, Sentence
from pipeline.gazetteer import Mention
from pipeline.offsets import Span
from pipeline.stages.attribute.actors import SELF, Named, roles_in
from pipeline.stages.attribute.numbers import value_of
from pipeline.stages.attribute.quantities import names_group
from pipeline.stages.attribute.reading import Reading, resolve
from pipeline.stages.attribute.subject import Standing

MAX_CARRIED = 5
"""How many sentences in a row may lean on a name before them without saying "kommunen"."""
MAX_HEADING_BODIES = 3
"""A heading that names more bodies than this is about a group."""

_PLURAL_OPENING = re.compile(
    r"^[\s\"”–•-]*(?:(?:i|hos|inom|för)\s+)?(?:(?:de|dessa|båda|bägge|samtliga|alla)\s+)?(?:\w+\s+){0,2}?"
    r"(?:kommunerna|kommuner|nämnderna|stadsdelarna|stadsdelsnämnderna|stadsdelnämnderna|regionerna|"
    r"huvudmännen|städerna|grannkommunerna|förvaltningarna|stadsdelsförvaltningarna)\b",
    re.I,
)
_CITY_OPENING = re.compile(
    r"(?:kommunfullmäktige|kommunstyrelsen|stadens?|stadsledningskontoret)\b", re.I
)
_REGION_OPENING = re.compile(r"(?:regionen|landstinget)\s", re.I)
_BOTH_OPENING = re.compile(
    r"^[\s\"”–•-]*(?:(?:de|dessa|båda|bägge)\b|kommunerna|stadsdelarna|nämnderna)", re.I
)
_STATE_OPENING = re.compile(
    r"\W*(?:länsstyrels\w+|ivo|inspektionen|socialstyrelsen|skolinspektionen|regeringen|lagen|enligt\s+\d)\b",
    re.I,
)
_SINGULAR = re.compile(r"\b(?:kommun|nämnd|socialnämnd|stadsdel|förvaltning|stad)ens?\b", re.I)
_WHOLE_OPENING = re.compile(
    r"(?:i\s+)?(?:de|alla)\s+(båda|bägge|två|tre|fyra|fem|sex|sju|åtta|nio|tio)\s+(kommun|stadsdel)(?:er|ar)na",
    re.I,
)
_OTHERS = re.compile(
    r"\b(?:de\s+)?(?:övriga|andra|resterande)\s+(?:\w+\s+)?(?:kommun|nämnd|stadsdel|två|tre|"
    r"fyra|fem|sex|sju|åtta|nio|tio)",
    re.I,
)


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
    before: tuple[str, ...] = ()
    heading: Span | None = None
    carried = 0
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
        if standing.of_one:
            yield _in_text_of_one(named, text, reading, standing)
            continue
        context = _Context(_heading_codes(reading, above), last, before, standing)
        credit = _in_text_of_many(named, sentence, reading, context)
        carried = carried + 1 if credit.basis == "context" and not _SINGULAR.search(text) else 0
        if (_forgets(text) and credit.basis in ("context", "none")) or carried > MAX_CARRIED:
            last = ()
            yield credit if _refers(text) else NOBODY
            continue
        last = _subject_after(named, credit, last, reading)
        before = last or before
        yield credit


def _forgets(text: str) -> bool:
    """Whether a sentence turns to another subject: a group, or the authority that writes."""
    return names_group(text, boards=False) or _STATE_OPENING.match(text) is not None


def _refers(text: str) -> bool:
    """Whether it still says "kommunen" of the last one named, or "de båda kommunerna"."""
    return bool(_SINGULAR.search(text) or _BOTH_OPENING.match(text))


def _in_text_of_one(
    named: tuple[Named, ...], text: str, reading: Reading, standing: Standing
) -> Credit:
    """The author or subject acts, unless the sentence gives the part to somebody else."""
    own = standing.default
    actors = _codes(named, ("actor",), reading)
    joint = _codes(named, ("joint",), reading)
    parts = _codes(named, ("clause", "place"), reading)
    actors += tuple(c for c in parts if c not in own and c[:4] in own and c not in actors)
    actors = actors or _superior(text, standing)
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


def _city(text: str, standing: Standing) -> tuple[str, ...]:
    """The city, in a text about its districts, where its council or "staden" is the subject."""
    cities = {code[:4] for code in standing.subject.covered if len(code) > 2}
    has_districts = any("-" in code for code in standing.subject.covered)
    return tuple(cities) if len(cities) == 1 and has_districts and _CITY_OPENING.match(text) else ()


def _superior(text: str, standing: Standing) -> tuple[str, ...]:
    """In a district's text "Kommunfullmäktige" is the city's; "Regionen" is the one it names."""
    own = standing.default[0]
    if "-" in own and _CITY_OPENING.match(text):
        return (own[:4],)
    regions = tuple(code for code in standing.subject.covered if len(code) == 2)
    return (
        regions if len(regions) == 1 and own != regions[0] and _REGION_OPENING.match(text) else ()
    )


@dataclass(frozen=True, slots=True)
class _Context:
    """Codes in the heading, last credited under it, last credited at all."""

    heading: tuple[str, ...]
    last: tuple[str, ...]
    before: tuple[str, ...]
    standing: Standing


def _in_text_of_many(
    named: tuple[Named, ...], sentence: Sentence, reading: Reading, context: _Context
) -> Credit:
    text = reading.document.text[sentence.start : sentence.end]
    if any(n.role == "actor" for n in named):
        return Credit(_codes(named, ("actor", "clause", "joint"), reading), "sentence")
    superior = _city(text, context.standing)
    if superior:
        return Credit(superior, "sentence")
    whole = _whole_group(text, context, reading)
    if whole:
        return Credit(whole, "context")
    before = _from_context(text, reading, sentence, context)
    places = _codes(named, ("place", "clause"), reading)
    if places and not (before.codes and set(places) <= context.standing.passing):
        return Credit(_codes(named, ("place", "clause", "joint"), reading), "sentence")
    joint = _codes(named, ("joint",), reading)
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
    if context.heading:
        return Credit(context.heading, "heading")
    if _SINGULAR.search(text) and len(context.before) == 1:
        return Credit(context.before, "context")
    return Credit(context.standing.default, "author") if context.standing.default else NOBODY


def _whole_group(text: str, context: _Context, reading: Reading) -> tuple[str, ...]:
    """ "De båda stadsdelarna" in a text that deals with just two districts."""
    match = _WHOLE_OPENING.match(text)
    if not match:
        return ()
    count = value_of(match.group(1))
    kind = "district" if match.group(2).casefold() == "stadsdel" else "municipality"
    bodies = [
        code
        for code in context.standing.subject.covered
        if reading.gazetteer.body(code).kind == kind and code not in context.standing.passing
    ]
    return tuple(bodies) if len(bodies) == count else ()


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
    places = _codes(named, ("place",), reading)
    if credit.codes:
        return places if credit.basis != "sentence" and len(places) == 1 else credit.codes
    passive = _codes(named, ("partner",), reading)
    return last or (passive if len(passive) == 1 else ())


def _codes(named: tuple[Named, ...], roles: tuple[str, ...], reading: Reading) -> tuple[str, ...]:
    return _unique((n.mention for n in named if n.role in roles), reading)


def _unique(mentions: Iterator[Mention] | tuple[Mention, ...], reading: Reading) -> tuple[str, ...]:
    codes = (code for m in mentions for code in resolve(m, reading))
    return tuple(dict.fromkeys(codes))
