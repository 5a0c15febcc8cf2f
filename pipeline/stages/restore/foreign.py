"""Passages in other languages: what looks misread there is not."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

_SCANDINAVIAN = re.compile(r"\b(?:og|ikke|af|jeg|også|være|blev)\b")
_ENGLISH = re.compile(
    r"\b(?:the|of|and|with|from|this|that|our|their|which|was|were|been|being|have|had|you|your|we"
    r"|they|them|its|he|she|her|what|when|where|why|how|would|should|could|can|cannot|shall|there"
    r"|these|those|but|because|about|into|than|then|more|most|any|only|other|did|does|yes|or|to)\b"
)
"""Common English words that are not Swedish."""

SCANDINAVIAN_SHARE = 1 / 600
"""Danish or Norwegian function words a character: more is no misread Swedish."""

ENGLISH_SHARE = 1 / 200
"""English function words a character, likewise."""

FEWEST = 3

NEAR, HITS = 50, 2
"""English function words that stand within so many characters of an English word."""


def is_scandinavian(lower: str) -> bool:
    """Whether a good part of a text (lower case) is Danish or Norwegian."""
    found = len(_SCANDINAVIAN.findall(lower))
    return found >= FEWEST and found > SCANDINAVIAN_SHARE * len(lower)


def is_english(lower: str) -> bool:
    """Whether a good part of a text (lower case) is English."""
    found = len(_ENGLISH.findall(lower))
    return found >= FEWEST and found > ENGLISH_SHARE * len(lower)


@dataclass(frozen=True)
class English:
    """Where a page has English function words, in order."""

    places: tuple[int, ...]

    @classmethod
    def in_text(cls, text: str) -> English:
        """Look through `text`."""
        return cls(tuple(match.start() for match in _ENGLISH.finditer(text.lower())))

    def surrounds(self, start: int, end: int) -> bool:
        """Whether `text[start:end]` stands in an English passage."""
        low = bisect_left(self.places, start - NEAR)
        return bisect_right(self.places, end + NEAR) - low >= HITS
