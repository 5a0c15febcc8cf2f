"""A lexicon and a word trigram model as plain arrays: hashed n-grams, counts in one byte.

Counts are stored as `round(log2(count) * 8)`; n-grams as sorted 32-bit hashes, so that one
unseen n-gram in some thousand is taken for a seen one. Probabilities back off as in Brants et
al. 2007 ("stupid backoff"): relative frequency where the n-gram is known, else 0.4 times the
shorter one's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LOG_STEPS = 8.0
BACKOFF = float(np.log(0.4))
UNKNOWN_WORD = -1
COMMON = 2.0
"""Natural logarithm of the count that a part of a compound must have."""

Ids = NDArray[np.int64]


def hash_ngram(*ids: Ids) -> NDArray[np.uint32]:
    """Mix word ids (arrays of one shape) into 32-bit hashes; the order of words matters."""
    mixed = np.zeros(np.shape(ids[0]), dtype=np.uint64)
    for part in ids:
        mixed = (mixed ^ np.asarray(part).astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return (mixed >> np.uint64(32)).astype(np.uint32)


def pack_counts(counts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Counts as one byte each (see the module's text)."""
    return np.clip(np.round(np.log2(counts) * LOG_STEPS), 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Ngrams:
    """Sorted hashes of n-grams and their packed counts."""

    keys: NDArray[np.uint32]
    counts: NDArray[np.uint8]

    def log_counts(self, keys: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Natural logarithm of each n-gram's count; minus infinity for those not known."""
        # In sorted order neighbouring searches touch the same memory: three times as fast.
        order = np.argsort(keys)
        ordered = keys[order]
        places = np.minimum(np.searchsorted(self.keys, ordered), len(self.keys) - 1)
        logs = self.counts[places] * (np.log(2.0) / LOG_STEPS)
        result = np.empty(len(keys))
        result[order] = np.where(self.keys[places] == ordered, logs, -np.inf)
        return result


@dataclass(frozen=True)
class LanguageModel:
    """Word ids by frequency, and how likely words are after others.

    Attributes:
        ids: word -> id; lower case.
        unigrams: packed count of each id.
        total: number of tokens counted.
    """

    ids: dict[str, int]
    unigrams: NDArray[np.uint8]
    bigrams: Ngrams
    trigrams: Ngrams
    total: float

    @classmethod
    def load(cls, folder: Path) -> LanguageModel:
        """Map the arrays of `folder` into memory; errors as the file system gives them."""

        def array(name: str) -> NDArray[np.generic]:
            return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))

        words = (folder / "lexicon.txt").read_text(encoding="utf-8").split("\n")
        unigrams = np.asarray(array("unigrams"), dtype=np.uint8)
        return cls(
            dict(zip(words, range(len(words)), strict=True)),
            unigrams,
            Ngrams(array("bigram_keys"), array("bigram_counts")),  # type: ignore[arg-type]
            Ngrams(array("trigram_keys"), array("trigram_counts")),  # type: ignore[arg-type]
            float(np.exp2(unigrams / LOG_STEPS).sum()),
        )

    @cached_property
    def common(self) -> frozenset[str]:
        """Words that are frequent enough to be the parts of compounds."""
        often = (self.unigrams * (np.log(2.0) / LOG_STEPS) >= COMMON).tolist()
        return frozenset(word for word, number in self.ids.items() if often[number])

    def log_count(self, word: str) -> float:
        """Natural logarithm of a word's count, minus infinity for an unknown word."""
        number = self.ids.get(word, UNKNOWN_WORD)
        return -np.inf if number < 0 else float(self.unigrams[number]) * np.log(2.0) / LOG_STEPS

    def word_scores(self, ids: Ids) -> NDArray[np.float64]:
        """Log probability of single words; unknown words as if seen 0.1 times."""
        counts = np.where(ids >= 0, self.unigrams[ids] * (np.log(2.0) / LOG_STEPS), np.log(0.1))
        scores: NDArray[np.float64] = counts - np.log(self.total)
        return scores

    def scores(self, before: Ids, previous: Ids, ids: Ids) -> NDArray[np.float64]:
        """Log score of each word after the two words before it (arrays of one shape)."""
        logs = np.log(2.0) / LOG_STEPS
        result = self.word_scores(ids) + 2 * BACKOFF
        pair = self.bigrams.log_counts(hash_ngram(previous, ids))
        alone = np.where(previous >= 0, self.unigrams[previous] * logs, np.inf)
        usable = np.isfinite(pair) & (ids >= 0) & (previous >= 0)
        result = np.where(usable, pair - alone + BACKOFF, result)
        triple = self.trigrams.log_counts(hash_ngram(before, previous, ids))
        context = self.bigrams.log_counts(hash_ngram(before, previous))
        usable &= np.isfinite(triple) & np.isfinite(context) & (before >= 0)
        with np.errstate(invalid="ignore"):
            return np.where(usable, triple - context, result)
