"""Hide Swedish personal identity numbers in what is exported; offsets stay as they are."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

_NUMBER = re.compile(
    r"(?<!\d)((?:18|19|20)?\d{2})(\d{2})(\d{2})"
    r"(\s*[-+\u2010-\u2013\u2212]\s*|\s{0,3})(\d{4})(?!\d)"
)
MASK = "•"


def mask(text: str) -> str:
    """Replace the digits of personal and coordination numbers by bullets, one for one.

    Only numbers with a possible date and a right check digit (Luhn) are taken for one.
    """
    return _NUMBER.sub(_hidden, text)


def mask_all(value: Any) -> Any:
    """Mask every text in a structure of lists and dicts; keys stay."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [mask_all(item) for item in value]
    if isinstance(value, dict):
        return {key: mask_all(item) for key, item in value.items()}
    return value


def _hidden(match: re.Match[str]) -> str:
    year, month, day, _, rest = match.groups()
    if not _is_date(year[-2:], month, day) or not _luhn(year[-2:] + month + day + rest):
        return match.group()
    return re.sub(r"\d", MASK, match.group())


def _is_date(year: str, month: str, day: str) -> bool:
    number = int(day) - 60 if int(day) > 60 else int(day)  # coordination numbers add 60
    try:
        date(2000 + int(year), int(month), number)  # 1900 was no leap year, but 29/2 is hidden too
    except ValueError:
        return int(month) == 2 and number == 29
    return True


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(digits):
        product = int(digit) * (2 - place % 2)
        total += product // 10 + product % 10
    return total % 10 == 0
