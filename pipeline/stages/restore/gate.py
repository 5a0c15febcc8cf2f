"""Is a stretch of text damaged at all? Decided from its words alone, twice.

`suspect` is cheap and lets clean text pass without a second look; `confirms` looks at what the
repair would do: damage shows as unknown words that small changes turn into known ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.stages.restore.foreign import is_english, is_scandinavian
from pipeline.stages.restore.words import words_of

UNKNOWN_SHARE = 0.035
"""Clean official prose holds fewer unknown words than this on most pages, damaged on none."""

STRANGE_SHARE = 0.12
"""More unknown words than this are worth a look whatever they are."""

HOPELESS_SHARE = 0.75
"""With more unknown words (of three letters and more) no Swedish can be told from the rest."""

MISREAD_SHARE = 0.008
"""Unknown words that lack only their dots and rings, as a share of all words."""

LETTER_SHARES = {"å": 0.013, "ä": 0.019, "ö": 0.016}
"""How often the letters stand in clean official prose, of all letters."""

CURED_SHARE = 0.03
"""Unknown words that the repair turns into known ones, as a share of all words."""

ILLEGIBLE_SHARE, FEWEST_LONG = 0.3, 20
"""Unknown words of three letters and more that only a hardly legible page has, of so many."""

FEWEST = 3
SWEDISH_SHARE = 0.75
"""Known words that a page must have once repaired: less is another language, or no language."""

_FOLD = str.maketrans("åäàáâãæöøôóòõœéèêëüí", "a" * 7 + "o" * 7 + "eeeeui")


def fold(text: str) -> str:
    """`text` without dots, rings and accents, letter for letter."""
    return text.translate(_FOLD)


@dataclass(frozen=True)
class Gate:
    """Knows the words of the lexicon, as they are and folded."""

    words: frozenset[str] | dict[str, int]
    folded: frozenset[str]

    @classmethod
    def of(cls, words: dict[str, int]) -> Gate:
        """Build from a lexicon (lower case)."""
        return cls(words, frozenset(fold("\n".join(words)).split("\n")))

    def suspect(self, text: str) -> bool:
        """Whether `text` may be damaged."""
        lower = text.lower()
        counts = Counter(words_of(lower))
        total = sum(counts.values())
        unknown = {word: n for word, n in counts.items() if word not in self.words}
        amount = sum(unknown.values())
        if amount < FEWEST or amount < UNKNOWN_SHARE * total:
            return False
        long = sum(n for word, n in counts.items() if len(word) > 2)
        if sum(n for word, n in unknown.items() if len(word) > 2) > HOPELESS_SHARE * long:
            return False
        if is_scandinavian(lower):
            return False
        if amount > STRANGE_SHARE * total:
            return True
        misread = sum(n for word, n in unknown.items() if fold(word) in self.folded)
        return misread >= max(FEWEST, MISREAD_SHARE * total) or self._lacks_letter(lower)

    def illegible(self, text: str) -> bool:
        """Whether `text` is Swedish, as far as one can tell, and hardly to be read."""
        lower = text.lower()
        long = [word for word in words_of(lower) if len(word) > 2]
        unknown = sum(word not in self.words for word in long)
        return (
            len(long) >= FEWEST_LONG
            and unknown > ILLEGIBLE_SHARE * len(long)
            and not is_scandinavian(lower)
            and not is_english(lower)
        )

    @staticmethod
    def _lacks_letter(lower: str) -> bool:
        letters = sum(map(str.isalpha, lower))
        return any(
            share * letters > 8 and lower.count(letter) < 0.2 * share * letters
            for letter, share in LETTER_SHARES.items()
        )

    def confirms(self, text: str, repairs: Iterable[tuple[str, str]]) -> bool:
        """Whether `repairs` (before, after) on `text` are those of damage.

        A repair counts where it leaves no unknown word of those it met; each is counted once.
        """
        words = words_of(text.lower())
        cured = 0
        for before, after in set(repairs):
            cured += any(word not in self.words for word in words_of(before.lower())) and all(
                word in self.words for word in words_of(after.lower())
            )
        swedish = sum(word in self.words for word in words) + cured
        total = len(words)
        return cured >= max(FEWEST, CURED_SHARE * total) and swedish > SWEDISH_SHARE * total
