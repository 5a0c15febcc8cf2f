"""Slips of the pen in sentences that are learned from: real ones have them, invented ones not."""

from __future__ import annotations

import hashlib
import random
import re

WORD = re.compile(r"[a-zåäöé]{5,}")
"""Lower case: names and abbreviations stay."""
SHARE = 0.15
"""Of the words that get a slip."""
ALIKE = {"å": "a", "ä": "a", "ö": "o", "é": "e", "a": "ä", "o": "ö", "e": "ä"}


def misspelt(text: str, share: float) -> str:
    """Return the text as it is, or with a slip in about one long word of seven: always the same.

    `share` of all texts have slips, 0 to 1. A slip swaps two letters, leaves one out, doubles one
    or takes one for another that looks alike; the first letter stays.
    """
    chance = random.Random(hashlib.sha256(text.encode()).digest())
    if chance.random() >= share:
        return text
    return WORD.sub(lambda found: _slip(found[0], chance), text)


def _slip(word: str, chance: random.Random) -> str:
    if chance.random() >= SHARE:
        return word
    at = chance.randrange(1, len(word) - 1)
    before, here, after = word[:at], word[at], word[at + 1 :]
    slips = (
        before + after[0] + here + after[1:],
        before + after,
        before + 2 * here + after,
        before + ALIKE.get(here, here) + after,
    )
    return chance.choice(slips)
