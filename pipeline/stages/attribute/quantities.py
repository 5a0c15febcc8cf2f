"""How many bodies a sentence speaks of: "tio av totalt 39 kommuner", "drygt hälften", "flera".

Only what counts municipalities, districts, boards, regions and the like; children, posts and
months are not looked at. A quantity without a noun ("Sju av dessa", "Drygt hälften har …") is
taken where it is the subject, as a collective finding leaves nothing else that it could count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pipeline.document import Quantity
from pipeline.stages.attribute.numbers import (
    FRACTION,
    NUMBER,
    ORDINAL,
    percent_of_every,
    percent_of_fraction,
    value_of,
)

_ONE_BODY = (
    r"(?:[\wåäö]*kommun(?:er|erna|ernas|ers)?|kommundel(?:ar|arna)?|städer(?:na)?|"
    r"(?:grann)?stadsdel(?:ar|arna|arnas|ars)?|stadsdels\w+|stadsområden?a?|\w*nämnd(?:er|erna|ernas|ers)?|"
    r"\w*förvaltning(?:ar|arna|arnas|ars)?|landsting(?:en|ens)?|region(?:er|erna|ernas)?|"
    r"huvudm[aä]n(?:nen|nens)?|socialtjänster(?:na)?|överförmyndare|länsstyrelser(?:na)?|län(?:en)?|"
    r"socialkontor(?:en)?)"
)
BODY = (
    rf"\b(?:(?:kommun|stadsdels?|nämnd)-\s*(?:och|eller)\s+)?{_ONE_BODY}"
    rf"(?:\s*(?:/|\s(?:och|eller|samt|respektive)\s)\s*{_ONE_BODY})?\b"
)
"""A noun for those who may take measures, or two of them joined."""

_PLACE = r"\b(?:håll|fall|orter(?:na)?)\b(?!\s+av\b)"
_HEDGE = (
    r"(?:(?:drygt|knappt|nästan|närmare|omkring|ungefär|cirka|ca|runt|minst|högst|mer än|fler än|"
    r"över|färre än|mindre än|uppemot|upp emot|endast|bara|ytterligare|så gott som|i stort sett|"
    r"enbart|åtminstone|sammanlagt|totalt|hela|inte mindre än|nära|runt om|en knapp|"
    r"en dryg|en god)\s+)"
)
_QUALITY = (
    rf"(?:(?!av\b|har\b|{NUMBER})(?:totalt|sammanlagt|de|dem|dessa|alla|länets|landets|stadens|"
    r"andra|övriga|[a-zåäö]+(?:ade|dda|tta|ande|ende|igt|igen|dre|lla|iga|ska|ena|rre|sta|ste|nya|ra|ka|da|"
    r"na|ta|sa|la|ga|ma|va)|[a-zåäö]+s|(?-i:[A-ZÅÄÖ])[a-zåäö]+|svarande)\s+)"
)
_QUALITIES = rf"(?:{_QUALITY}{{0,4}}?)"
_VAGUE = (
    r"(?:flera|övriga|de övriga|några|någon|flertalet|de flesta|de allra flesta|merparten|"
    r"majoriteten|många|ett flertal|ett antal|ett fåtal|få|enstaka|vissa|somliga|åtskilliga|en del|ett par|"
    r"ett stort antal|en (?:klar |stor |knapp )?majoritet|en (?:stor|liten|mindre|större) del|en handfull|"
    r"ett mindre antal|det stora flertalet|lejonparten|ett litet antal|ett växande antal)"
)
_ALL = r"(?:samtliga|alla|var och en|varje|hela)"
_OF_THEM = r"(?:dem|dessa|de\s+(?:\w+(?:de|na|da|ta)))"
_ANY_NUMBER = rf"(?:(?:ett\s+)?{NUMBER})"
_GROUP = rf"(?:{_QUALITIES}(?:{BODY}|{_PLACE}))"
_OF_GROUP_TEXT = rf"(?:(?:{_QUALITIES}(?P<of>{NUMBER})\s+)?{_GROUP}|{_OF_THEM})"
_VERB_NEXT = (
    r"(?=\s+(?:har|hade|är|var|ska|skall|skulle|kommer|bör|behöver|måste|kan|kunde|vill|fick|får|"
    r"uppger|uppgav|anger|angav|beskriver|säger|saknar|planerar|arbetar|använder|köper|köpte|hyr|hyrde|"
    r"inför|införde|anställde|väntas|uppges|söker|deltar|deltog|svarar|svarade|bygger|erbjuder|"
    r"lyckades|samverkar|beslutade|ser|såg|förlitar|lämnade|tillsatte|avser|håller|gör|gjorde|"
    r"genomför|genomförde|finns|fanns|ger|gav|menar|anser|efterlyser|delar|startade|tar|tog|ställer|"
    r"valde|väljer|låter|lät|redovisar|lägger|går|gick|slutade|\w+(?:erar|erade|ade|dde|tte))\b)"
)


_CUE = re.compile(
    r"kommun|stadsdel|stadsområd|städer|nämnd|förvaltning|landsting|region|huvudm|socialtjänster|"
    r"överförmyndare|länsstyrelser|socialkontor|\blän|\bhåll\b|\bfall\b|"
    r"\borter|\bdem\b|\bdessa\b|\bav de\b",
    re.I,
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.I)


_OF_REVERSED = _pattern(
    rf"(?:(?<=^)|(?<=[,;:]\s))av\s+{_QUALITIES}(?:(?P<of>{NUMBER})\s+)?{_QUALITIES}(?:{BODY}|besökta|granskade|tillfrågade|svarande)"
    rf"[^.,;]{{0,40}}?\s+\w+(?:\s+(?:bara|endast|nu|redan|hittills))?\s+(?!ett?\b|en\b)(?P<count>{NUMBER}|{_VAGUE})"
    r"(?=\s+\w|\s*[.,])(?!\s+(?:barn|tjänster|år|månader|veckor|personer|handläggare|miljoner|kr|procent))"
)
_OF_THOSE = rf"^av\s+(?:{_QUALITIES}{BODY}|de\s+\w+)\s+(?:\w+\s+){{1,2}}$"
_OF = _pattern(
    rf"\b{_HEDGE}*(?P<count>{NUMBER})\s+av\s+(?:{_QUALITIES}(?P<of>{NUMBER})\b)?\s*(?P<what>{_GROUP}|)"
)
_ALL_BUT = _pattern(rf"\b{_ALL}\s+(?:{_GROUP}\s+utom\s+\w+|utom\s+{NUMBER}(?:\s+{_GROUP})?)")
_BODY_OF = _pattern(
    rf"\b{_HEDGE}*(?P<count>{NUMBER})\s+{_GROUP}\s+av\s+(?:totalt\s+)?(?P<of>{NUMBER})\b"
)
_PERCENT = _pattern(
    rf"\b{_HEDGE}*(?P<number>\d+(?:[,.]\d+)?|{NUMBER})\s?(?:procent|%)(?:\)?\s+av\s+(?P<what>{_OF_GROUP_TEXT}))?"
)
_PART = _pattern(
    rf"\b{_HEDGE}*(?:(?:en|knappt en|drygt en)\s+(?:knapp\s+|dryg\s+|god\s+)?)?"
    rf"(?P<part>(?:{NUMBER}\s+)?{FRACTION})(?:\s*\((?P<exact>\d+(?:,\d+)?)\s?(?:procent|%)\))?"
    rf"(?:\s+av\s+(?P<what>{_OF_GROUP_TEXT}))?"
)
_EVERY = _pattern(
    rf"\b{_HEDGE}*(?:var(?:t|je)?\s+(?P<nth>{ORDINAL})|var(?P<second>annan))(?:\s+(?P<what>{_GROUP}))?"
)
_WHOLE = _pattern(
    rf"\b(?:(?:{_ALL}|de|dessa)\s+(?:de\s+)?{_QUALITIES}(?P<count>{NUMBER})|(?P<both>(?:de\s+)?(?:båda|bägge)))"
    rf"\s+{_GROUP}"
)
_EVERYBODY = _pattern(rf"\b{_HEDGE}*{_ALL}\s+(?:av\s+)?{_GROUP}")
_NUMBERED = _pattern(
    rf"\b{_HEDGE}*(?P<count>{_ANY_NUMBER})\s+{_GROUP}(?:\s+(?:och|samt)\s+(?P<more>{NUMBER})\s+{_GROUP})?"
)
_OF_GROUP = _pattern(rf"\b{_HEDGE}*(?P<count>{NUMBER})\s+av\s+(?P<what>{_GROUP}|{_OF_THEM})")
_SOME = _pattern(rf"\b{_HEDGE}*{_VAGUE}\s+(?:stycken\s+)?(?:av\s+)?{_OF_GROUP_TEXT}")
_NONE = _pattern(rf"\b(?:ingen|inga|inte\s+någon)\s+(?:enda\s+|enskild\s+|av\s+)?{_OF_GROUP_TEXT}")
_SUBJECT = r"(?:(?<=^)|(?<=[.;:–]\s)|(?<=\b(?:att|där)\s)|(?<=\bsamt\s))"
_ELIDED = _pattern(
    rf"{_SUBJECT}{_HEDGE}*(?P<what>(?:{_ALL}|de|alla)\s+(?P<whole>{NUMBER})|(?:de\s+)?övriga\s+(?P<rest>{NUMBER})|(?P<share>{NUMBER})\s+av\s+(?P<of>{NUMBER})|(?P<count>{NUMBER})|"
    rf"{_VAGUE}|samtliga|alla)(?:\s+(?:stycken|andra|övriga))?{_VERB_NEXT}"
)
_AGENT = _pattern(rf"(?<=\bav\s){_HEDGE}*(?:{_VAGUE}|samtliga|alla)(?=\s*[,.])")
_COLLECTIVE = _pattern(BODY)
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
    return whole or re.match(_ALL + r"\b(?!.*\butom\b)", quantity.text, re.I) is not None


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
    plain, has_body = sentence.casefold(), _CUE.search(sentence) is not None
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
    if count is None and not re.fullmatch(_VAGUE, groups["count"], re.I):
        return None
    if count and groups.get("more"):
        count += value_of(groups["more"]) or 0
    of = value_of(groups["of"]) if groups.get("of") else None
    if "what" in groups and not groups["what"]:
        rest = match.string[match.end() :]
        if of is None or not re.match(rf"{_VERB_NEXT}|\s*[.,]|$", rest, re.I):
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
    return Quantity(_words(match), count, count)


def _percent(match: re.Match[str]) -> Quantity | None:
    number = match["number"].replace(",", ".")
    value = float(number) if re.fullmatch(r"[\d.]+", number) else value_of(number)
    rest = match.string[match.end() :]
    before = match.string[: match.start()]
    stands_alone = (
        match["what"]
        or re.search(_OF_THOSE, before, re.I)
        or (re.match(r"\)?,?" + _VERB_NEXT, rest, re.I) and re.search(r"(?:^|, )$", before))
    )
    if value is None or not stands_alone or value > 100:
        return None
    return Quantity(_words(match), of=_of(match), percent=float(value))


def _part(match: re.Match[str]) -> Quantity | None:
    rest = match.string[match.end() :]
    if not (match["what"] or re.match(_VERB_NEXT, rest, re.I)):
        return None
    percent = percent_of_fraction(match["part"])
    if match["exact"]:
        percent = float(match["exact"].replace(",", "."))
    return Quantity(_words(match), of=_of(match), percent=percent)


def _of(match: re.Match[str]) -> int | None:
    return value_of(match["of"]) if match["of"] else None


def _every(match: re.Match[str]) -> Quantity | None:
    rest = match.string[match.end() :]
    if not (match["what"] or re.match(_VERB_NEXT, rest, re.I)):
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
    (("av ",), False, _AGENT, _plain),
)
"""Words one of which must be there, whether a word for a body must be, pattern, builder."""
