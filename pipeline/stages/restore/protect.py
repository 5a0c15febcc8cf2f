"""What repair must not touch: numbers, dates, case numbers, addresses of mail and web."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"@|://|www\.", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_LETTER = re.compile(r"[^\W\d_]")
_LONE_ONE = re.compile(r"\W*1\W*")

LONG_NUMBER = 3
"""Digits in a row that are a number even inside a word (`KS2015/123`, `2013/14:FiU1`)."""


def allowed(before: str, after: str) -> bool:
    """Whether a reading `after` may replace the stretch `before`."""
    if before == after:
        return True
    if _ADDRESS.search(before):
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
