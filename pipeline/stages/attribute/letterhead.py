"""Whom a document is from: its letterhead, and what else tells where that is missing.

A letterhead is a line near the top that holds a body's name and little else. After it count, in
this order: footer, signature and running heads, the file's name, web and mail addresses.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePath

from pipeline.offsets import Span
from pipeline.stages.attribute.reading import Reading, districts_first, lines_of, resolve

HEAD_LINES = 14
BOARD_LINES = 2
HEAD_CHARACTERS = 1200
FOOT_CHARACTERS = 700
MAX_LINE_WORDS = 16
MIN_STATE_VERDICTS = 2
"""So many times "IVO bedömer", "Länsstyrelsen anser" make a text a state authority's; where a
municipality's name heads it, as its addressee, it takes more."""

_STATE = (
    r"(?:inspektionen\s+för\s+vård\s+och\s+omsorg|ivo\b|länsstyrels\w+|socialstyrelsen|"
    r"skolinspektionen|arbetsmiljöverket|regeringen|regeringskansliet|\w+departementet|sveriges\s+kommuner|skolverket|"
    r"boverket|konsumentverket|myndigheten\s+för|kommunförbundet|regionförbundet|justitieombudsman\w+|"
    r"riksrevisionen|riksdagen|statskontoret|folkhälsomyndigheten|barnombudsmannen|handisam|fou\b|"
    r"\w+\s+kommuner\s+och\s+landsting|migrationsverket)"
)
STATE_LINE = re.compile(rf"\s*(?:för\s+)?{_STATE}", re.I)
_VERDICT = re.compile(
    r"\b(?:IVO|Länsstyrelsen|Socialstyrelsen|Skolinspektionen|Arbetsmiljöverket|"
    r"Inspektionen för vård och omsorg(?: \(IVO\))?)\s+(?:bedömer|anser|konstaterar|"
    r"finner|avslutar|riktar|beslutar|vill|förelägger|har\s+(?:beslutat|konstaterat|genomfört|granskat|besökt|inhämtat|initierat))"
)
_REPLY = re.compile(r"\b(?:svar|yttrande|redovisning|återrapportering|åtgärdsplan)\b", re.I)
_TOPIC_PREPOSITION = re.compile(
    r"\b(?:i|av|för|om|över|mot|på|från|till|hos|kring|angående|mellan)\s+$"
)
_BOARD_IN = re.compile(
    r"(?:nämnd(?!er)\w*|förvaltning\w*|fullmäktige|kommunstyrels\w*|kontor\w*|revision\w*|revisor\w*|"
    r"socialtjänst\w*|uppdrag|räddningschef\w*|socialchef\w*|överförmynd\w*|sektor\w*|verksamhet\w*|"
    r"(?:nämnd\w*|uppdrag)\s+av(?:\s+\S+){0,4})\s+(?:i|för|av|på)\s+$",
    re.I,
)
_BOARD_THEN = re.compile(
    r"^(?:[^\W\d_]+-\s+och\s+)?[^\W\d_]*(?:nämnden|förvaltningen|fullmäktige|styrelsen|kontoret|utskottet),\s+$",
    re.I,
)
_BOARD = re.compile(
    r"\b[^\W\d_]*(?:nämnd(?:en|ens)?|direktion(?:en|ens)?|förbund(?:et|ets)?|fullmäktiges?|"
    r"styrelsens?|förvaltningens?|kansli(?:et)?)\b",
    re.I,
)
_EXAMINED = re.compile(
    r"\b(?:tillsyn|inspektion|granskning|revision|uppföljning|utvärdering|genomgång|översyn|besök)\w*"
    r"\s+(?:av|hos|vid)\s",
    re.I,
)
_REGION_COUNCIL = re.compile(r"\b(?:region|landstings)(?:fullmäktige|styrelsen)\s+i\s+$", re.I)
_ON_BEHALF = re.compile(r"på\s+uppdrag\s+av\b", re.I)
_FINITE = re.compile(
    r"\b(?:har|hade|ska|skall|kommer|är|var|får|fick|måste|bör|kan|vill|ökar|öppnar|skickas|"
    r"förbereder|förändras|krävs|gäller)\b"
)
_AUDITORS = r"(?:[^\W\d_]+\s+){0,2}(?:revisor|revision)"
_FOR_AUDITORS = re.compile(rf"\s*{_AUDITORS}", re.I)
_TO = re.compile(rf"(?:,|\s)\s*\btill\s+(?!{_AUDITORS}).*$", re.I)
ADDRESSEE = re.compile(r"\s*(?:till|mottagare|adressat|att)\b:?", re.I)
_DOMAIN = re.compile(r"(?:@|www\.|https?://|\b)([a-z0-9-]+)\.se\b", re.I)


