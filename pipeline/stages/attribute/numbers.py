"""Swedish numbers, in digits and in words, as they stand before what is counted."""

from __future__ import annotations

import re

_UNITS = "noll ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton".split()
_UNITS += "sexton sjutton arton nitton".split()
_TENS = "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio".split()
_FRACTIONS = {
    "halva": 50.0,
    "hälften": 50.0,
    "tredjedel": 100 / 3,
    "fjärdedel": 25.0,
    "kvart": 25.0,
    "femtedel": 20.0,
    "sjättedel": 100 / 6,
    "sjundedel": 100 / 7,
    "åttondel": 12.5,
    "åttondedel": 12.5,
    "niondel": 100 / 9,
    "niondedel": 100 / 9,
    "tiondel": 10.0,
    "tiondedel": 10.0,
}
_ORDINALS = {
    "annan": 2,
    "tredje": 3,
    "fjärde": 4,
    "femte": 5,
    "sjätte": 6,
    "sjunde": 7,
    "åttonde": 8,
    "nionde": 9,
    "tionde": 10,
    "tolfte": 12,
    "femtonde": 15,
    "tjugonde": 20,
}


def _number_words() -> dict[str, int]:
    words = {word: value for value, word in enumerate(_UNITS)}
    words |= {"en": 1, "inga": 0, "ingen": 0, "båda": 2, "bägge": 2, "aderton": 18}
    for place, ten in enumerate(_TENS, start=2):
        words[ten] = 10 * place
        words |= {ten + _UNITS[unit]: 10 * place + unit for unit in range(1, 10)}
        words[f"{ten}en"] = 10 * place + 1
    hundreds = {"hundra": 100} | {f"{_UNITS[n]}hundra": 100 * n for n in range(1, 10)}
    words |= hundreds
    below = [(word, value) for word, value in words.items() if 0 < value < 100]
    words |= {h + word: value + more for h, value in hundreds.items() for word, more in below}
    words |= {"dussin": 12, "dussinet": 12, "tjog": 20}
    words |= {
        f"{word}tal": value for word, value in list(words.items()) if value % 5 == 0 and value
    }
    return words


NUMBER_WORDS = _number_words()

_UNDER_TEN = "(?:ett|en|två|tre|fyra|fem|sex|sju|åtta|nio)"
_SMALL = "(?:" + "|".join([*_UNITS[:0:-1], "en", "båda", "bägge", "aderton"]) + ")"
_TWO_DIGITS = f"(?:(?:{'|'.join(_TENS)}){_UNDER_TEN}?|{_SMALL})"
_IN_WORDS = f"(?:{_UNDER_TEN}?hundra{_TWO_DIGITS}?|{_TWO_DIGITS})"
NUMBER = (
    r"(?<![\w,.:/-])(?:\d{1,3}(?:[ \u00a0]\d{3})+(?!\d)|\d{1,3}-tal|\d+|"
    rf"{_IN_WORDS}(?:tal)?|dussin|tjog)(?![\w/:-]|[.,]\d)"
)
"""A pattern that catches every number that `value_of` knows, as a word of its own."""

FRACTION = "(?:" + "|".join(sorted(_FRACTIONS, key=len, reverse=True)) + ")(?:ar)?"
ORDINAL = "(?:" + "|".join(sorted(_ORDINALS, key=len, reverse=True)) + ")"
_FRACTION_PARTS = re.compile(rf"(?:({NUMBER})\s+)?({FRACTION})", re.I)


def value_of(text: str) -> int | None:
    """Return the number that `text` is ("39", "1 200", "70-tal", "tjugotre"), None for none."""
    plain = re.sub(r"\s|(?<=\d)-tal", "", text.casefold())
    return int(plain) if plain.isdecimal() else NUMBER_WORDS.get(plain)


def percent_of_fraction(text: str) -> float | None:
    """Return the percent of "hälften", "två tredjedelar", rounded; None for no fraction."""
    match = _FRACTION_PARTS.search(text)
    if match is None:
        return None
    name = match.group(2).casefold()
    share = _FRACTIONS.get(name) or _FRACTIONS.get(name.removesuffix("ar"))
    times = value_of(match.group(1)) if match.group(1) else 1
    return None if share is None or times is None else _rounded(share * times)


def percent_of_every(ordinal: str) -> float:
    """Return the percent of "var tredje" or "varannan", given "tredje" or "annan"."""
    return _rounded(100 / _ORDINALS[ordinal.casefold()])


def _rounded(percent: float) -> float:
    """Whole percent, but for shares that one decimal gives exactly (12.5)."""
    return percent if percent * 10 == round(percent * 10) else float(round(percent))
