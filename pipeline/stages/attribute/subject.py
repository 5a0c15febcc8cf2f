"""Whom a document is by and about.

The author is read from the letterhead: a line near the top that holds a body's name and little
else. Where there is none: footer and signature, file name, web and mail addresses, and last the
one municipality that a text in the first person names. A text by a state authority, or about a
group of municipalities, has no municipal author.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from pipeline.document import Subject
from pipeline.gazetteer import Mention
from pipeline.offsets import Span
from pipeline.stages.attribute.actors import roles_in
from pipeline.stages.attribute.reading import Reading
from pipeline.stages.attribute.years import year_of_document

HEAD_LINES = 14
HEAD_CHARACTERS = 1200
FOOT_CHARACTERS = 700
MAX_LINE_WORDS = 16
MIN_STATE_VERDICTS = 2
MIN_SELF_REFERENCES = 3
MIN_GROUP_WORDS = 3
GROUP_SHARE = 0.4
"""A text about a group names its own author less than this."""
TITLE_LINES = 4
TITLE_SHARE = 0.5
CLEAR_SHARE = 0.7
"""A body is what a document is about where it has at least this share of all mentions."""

_STATE = (
    r"(?:inspektionen\s+för\s+vård\s+och\s+omsorg|ivo\b|länsstyrels\w+|socialstyrelsen|skolinspektionen|"
    r"arbetsmiljöverket|regeringen|regeringskansliet|\w+departementet|sveriges\s+kommuner|skolverket|"
    r"boverket|konsumentverket|myndigheten\s+för|kommunförbundet|regionförbundet|justitieombudsman\w+|"
    r"riksrevisionen|riksdagen|statskontoret|folkhälsomyndigheten|barnombudsmannen|handisam|fou\b|"
    r"\w+\s+kommuner\s+och\s+landsting|migrationsverket)"
)
_STATE_LINE = re.compile(rf"\s*(?:för\s+)?{_STATE}", re.I)
_VERDICT = re.compile(
    r"\b(?:IVO|Länsstyrelsen|Socialstyrelsen|Skolinspektionen|Arbetsmiljöverket|"
    r"Inspektionen för vård och omsorg(?: \(IVO\))?)\s+(?:bedömer|anser|konstaterar|finner|avslutar|riktar|beslutar|vill|"
    r"förelägger|har\s+(?:beslutat|konstaterat|genomfört|granskat|besökt|inhämtat|initierat))"
)
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
_TOPIC_PREPOSITION = re.compile(
    r"\b(?:i|av|för|om|över|mot|på|från|till|hos|kring|angående|mellan)\s+$"
)
_BOARD_IN = re.compile(
    r"(?:nämnd\w*|förvaltning\w*|fullmäktige|kommunstyrels\w*|kontor\w*|revision\w*|revisor\w*|"
    r"socialtjänst\w*|uppdrag|räddningschef\w*|socialchef\w*|överförmynd\w*|sektor\w*|verksamhet\w*|"
    r"(?:nämnd\w*|uppdrag)\s+av(?:\s+\S+){0,4})\s+(?:i|för|av|på)\s+$",
    re.I,
)
_ON_BEHALF = re.compile(r"på\s+uppdrag\s+av\b", re.I)
_FINITE = re.compile(
    r"\b(?:har|hade|ska|skall|kommer|är|var|får|fick|måste|bör|kan|vill|ökar|öppnar|skickas|"
    r"förbereder|förändras|krävs|gäller)\b"
)
_TO = re.compile(r"(?:,|\s)\s*\btill\s+.*$", re.I)
_ADDRESSEE = re.compile(r"\s*(?:till|mottagare|adressat|att)\b:?", re.I)
_DOMAIN = re.compile(r"(?:@|www\.|https?://|\b)([a-z0-9-]+)\.se\b", re.I)


@dataclass(frozen=True, slots=True)
class Standing:
    """A document's subject, and whom its bare "kommunen" or "vi" means.

    Attributes:
        default: codes that an unnamed actor stands for; empty for a text about a group.
        is_author: whether these are the author (else: whom the text is about).
        of_one: whether the text speaks for or about one body, not of a group.
        passing: codes named only once, and in no heading.
    """

    subject: Subject
    default: tuple[str, ...]
    is_author: bool
    of_one: bool
    passing: frozenset[str]


def standing_of(reading: Reading) -> Standing:
    """Return whom a document is by and about."""
    covered, acting = _covered(reading)
    year = year_of_document(reading.document.text)
    author = _author(reading, acting)
    topic = () if author else _topic(reading, acting)
    codes = tuple(dict.fromkeys((*author, *topic, *covered)))
    default = author or topic
    regional = bool(author) and all(len(c) == 2 for c in author)
    group = regional and any(len(c) > 2 for c in covered)
    share = sum(acting[code] for code in default) / max(1, acting.total())
    crowded = len(acting) > 2 and share < GROUP_SHARE
    group = group or (crowded and _is_about_a_group(reading))
    return Standing(
        Subject(author, codes, year),
        () if regional and group else default,
        bool(author),
        len(default) == 1 and not group,
        frozenset(c for c, n in covered.items() if n == 1) - _in_headings(reading),
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
            codes = resolve(body.mention, reading, None) if body.mention.acting else ()
            counted.update(codes)
            acting.update(codes if body.role not in ("partner", "joint") else ())
    return counted, acting


def resolve(mention: Mention, reading: Reading, year: int | None) -> tuple[str, ...]:
    """Settle names that districts of several cities share: by the city that the text names."""
    if len(mention.codes) == 1:
        return mention.codes
    cities = Counter(code for m in reading.mentions if len(m.codes) == 1 for code in m.codes)
    fitting = [code for code in mention.codes if reading.gazetteer.is_valid(code, year)]
    weights = {
        code: sum(n for other, n in cities.items() if other[:4] == code[:4])
        for code in fitting or mention.codes
    }
    best = max(weights.values())
    return tuple(code for code, weight in weights.items() if weight == best)[:1] if best else ()


def _author(reading: Reading, covered: Counter[str]) -> tuple[str, ...]:
    verdicts = len(_VERDICT.findall(reading.document.text))
    head = _first_letterhead(reading)
    if head is not None:
        by_state = verdicts > MIN_STATE_VERDICTS and not _says_we(reading)
        return () if by_state else head
    if verdicts >= MIN_STATE_VERDICTS:
        return ()
    elsewhere = _in_foot(reading) or _in_file_name(reading) or _in_addresses(reading)
    return elsewhere or _only_one_named(reading, covered)


def _says_we(reading: Reading) -> bool:
    return len(re.findall(r"\b(?:vi|oss|vår|våra|vårt)\b", reading.document.text, re.I)) >= 2


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    position = start
    for line in text[start:end].splitlines(keepends=True):
        if line.strip():
            yield Span(position, position + len(line))
        position += len(line)


def _first_letterhead(reading: Reading) -> tuple[str, ...] | None:
    """Codes of the first line near the top that is a body's name; () for a state body's."""
    text = reading.document.text
    for number, line in enumerate(_lines(text, 0, HEAD_CHARACTERS)):
        if number >= HEAD_LINES:
            break
        words = text[line.start : line.end]
        if len(words.split()) > MAX_LINE_WORDS or _ADDRESSEE.match(words):
            continue
        if _STATE_LINE.match(words) and not _FINITE.search(words):
            return ()
        codes = _letterhead_codes(reading, line)
        if codes:
            return codes
    return None


def _letterhead_codes(reading: Reading, line: Span) -> tuple[str, ...]:
    """Codes named in a line that is otherwise board names, dates and the like."""
    text = reading.document.text
    words = text[line.start : line.end]
    if _FINITE.search(words) or re.search(r"[.!?…]\s*$", words):
        return ()
    end = line.end
    recipient = _TO.search(words)
    if recipient:
        end = line.start + recipient.start()
    mentions = [m for m in reading.mentions if line.start <= m.start < end]
    named: list[str] = []
    for index, mention in enumerate(mentions):
        before = text[line.start : mention.start]
        if (
            index == 0
            and _TOPIC_PREPOSITION.search(before)
            and not (_BOARD_IN.search(before) or _ON_BEHALF.search(before))
        ):
            return ()
        if not mention.certain and index == 0 and not _is_alone(before, text[mention.end : end]):
            return ()
        named += [c for c in resolve(mention, reading, None) if c not in named]
    return _districts_first(named)


def _is_alone(before: str, after: str) -> bool:
    """A bare name is a letterhead only where it stands alone or after a board ("… i Motala")."""
    return not (before + after).strip(" ,.–-\n\r\t") or _BOARD_IN.search(before) is not None


def _districts_first(codes: list[str]) -> tuple[str, ...]:
    """Drop the city where one of its districts is named beside it."""
    cities = {code[:4] for code in codes if "-" in code}
    return tuple(code for code in codes if code not in cities)


def _in_foot(reading: Reading) -> tuple[str, ...]:
    """Codes of a signature or address line at the end, or of a running head."""
    document = reading.document
    spans = [Span(max(0, len(document.text) - FOOT_CHARACTERS), len(document.text))]
    spans += [
        document.offsets.to_target(Span(region.start, region.end))
        for page in document.pages
        for region in page.regions
        if region.kind == "running_head"
    ]
    counted: Counter[tuple[str, ...]] = Counter()
    for span in spans:
        for line in _lines(document.text, span.start, span.end):
            if reading.is_aside(line.start):
                continue
            words = document.text[line.start : line.end]
            if _STATE_LINE.match(words):
                return ()
            if len(words.split()) <= MAX_LINE_WORDS:
                codes = _letterhead_codes(reading, line)
                counted.update([codes] if codes else [])
    return counted.most_common(1)[0][0] if counted else ()


def _in_file_name(reading: Reading) -> tuple[str, ...]:
    name = unicodedata.normalize("NFC", PurePath(reading.document.source).stem)
    spaced = re.sub(r"[_\W\d]+", " ", name)
    mentions = reading.gazetteer.find(spaced.title() if spaced.islower() else spaced)
    codes = [code for m in mentions if len(m.codes) == 1 for code in m.codes]
    return tuple(codes[:1]) if len(set(codes)) == 1 else ()


def _in_addresses(reading: Reading) -> tuple[str, ...]:
    """Code of the municipality whose web or mail domain the text gives most often."""
    domains = Counter(m.group(1).casefold() for m in _DOMAIN.finditer(reading.document.text))
    slugs = {
        _slug(body.short): code
        for code, body in reading.gazetteer.tables.bodies.items()
        if body.kind == "municipality"
    }
    known = [slugs[domain] for domain, _ in domains.most_common() if domain in slugs]
    return tuple(known[:1])


def _slug(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in folded if c.isalnum() or c == "-").replace(" ", "")


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
        for line in list(_lines(text, 0, min(first, HEAD_CHARACTERS)))[:TITLE_LINES]
        for mention in reading.inside(line)
        for code in resolve(mention, reading, None)
        if code in municipalities
    ]
    code, times = municipalities.most_common(1)[0]
    titled = _districts_first(title)
    if len(set(titled)) == 1 and municipalities[titled[0]] >= TITLE_SHARE * times:
        return titled[:1]
    return (code,) if times >= CLEAR_SHARE * municipalities.total() else ()


def _is_about_a_group(reading: Reading) -> bool:
    """Whether the title speaks of a group, or "kommunerna" is said far oftener than "kommunen"."""
    text = reading.document.text
    title = next((text[line.start : line.end] for line in _lines(text, 0, HEAD_CHARACTERS)), "")
    own, group = len(_SELF.findall(text)), len(_GROUP.findall(text))
    return group > max(MIN_GROUP_WORDS, own if _GROUP.search(title) else 2 * own)
