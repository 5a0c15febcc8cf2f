"""Swedish compounds: words that no lexicon lists but that its words make up."""

from __future__ import annotations

from collections.abc import Callable

SHORTEST_HEAD, SHORTEST_TAIL = 3, 4
COMMON_HEAD, COMMON_TAIL = 2.0, 2.0
"""Natural logarithms of the counts that the parts of a compound must have."""

LINKS = ("", "s", "-")
"""What may stand between head and tail, besides nothing."""


def is_compound(word: str, log_count: Callable[[str], float]) -> bool:
    """Whether `word` (lower case) splits into a known head, a link and a known tail.

    Args:
        word: lower case.
        log_count: natural logarithm of a word's count, minus infinity for unknown words.
    """
    for cut in range(SHORTEST_HEAD, len(word) - SHORTEST_TAIL + 1):
        if log_count(word[cut:]) < COMMON_TAIL:
            continue
        head = word[:cut]
        for link in LINKS:
            stem = head[: len(head) - len(link)]
            if head.endswith(link) and len(stem) >= 3 and log_count(stem) >= COMMON_HEAD:
                return True
    return False
