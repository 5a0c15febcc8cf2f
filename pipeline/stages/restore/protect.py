"""What repair must not touch: numbers, dates, case numbers, abbreviations, addresses."""

from __future__ import annotations

import re
from functools import cached_property

_ADDRESS = re.compile(r"@|://|www\.", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_LETTER = re.compile(r"[^\W\d_]")
_NUMBER = re.compile(r"(?<![^\W_])\d+(?![^\W_])")
"""Digits that no letter touches."""
_JOINT = re.compile(r"[^\W\d_]{3}/[^\W\d_]{3}|\d[-–/:.,](?=\d)")
_RANGE = re.compile(r"\W*(?!0)(?:\d{1,2}[-–]\d{1,2}|\d{3}[-–]\d{3}|\d{4}[-–]\d{4})\W*")
"""From a number to another: its dash may be long. Personal, phone, case numbers look otherwise."""
_CAPITALS = re.compile(r"\b[^\W\d_]{3,}\b")
_TWO_LETTERS = re.compile(r"\b[^\W\d_]{2}\b")
_UNDOTTED = str.maketrans("ÅÄÖ", "AAO")
_SMALL = r"[a-zåäöéü\n -]+"
_PLAIN = re.compile(rf"\(?[A-ZÅÄÖ]?{_SMALL}(?:[A-ZÅÄÖ]{_SMALL})*[,;:)]*\.?(?<![Ww][Ww]w\.)")
"""Words in small letters, capitals only apart, closing marks: nothing looked for below is there."""
_LONE_ONE = re.compile(r"\W*1\W*")

LONG_NUMBER = 3
"""Digits in a row that are a number even inside a word (`KS2015/123`, `2013/14:FiU1`)."""


class Guard:
    """Says what a stretch may become; looks at the stretch once, however many readings it has."""

    def __init__(self, before: str) -> None:
        self._before = before
        self._plain = _PLAIN.fullmatch(before) is not None

    def allows(self, after: str) -> bool:
        """Whether the reading `after` may replace the stretch."""
        if after == self._before or (self._plain and _PLAIN.fullmatch(after)):
            return True
        if self._address or self._joints != _joints(after):
            return False
        (straight, curly), (had_straight, had_curly) = _quotes(after), self._quotes
        if (straight - had_straight) * (curly - had_curly) < 0:
            # Both kinds are printed, and each is read as itself more often than as the other.
            return False
        if self._abbreviations != _abbreviations(after):
            return False
        if self._codes and not self._codes <= {_folded(w) for w in _TWO_LETTERS.findall(after)}:
            return False
        old, new = self._digits, _DIGITS.findall(after)
        if old == new:
            return True
        if _LONE_ONE.fullmatch(self._before):
            # A lone `1` may be the word `i`; any other number stays what it is.
            return after.strip('.,;:()”"').lower() == "i"
        if not _LETTER.search(self._before) or self._numbers != _NUMBER.findall(after):
            return False
        longest = max(map(len, old), default=0)
        if longest >= LONG_NUMBER:
            return False
        return len("".join(new)) <= len("".join(old))

    @cached_property
    def _address(self) -> bool:
        return _ADDRESS.search(self._before) is not None

    @cached_property
    def _joints(self) -> list[str]:
        return _joints(self._before)

    @cached_property
    def _abbreviations(self) -> list[str]:
        return _abbreviations(self._before)

    @cached_property
    def _codes(self) -> set[str]:
        """Two capitals may be a diary's mark (`KS 2015/123`): other letters never replace them."""
        return {_folded(w) for w in _TWO_LETTERS.findall(self._before) if w.isupper()}

    @cached_property
    def _numbers(self) -> list[str]:
        return _NUMBER.findall(self._before)

    @cached_property
    def _digits(self) -> list[str]:
        return _DIGITS.findall(self._before)

    @cached_property
    def _quotes(self) -> tuple[int, int]:
        return _quotes(self._before)


def _quotes(text: str) -> tuple[int, int]:
    """How many straight and how many curly quotation marks `text` has."""
    return text.count('"'), text.count("”") + text.count("“")


def _joints(text: str) -> list[str]:
    """What joins words or numbers in `text`; whether a range's dash is long does not count."""
    return _JOINT.findall(text.replace("–", "-") if _RANGE.fullmatch(text) else text)


def _folded(word: str) -> str:
    return word.upper().translate(_UNDOTTED)


def _abbreviations(text: str) -> list[str]:
    """The words of `text` that are all capitals, without their dots and rings."""
    if text.islower():
        return []
    return [w.translate(_UNDOTTED) for w in _CAPITALS.findall(text) if w.isupper()]
