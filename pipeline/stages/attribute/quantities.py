"""How many bodies a sentence speaks of: "tio av totalt 39 kommuner", "drygt hälften", "flera".

Only what counts municipalities, districts, boards, regions and the like; children, posts and
months are not looked at. A quantity without a noun ("Sju av dessa", "Drygt hälften har …") is
taken where it is the subject, and in "hos samtliga åtta" and "i två är …": a collective finding
leaves nothing else that it could count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from pipeline.document import Quantity
from pipeline.stages.attribute.numbers import (
    FRACTION,
    NUMBER,
    ORDINAL,
    percent_of_every,
    percent_of_fraction,
    value_of,
)
from pipeline.stages.attribute.quantity_words import (
    ALL,
    ANY_NUMBER,
    BODY,
    CUE,
    GROUP,
    HEDGE,
    OF_GROUP_TEXT,
    OF_THEM,
    QUALITIES,
    VAGUE,
    VERB_NEXT,
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.I)


_OF_REVERSED = _pattern(
    rf"(?:(?<=^)|(?<=[,;:]\s))av\s+{QUALITIES}(?:(?P<of>{NUMBER})\s+)?{QUALITIES}(?:{BODY}|besökta|granskade|tillfrågade|svarande)"
    rf"[^.,;]{{0,40}}?\s+\w+(?:\s+(?:bara|endast|nu|redan|hittills))?\s+(?!ett?\b|en\b)(?P<count>{NUMBER}|{VAGUE})"
    r"(?=\s+\w|\s*[.,])(?!\s+(?:barn|tjänster|år|månader|veckor|personer|handläggare|miljoner|kr|procent))"
)
_OF_THOSE = rf"^av\s+(?:{QUALITIES}{BODY}|de\s+\w+)\s+(?:\w+\s+){{1,2}}$"
_OF = _pattern(
    rf"\b{HEDGE}*(?P<count>{NUMBER})\s+av\s+(?:{QUALITIES}(?P<of>{NUMBER})\b)?\s*(?P<what>{GROUP}|)"
)
_ALL_BUT = _pattern(rf"\b{ALL}\s+(?:{GROUP}\s+utom\s+\w+|utom\s+{NUMBER}(?:\s+{GROUP})?)")
_BODY_OF = _pattern(
    rf"\b{HEDGE}*(?P<count>{NUMBER})\s+{GROUP}\s+av\s+(?:totalt\s+)?(?P<of>{NUMBER})\b"
)
_PERCENT = _pattern(
    rf"\b{HEDGE}*(?P<number>\d+(?:[,.]\d+)?|{NUMBER})\s?(?:procent|%)(?:\)?\s+av\s+(?P<what>{OF_GROUP_TEXT}))?"
)
_PART = _pattern(
    rf"\b{HEDGE}*(?:(?:en|knappt en|drygt en)\s+(?:knapp\s+|dryg\s+|god\s+)?)?"
    rf"(?P<part>(?:{NUMBER}\s+)?{FRACTION})(?:\s*\((?P<exact>\d+(?:,\d+)?)\s?(?:procent|%)\))?"
    rf"(?:\s+av\s+(?P<what>{OF_GROUP_TEXT}))?"
)
_EVERY = _pattern(
    rf"\b{HEDGE}*(?:var(?:t|je)?\s+(?P<nth>{ORDINAL})|var(?P<second>annan))(?:\s+(?P<what>{GROUP}))?"
)
_WHOLE = _pattern(
    rf"\b(?:(?:{ALL}|de|dessa)\s+(?:de\s+)?{QUALITIES}(?P<count>{NUMBER})|(?P<both>(?:de\s+)?(?:båda|bägge)))"
    rf"\s+{GROUP}"
)
_EVERYBODY = _pattern(rf"\b{HEDGE}*{ALL}\s+(?:av\s+)?{GROUP}")
_NUMBERED = _pattern(
    rf"\b{HEDGE}*(?P<count>{ANY_NUMBER})\s+{GROUP}(?:\s+(?:och|samt)\s+(?P<more>{NUMBER})\s+{GROUP})?"
)
_OF_GROUP = _pattern(rf"\b{HEDGE}*(?P<count>{NUMBER})\s+av\s+(?P<what>{GROUP}|{OF_THEM})")
_SOME = _pattern(rf"\b{HEDGE}*{VAGUE}\s+(?:stycken\s+)?(?:av\s+)?{OF_GROUP_TEXT}")
_NONE = _pattern(
    rf"\b(?:ingen|inget|inga|inte\s+någon)\s+(?:enda\s+|enskild\s+|av\s+)?{OF_GROUP_TEXT}"
)
_SEVERAL = rf"(?!(?:en|ett)\b){NUMBER}"
_FINITE = r"har|hade|är|var|finns|fanns|ska|skall|kan|pågår|\w+[eaå]s|\w+[dt]es"
_SUBJECT = r"(?:(?<=^)|(?<=[.;:–]\s)|(?<=\b(?:att|där)\s)|(?<=\bsamt\s))"
_ELIDED = _pattern(
    rf"{_SUBJECT}{HEDGE}*(?P<what>(?:{ALL}|de|alla)\s+(?P<whole>{NUMBER})|(?:de\s+)?övriga\s+(?P<rest>{NUMBER})|(?P<share>{NUMBER})\s+av\s+(?P<of>{NUMBER})|(?P<count>{NUMBER})|"
    rf"{VAGUE}|samtliga|alla)(?:\s+(?:stycken|andra|övriga))?{VERB_NEXT}"
)
_WITHIN = _pattern(
    rf"(?:(?<=\bhos\s)|(?<=\bi\s)|(?<=s\sav\s)){HEDGE}*"
    rf"(?P<what>{ALL}\s+(?P<whole>{_SEVERAL})|(?:de\s+)?övriga\s+(?P<rest>{_SEVERAL})|"
    rf"(?P<share>{NUMBER})\s+av\s+(?:de\s+)?(?P<of>{NUMBER})|(?P<count>{_SEVERAL})|"
    rf"{VAGUE}|samtliga|alla)(?:\s+utom\s+{NUMBER})?(?=\s*[,.;]|\s*$|\s+(?:{_FINITE})\b)"
)
_SUBGROUP = _pattern(
    rf"\b(?:de\s+)?(?:mindre|större|minsta|största|små|stora)\s+(?:av\s+)?(?=\w+[ae]r(?:na)?\b){BODY}"
)
_COLLECTIVE = _pattern(BODY)
_YEAR = _pattern(r"(?:19|20)\d\d")
"""No country has so many bodies: "antogs 2019 av samtliga kommuner"."""
_RESTRICTED = _pattern(r"\b(?:mindre|större|minsta|största)\b|\bde\b.*[ae]r$")
"""Of "de två största kommunerna" and "de två kommuner som …" there are more."""
_PLURALS = (
    r"\w*kommuner(?:na|nas|s)?|\w*stadsdelar(?:na|nas|s)?|stadsdelsnämnder\w*|"
    r"stadsdelsförvaltningar\w*|regioner(?:na|nas)?|huvudmän(?:nen)?|landstingen|"
    r"(?:varje|varannan|grann|var\s+\w+de)\s*kommun"
)
_PLURAL_MUNICIPALITY = _pattern(rf"\b(?:{_PLURALS})\b")
_PLURAL_BODY = _pattern(rf"\b(?:{_PLURALS}|\w*nämnderna|var\s+och\s+en\s+av)\b")


def names_bodies(quantity: Quantity, *, boards: bool = True) -> bool:
    """Whether the quantity's own words hold a noun for bodies, not only "av dessa" or "flera".

    Args:
        boards: whether boards and offices count too; within one municipality they are its own.
    """
    if not boards and not names_group(quantity.text, boards=False):
        return False
    return _COLLECTIVE.search(quantity.text) is not None


def names_group(sentence: str, *, boards: bool = True) -> bool:
    """Whether a sentence speaks of bodies in the plural: "kommunerna", "andra stadsdelar"."""
    return (_PLURAL_BODY if boards else _PLURAL_MUNICIPALITY).search(sentence) is not None


def is_of_all(quantity: Quantity) -> bool:
    """Whether the words take in every body: "samtliga kommuner", "de tre kommunerna"."""
    whole = quantity.count is not None and quantity.count == quantity.of
    return whole or re.match(ALL + r"\b(?!.*\butom\b)", quantity.text, re.I) is not None


@lru_cache(maxsize=1024)  # a sentence may hold several findings
def find_quantity(sentence: str) -> Quantity | None:
    """Return the quantity of bodies that a sentence states first, None where it states none.

    `of` is what the words give: "Sju av dessa" has no denominator of its own.
    """
    found = [
        (rank, match.start(), quantity)
        for rank, (match, quantity) in enumerate(_readings(sentence))
        if quantity
    ]
    if not found:
        return None
    earliest = min(start for _, start, _ in found)
    near = [item for item in found if item[1] <= earliest + MAX_SHIFT]
    return min(near, key=lambda item: item[0])[2]


MAX_SHIFT = 14
"""Readings that begin within so many characters are of one phrase: the most specific counts."""


def _readings(sentence: str) -> Iterator[tuple[re.Match[str], Quantity | None]]:
    """Every pattern's first match, the most specific pattern first."""
    plain, has_body = sentence.casefold(), CUE.search(sentence) is not None
    for cues, needs_body, pattern, build in _BUILDERS:
        if (needs_body and not has_body) or not any(cue in plain for cue in cues):
            continue
        for match in pattern.finditer(sentence):
            quantity = build(match)
            if quantity:
                yield match, quantity
                break


