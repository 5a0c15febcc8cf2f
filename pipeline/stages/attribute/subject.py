"""Whom a document is by and about.

The author is the sender that letterhead, footer, file name or addresses give; where they give
none, the one municipality that a text in the first person names. A text by a state authority has
no municipal author, but may be about one municipality.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from pipeline.document import Subject
from pipeline.offsets import Span
from pipeline.stages.attribute.actors import roles_in
from pipeline.stages.attribute.addressee import addressee
from pipeline.stages.attribute.letterhead import HEAD_CHARACTERS, heads_a_board, sender
from pipeline.stages.attribute.reading import Reading, districts_first, lines_of, resolve

MIN_SELF_REFERENCES = 3
MIN_GROUP_WORDS = 3
GROUP_SHARE = 0.4
"""A text about a group names its own author less than this."""
TITLE_LINES = 4
TITLE_SHARE = 0.5
CLEAR_SHARE = 0.7
"""A body is what a document is about where it has at least this share of all mentions."""

_SELF = re.compile(
    r"\b(?:vi|vår|vårt|våra|oss|kommunen|nämnden|förvaltningen|socialnämnden|kommunens|nämndens|"
    r"förvaltningens|enheten|avdelningen|IFO)\b",
    re.I,
)
_GROUP = re.compile(
    r"\b(?:kommuner|kommunerna|kommunernas|stadsdelar|stadsdelarna|nämnderna|stadsdelsnämnderna|"
    r"regionerna|huvudmännen)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A document's subject, and whom its bare "kommunen" or "vi" means.

    Attributes:
        default: codes that an unnamed actor stands for; empty for a text about a group.
        is_author: whether these are the author (else: whom the text is about).
        of_one: whether the text speaks for or about one body, not of a group.
        passing: codes named only once, and in no heading.
        of_unnamed: whether one body speaks, or is spoken of, that the text does not name: a board
            or a federation heads it, or it names nobody and speaks of no group.
    """

    subject: Subject
    default: tuple[str, ...]
    is_author: bool
    of_one: bool
    passing: frozenset[str]
    of_unnamed: bool


def standing_of(reading: Reading) -> Standing:
    """Return whom a document is by and about."""
    covered, acting = _covered(reading)
    sent_by = sender(reading)
    author = _only_one_named(reading, acting) if sent_by is None else sent_by
    addressed = addressee(reading) if sent_by == () else ()
    topic = () if author else addressed or _topic(reading, acting)
    default = author or topic
    regional = bool(author) and all(len(c) == 2 for c in author)
    share = sum(acting[code] for code in default) / max(1, acting.total())
    crowded = len(acting) > 2 and share < GROUP_SHARE
    group = (regional or crowded) and _is_about_a_group(reading)
    of_one = len(default) == 1 and not group
    passing = frozenset(c for c, n in covered.items() if n == 1) - _in_headings(reading)
    # Who is named once in another's text has not been read about: no finding is no news of it.
    about = (code for code in acting if not of_one or code not in passing)
    return Standing(
        Subject(author, tuple(dict.fromkeys((*default, *about))), reading.year),
        () if regional and group else default,
        bool(author),
        of_one,
        passing,
        not default and (heads_a_board(reading) or not (covered or _is_about_a_group(reading))),
    )


def _in_headings(reading: Reading) -> set[str]:
    mentions = (m for heading in reading.document.headings for m in reading.inside(heading))
    return {code for mention in mentions for code in mention.codes}


def _covered(reading: Reading) -> tuple[Counter[str], Counter[str]]:
    """Bodies that sentences and headings name, and how often; all, and those that may act."""
    document = reading.document
    spans = [Span(s.start, s.end) for s in document.sentences]
    counted: Counter[str] = Counter()
    acting: Counter[str] = Counter()
    for span in sorted([*spans, *document.headings]):
        named = roles_in(document.text[span.start : span.end], span.start, reading.inside(span))
        for body in named:
            codes = resolve(body.mention, reading) if body.mention.acting else ()
            counted.update(codes)
            acting.update(codes if body.role not in ("partner", "joint") else ())
    return counted, acting


def _only_one_named(reading: Reading, covered: Counter[str]) -> tuple[str, ...]:
    """The one body that a text in the first person names, if it speaks of no group."""
    text = reading.document.text
    own, group = len(_SELF.findall(text)), len(_GROUP.findall(text))
    if own < MIN_SELF_REFERENCES or group > own or not covered:
        return ()
    certain = {c for m in reading.mentions if m.certain for c in m.codes if c in covered}
    municipalities = Counter({c: n for c, n in covered.items() if len(c) > 2})
    code, times = next(iter(municipalities.most_common(1)), ("", 0))
    if len(certain) == 1 and 2 * max(municipalities[c] for c in certain) >= times > 0:
        return tuple(certain)
    return (code,) if times and times >= CLEAR_SHARE * municipalities.total() else ()


def _topic(reading: Reading, covered: Counter[str]) -> tuple[str, ...]:
    """The body that a text by somebody else is about: named in its title, or nearly alone."""
    text = reading.document.text
    municipalities = Counter({c: n for c, n in covered.items() if len(c) > 2}) or covered
    if not municipalities or _is_about_a_group(reading):
        return ()
    first = min((s.start for s in reading.document.sentences), default=0)
    title = [
        code
        for line in list(lines_of(text, 0, min(first, HEAD_CHARACTERS)))[:TITLE_LINES]
        for mention in reading.inside(line)
        for code in resolve(mention, reading)
        if code in municipalities
    ]
    code, times = municipalities.most_common(1)[0]
    titled = districts_first(title)
    if len(set(titled)) == 1 and municipalities[titled[0]] >= TITLE_SHARE * times:
        return titled[:1]
    return (code,) if times >= CLEAR_SHARE * municipalities.total() else ()


def _is_about_a_group(reading: Reading) -> bool:
    """Whether the title speaks of a group, or "kommunerna" is said far oftener than "kommunen"."""
    text = reading.document.text
    title = next((text[line.start : line.end] for line in lines_of(text, 0, HEAD_CHARACTERS)), "")
    own, group = len(_SELF.findall(text)), len(_GROUP.findall(text))
    return group > max(MIN_GROUP_WORDS, own if _GROUP.search(title) else 2 * own)
