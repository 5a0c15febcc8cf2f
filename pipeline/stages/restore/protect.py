"""What repair must not touch: numbers, dates, case numbers, abbreviations, addresses."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"@|://|www\.", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_LETTER = re.compile(r"[^\W\d_]")
_STRAIGHT, _CURLY = re.compile('"'), re.compile("[”“]")
_JOINT = re.compile(r"[^\W\d_]{3}/[^\W\d_]{3}|\d[-/:.,]\d")
_CAPITALS = re.compile(r"\b[^\W\d_]{3,}\b")
_UNDOTTED = str.maketrans("ÅÄÖ", "AAO")
_LONE_ONE = re.compile(r"\W*1\W*")

LONG_NUMBER = 3
"""Digits in a row that are a number even inside a word (`KS2015/123`, `2013/14:FiU1`)."""


def allowed(before: str, after: str) -> bool:
    """Whether a reading `after` may replace the stretch `before`."""
    if before == after:
        return True
    if _ADDRESS.search(before):
        return False
    if _joints(before) != _joints(after):
        return False
    if _gained(before, after, _STRAIGHT) * _gained(before, after, _CURLY) < 0:
        # Both kinds are printed, and each is read as itself more often than as the other.
        return False
    if _abbreviations(before) != _abbreviations(after):
        return False
    old, new = _DIGITS.findall(before), _DIGITS.findall(after)
    if old == new:
        return True
    if _LONE_ONE.fullmatch(before):
        # A lone `1` may be the word `i`; any other number stays what it is.
        return after.strip('.,;:()”"').lower() == "i"
    if not _LETTER.search(before):
        return False
    longest = max(map(len, old), default=0)
    if longest >= LONG_NUMBER:
        return False
    return len("".join(new)) <= len("".join(old))


def _gained(before: str, after: str, mark: re.Pattern[str]) -> int:
    return len(mark.findall(after)) - len(mark.findall(before))


def _joints(text: str) -> list[str]:
    """What joins words or numbers in `text`; whether a dash is long or short does not count."""
    return _JOINT.findall(text.replace("–", "-"))


def _abbreviations(text: str) -> list[str]:
    """The words of `text` that are all capitals, without their dots and rings."""
    if text.islower():
        return []
    return [w.translate(_UNDOTTED) for w in _CAPITALS.findall(text) if w.isupper()]