_Build = Callable[[re.Match[str]], Quantity | None]


def _words(match: re.Match[str]) -> str:
    return " ".join(match.group().split()).strip(" ,")


def _counted(match: re.Match[str]) -> Quantity | None:
    groups = match.groupdict()
    count = value_of(re.sub(r"^ett\s+", "", groups["count"], flags=re.I) or groups["count"])
    if count is None and not re.fullmatch(VAGUE, groups["count"], re.I):
        return None
    if _YEAR.fullmatch(groups["count"]):
        return None
    if count and groups.get("more"):
        count += value_of(groups["more"]) or 0
    of = value_of(groups["of"]) if groups.get("of") else None
    if "what" in groups and not groups["what"]:
        rest = match.string[match.start() + len(match.group().rstrip()) :]
        if of is None or not re.match(rf"{VERB_NEXT}|\s*[.,]|$", rest, re.I):
            return None
    if of is not None and (count or 0) > of:
        return None
    return _share(match, groups["count"], of) if of else Quantity(_words(match), count)


def _share(match: re.Match[str], count: str, of: int | None) -> Quantity | None:
    """A count of a whole; "nästan nio av tio" counts nobody, it is a rate: 90 percent."""
    number = value_of(count)
    if number is None or not of:
        return Quantity(_words(match), number, of)
    if of in _ROUND and re.match(_ABOUT, match.group(), re.I):
        return Quantity(_words(match), percent=float(round(100 * number / of)))
    return Quantity(_words(match), number, of)


