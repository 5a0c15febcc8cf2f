"""Noise as one page's scan makes it: confusions counted page by page, then drawn from.

A page has one channel: what stood for `ä` on one line stands for it on the next. So noise is
drawn from one page's confusions at a time, smoothed by those of its engine language.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from pipeline.stages.restore.alignment import LONGEST_BLOCK, blocks
from pipeline.training.aligned_pages import PagePair

Counts = dict[str, Counter[str]]

SMOOTHING = 4.0
"""Weight of the engine language's confusions, in characters seen on the page."""


def count_confusions(page: PagePair) -> Counts:
    """Count what each printed string of one to three characters was read as."""
    counts: Counts = defaultdict(Counter)
    unread: set[int] = set()
    for block in blocks(page.raw, page.gold):
        printed = page.gold[block.gold_start : block.gold_end]
        read = page.raw[block.raw_start : block.raw_end]
        unread.update(range(block.gold_start, block.gold_end))
        if "\n" in printed + read or max(len(printed), len(read)) > LONGEST_BLOCK:
            continue
        if not printed and block.gold_start:
            before = page.gold[block.gold_start - 1]
            counts[before][before + read] += 1
        elif len(printed) == len(read):
            for one, other in zip(printed, read, strict=True):
                counts[one][other] += 1
        elif len(printed) <= 3:
            counts[printed][read] += 1
    for place, character in enumerate(page.gold):
        if place not in unread:
            counts[character][character] += 1
    for printed in [p for p in counts if len(p) > 1]:
        rest = page.gold.count(printed) - sum(counts[printed].values())
        counts[printed][printed] += max(0, rest)
    return dict(counts)


class NoiseSampler:
    """Draws page channels and applies them to clean text."""

    def __init__(self, pages: Sequence[PagePair], seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._pages = [(page.language, count_confusions(page)) for page in pages]
        self._languages: dict[str, Counts] = {}
        for language, counts in self._pages:
            total = self._languages.setdefault(language, defaultdict(Counter))
            for printed, read in counts.items():
                total[printed].update(read)

    def __call__(self, text: str) -> str:
        """Return `text` as one randomly drawn page's scan would have read it."""
        language, page = self._pages[int(self._random.integers(len(self._pages)))]
        pieces = list(text)
        for printed in sorted(page, key=len):
            if len(printed) > 1:
                self._replace_strings(pieces, text, printed, page)
        characters = np.array(pieces, dtype=object)
        for printed in sorted(set(text) - {"\n"}):
            spots = np.flatnonzero(characters == printed)
            if len(spots):
                strings, weights = self._distribution(printed, page, language)
                characters[spots] = self._random.choice(strings, size=len(spots), p=weights)
        return "".join(characters)

    def _replace_strings(self, pieces: list[str], text: str, printed: str, page: Counts) -> None:
        read = page[printed]
        strings, weights = list(read), np.array(list(read.values()), dtype=float)
        place = text.find(printed)
        while place >= 0:
            drawn = strings[int(self._random.choice(len(strings), p=weights / weights.sum()))]
            if drawn != printed:
                # Two characters in one cell: no single-character confusion touches it again.
                pieces[place : place + len(printed)] = [drawn, *[""] * (len(printed) - 1)]
            place = text.find(printed, place + len(printed))

    def _distribution(
        self, printed: str, page: Counts, language: str
    ) -> tuple[
        np.ndarray[tuple[int], np.dtype[np.object_]], np.ndarray[tuple[int], np.dtype[np.float64]]
    ]:
        own = page.get(printed, Counter())
        general = self._languages[language].get(printed) or Counter({printed: 1})
        scale = SMOOTHING / sum(general.values())
        strings = list(dict.fromkeys([*own, *general]))
        weights = np.array([own[s] + scale * general[s] for s in strings])
        return np.array(strings, dtype=object), weights / weights.sum()
