"""Swedish compounds: words that no lexicon lists but that its words make up."""

from __future__ import annotations

from collections.abc import Container

SHORTEST_HEAD, SHORTEST_TAIL = 3, 4

LINKS = ("", "s", "-")
"""What may stand between head and tail, besides nothing."""


def is_compound(word: str, parts: Container[str]) -> bool:
    """Whether `word` (lower case) splits into a head, a link and a tail.

    Args:
        word: lower case.
        parts: words that heads and tails may be.
    """
    for cut in range(SHORTEST_HEAD, len(word) - SHORTEST_TAIL + 1):
        if word[cut:] not in parts:
            continue
        head = word[:cut]
        for link in LINKS:
            stem = head[: len(head) - len(link)]
            if head.endswith(link) and len(stem) >= SHORTEST_HEAD and stem in parts:
                return True
    return False
