"""Fold near-duplicate sentences of a document, so that what is said twice counts once."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

LIKE = (4, 5)
"""Share of common words (Jaccard) from which two sentences are taken for one: 4 of 5."""

_WORD = re.compile(r"\w+")


def fold(keys: Sequence[Hashable], texts: Sequence[str]) -> list[int]:
    """Return for each sentence the index of the first one that it repeats (its own, if none).

    Two sentences are one where they share the key, hold the same numbers ("två tjänster" is not
    "tre tjänster": number words differ as words do, digits must agree) and share `LIKE` of their
    words. Chains are followed. The partition does not depend on the order.

    Args:
        keys: what must be equal: document, label, status, scope, year, those credited.
        texts: the sentences, one a key.
    """
    by_key: dict[Hashable, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        by_key[key].append(index)
    first = list(range(len(texts)))
    for indices in by_key.values():
        if len(indices) > 1:
            _fold_group(indices, texts, first)
    return first


def _fold_group(indices: list[int], texts: Sequence[str], first: list[int]) -> None:
    groups: dict[frozenset[str], dict[frozenset[str], int]] = defaultdict(dict)
    for index in indices:
        words = frozenset(_WORD.findall(texts[index].casefold()))
        numbers = frozenset(word for word in words if not word.isalpha())
        first[index] = groups[numbers].setdefault(words, index)
    for group in groups.values():
        if len(group) > 1:
            _join(list(group.items()), first)
    for index in indices:
        first[index] = _root(first, index)


def _join(sets: list[tuple[frozenset[str], int]], first: list[int]) -> None:
    """Link all pairs of sets that are alike; found by prefix filtering (Chaudhuri et al. 2006).

    Sets that share `LIKE` of their words share a word among their few rarest.
    """
    some, of = LIKE
    frequency = Counter(word for words, _ in sets for word in words)
    seen: dict[str, list[tuple[frozenset[str], int]]] = defaultdict(list)
    for words, index in sorted(sets, key=lambda pair: (len(pair[0]), pair[1])):
        rarest = sorted(words, key=lambda word: (frequency[word], word))
        candidates = {}
        for word in rarest[: (of - some) * len(words) // of + 1]:
            candidates.update({other: also for also, other in seen[word]})
            seen[word].append((words, index))
        for other, also in candidates.items():
            common = len(words & also)
            if of * common >= some * (len(words) + len(also) - common):
                low, high = sorted((_root(first, index), _root(first, other)))
                first[high] = low


def _root(first: list[int], index: int) -> int:
    while first[index] != index:
        first[index] = first[first[index]]
        index = first[index]
    return index