def sender(reading: Reading) -> tuple[str, ...] | None:
    """Return whom a document says it is from.

    Returns:
        Codes of the body; () where a state authority sends it; None where nothing tells.
    """
    text = reading.document.text
    verdicts = len(_VERDICT.findall(text))
    head = _first_letterhead(reading)
    if head is not None:
        by_state = verdicts > MIN_STATE_VERDICTS and not _REPLY.search(text[:HEAD_CHARACTERS])
        return () if by_state else head
    if verdicts >= MIN_STATE_VERDICTS:
        return ()
    return _in_foot(reading) or _in_file_name(reading) or _in_addresses(reading) or None


def heads_a_board(reading: Reading) -> bool:
    """Whether one of the first lines is of a board, a council or a federation, and none a state's.

    "Gemensamma överförmyndarnämnden" names no municipality, but is one body.
    """
    text = reading.document.text
    lines = [text[line.start : line.end] for line in islice(head_lines(text), BOARD_LINES)]
    if any(STATE_LINE.match(words) for words in lines):
        return False
    return any(_BOARD.search(words) and not _EXAMINED.search(words) for words in lines)


def head_lines(text: str) -> Iterator[Span]:
    """Yield the lines near the top that may be letterhead, title or addressee."""
    return islice(lines_of(text, 0, HEAD_CHARACTERS), HEAD_LINES)


def _first_letterhead(reading: Reading) -> tuple[str, ...] | None:
    """Codes of the first line near the top that is a body's name; () for a state body's."""
    text = reading.document.text
    for line in head_lines(text):
        words = text[line.start : line.end]
        addressed = ADDRESSEE.match(words) or reading.is_aside(line.start)
        if len(words.split()) > MAX_LINE_WORDS or addressed:
            continue
        if STATE_LINE.match(words) and not _FINITE.search(words):
            return ()
        codes = codes_in_line(reading, line)
        if codes:
            return codes
    return None


def codes_in_line(reading: Reading, line: Span) -> tuple[str, ...]:
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
        if index == 0 and _is_topic(before, text[mention.end : end]):
            return ()
        if not mention.certain and index == 0 and not _is_alone(before, text[mention.end : end]):
            return ()
        named += [c for c in resolve(mention, reading) if c not in named]
    return districts_first(named)


def _is_topic(before: str, after: str) -> bool:
    """Whether a name says what a line is about ("Stöd i Motala", "Tillsyn av nämnden i Motala").

    Auditors are their municipality's, whoever has written the report for them.
    """
    if _EXAMINED.search(before) or _REGION_COUNCIL.search(before):
        return True
    owner = _BOARD_IN.search(before) or _ON_BEHALF.search(before) or _FOR_AUDITORS.match(after)
    return _TOPIC_PREPOSITION.search(before) is not None and not owner


def _is_alone(before: str, after: str) -> bool:
    """A bare name is a letterhead only alone or after a board ("… i Motala", "…, Motala")."""
    edges = " ,.–-\n\r\t"
    by_board = _BOARD_THEN.match(before) and not after.strip(edges)
    return bool(not (before + after).strip(edges) or by_board or _BOARD_IN.search(before))


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
        for line in lines_of(document.text, span.start, span.end):
            if reading.is_aside(line.start):
                continue
            words = document.text[line.start : line.end]
            if STATE_LINE.match(words):
                return ()
            if len(words.split()) <= MAX_LINE_WORDS:
                codes = codes_in_line(reading, line)
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
