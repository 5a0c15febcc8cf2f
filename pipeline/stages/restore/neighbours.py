"""Words of the lexicon that look like a misread word: glyph classes folded, one letter off.

Letters that scans confuse are folded into one; then, as in Garbe's symmetric deletion, two words
are neighbours when they agree once at most one letter is left out of each.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHORTEST, LONGEST = 5, 24
"""Letters of the words that are looked up; shorter ones have too many neighbours."""

_CLASSES = {
    "a": "åäàáâãæ", "o": "öøôóòõœeéèêëc60", "i": "ltj1íìîï!|]", "n": "uüúù", "h": "b",
}  # fmt: skip
_GLYPHS = str.maketrans({g: key for key, glyphs in _CLASSES.items() for g in glyphs})


def shapes(word: str) -> Iterator[int]:
    """Hashes of `word` (lower case) with its glyphs folded: whole, and without each letter."""
    folded = word.translate(_GLYPHS).replace("rn", "m").replace("in", "m")
    yield zlib.crc32(folded.encode())
    for place in range(len(folded)):
        if place == 0 or folded[place] != folded[place - 1]:
            yield zlib.crc32((folded[:place] + folded[place + 1 :]).encode())


def index(words: list[str]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Sorted shape hashes and, for each, the place of its word in `words`."""
    keys, places = [], []
    for place, word in enumerate(words):
        if SHORTEST <= len(word) <= LONGEST:
            for shape in set(shapes(word)):
                keys.append(shape)
                places.append(place)
    order = np.argsort(np.array(keys, dtype=np.uint32), kind="stable")
    return np.array(keys, dtype=np.uint32)[order], np.array(places, dtype=np.uint32)[order]


@dataclass(frozen=True)
class Neighbours:
    """The index of a lexicon, and its words by frequency."""

    keys: NDArray[np.uint32]
    places: NDArray[np.uint32]
    words: list[str]

    def of(self, word: str, limit: int) -> list[str]:
        """At most `limit` words that look like `word` (lower case), the most frequent first."""
        if not SHORTEST <= len(word) <= LONGEST:
            return []
        wanted = np.array(list(set(shapes(word))), dtype=np.uint32)
        low = np.searchsorted(self.keys, wanted, "left")
        high = np.searchsorted(self.keys, wanted, "right")
        found = {int(p) for a, b in zip(low, high, strict=True) for p in self.places[a:b]}
        return [self.words[place] for place in sorted(found)[:limit]]