_ABOUT = r"(?:drygt|knappt|nästan|närmare|omkring|ungefär|cirka|ca|runt|uppemot|nära|mer än|över)\s"
_ROUND = (3, 4, 5, 10)
"""Wholes that a rough share is told in."""


def _whole(match: re.Match[str]) -> Quantity | None:
    count = 2 if match["both"] else value_of(match["count"])
    words = _words(match)
    return Quantity(words, count, None if _RESTRICTED.search(words) else count)


def _percent(match: re.Match[str]) -> Quantity | None:
    number = match["number"].replace(",", ".")
    value = float(number) if re.fullmatch(r"[\d.]+", number) else value_of(number)
    rest = match.string[match.end() :]
    before = match.string[: match.start()]
    stands_alone = (
        match["what"]
        or re.search(_OF_THOSE, before, re.I)
        or (re.match(r"\)?,?" + VERB_NEXT, rest, re.I) and re.search(r"(?:^|, )$", before))
    )
    if value is None or not stands_alone or value > 100:
        return None
    return Quantity(_words(match), of=_of(match), percent=float(value))


def _part(match: re.Match[str]) -> Quantity | None:
    rest = match.string[match.end() :]
    if not (match["what"] or re.match(VERB_NEXT, rest, re.I)):
        return None
    percent = percent_of_fraction(match["part"])
    if match["exact"]:
        percent = float(match["exact"].replace(",", "."))
    return Quantity(_words(match), of=_of(match), percent=percent)


def _of(match: re.Match[str]) -> int | None:
    return value_of(match["of"]) if match["of"] else None


def _every(match: re.Match[str]) -> Quantity | None:
    rest = match.string[match.end() :]
    if not (match["what"] or re.match(VERB_NEXT, rest, re.I)):
        return None
    return Quantity(_words(match), percent=percent_of_every(match["nth"] or match["second"]))


def _vague(match: re.Match[str]) -> Quantity | None:
    return Quantity(_words(match), of=_of(match))


def _plain(match: re.Match[str]) -> Quantity | None:
    return Quantity(_words(match))


def _none(match: re.Match[str]) -> Quantity | None:
    return Quantity(_words(match), count=0, of=_of(match))


def _elided(match: re.Match[str]) -> Quantity | None:
    if match["of"]:
        return _share(match, match["share"], value_of(match["of"]))
    if match["whole"]:
        return Quantity(_words(match), value_of(match["whole"]), value_of(match["whole"]))
    if match["rest"]:
        return Quantity(_words(match), value_of(match["rest"]))
    return Quantity(_words(match), value_of(match["count"]) if match["count"] else None)


_BUILDERS: tuple[tuple[tuple[str, ...], bool, re.Pattern[str], _Build], ...] = (
    (("utom",), True, _ALL_BUT, _plain),
    ((" av ",), True, _BODY_OF, _counted),
    ((" av ",), False, _OF, _counted),
    (("av ",), True, _OF_REVERSED, _counted),
    (("del", "hälft", "halva", "kvart"), False, _PART, _part),
    (("procent", "%"), False, _PERCENT, _percent),
    (("var",), False, _EVERY, _every),
    (("båda", "bägge", "alla", "samtliga", "de ", "dessa"), True, _WHOLE, _whole),
    ((" av ",), True, _OF_GROUP, _counted),
    (("ing", "inte "), True, _NONE, _none),
    (("",), True, _NUMBERED, _counted),
    (("",), True, _SOME, _vague),
    (("alla", "samtliga", "var", "hela"), True, _EVERYBODY, _plain),
    (("",), False, _ELIDED, _elided),
    (("",), False, _WITHIN, _elided),
    (("",), True, _SUBGROUP, _plain),
)
"""Words one of which must be there, whether a word for a body must be, pattern, builder."""
