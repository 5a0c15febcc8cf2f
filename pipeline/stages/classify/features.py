"""Words, word pairs and character n-grams: what the linear model weighs.

Features are strings: `w:` a word, `b:` two words in a row, `c:` 3 to 5 characters of a word with
its borders, and the words of the neighbours and the heading under `<`, `>` and `#`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pipeline.stages.classify.examples import Example

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:-[^\W\d_]+)*|[%?!:;§]")
_CLAUSE_END = re.compile(r"\b(?:samt|medan|men|dessutom)\b|;|, (?:och|vilk[ae]t?|varav)\b")
MIN_CLAUSE_WORDS = 3
SHORTEST, LONGEST = 3, 5
MAX_WORD = 40
"""Longer tokens are runs of glyphs, not words: they give no character features."""

Piece = str | tuple[str, str]
"""A word, or two in a row."""
KINDS = ("w:", "b:", "<", ">", "#")
"""Words and pairs of the sentence; words of what is before, after and above it."""


@lru_cache(maxsize=8192)  # a sentence is also its neighbours' neighbour
def tokens(text: str) -> tuple[str, ...]:
    """Return words in lower case, every number as `0`, and the marks that carry meaning."""
    return tuple("0" if t[0].isdigit() else t for t in _TOKEN.findall(text.lower()))


def clauses(text: str) -> list[str]:
    """Return the clauses and list halves of a sentence that has at least two; else none."""
    parts = [part for part in _CLAUSE_END.split(text) if len(part.split()) >= MIN_CLAUSE_WORDS]
    return parts if len(parts) > 1 else []


def parts(example: Example) -> tuple[tuple[str, str], ...]:
    """Return mark and text of what an example is made of; the sentence's own mark is empty."""
    around = ("<", example.before), (">", example.after), ("#", example.heading)
    return ("", example.text), *around


def pieces(mark: str, text: str) -> Iterator[tuple[str, Iterable[Piece]]]:
    """Yield each of `KINDS` that a part has, with its pieces: words, and of the sentence pairs."""
    words = tokens(text)
    yield mark or "w:", words
    if not mark:
        yield "b:", zip(("^", *words), (*words, "$"), strict=True)


def features_of(kind: str, piece: Piece) -> tuple[str, ...]:
    """Return what a piece stands for: itself, and character n-grams of a sentence's word."""
    if not isinstance(piece, str):
        return (f"{kind}{' '.join(piece)}",)
    itself = kind + piece
    if kind != "w:" or not 1 < len(piece) <= MAX_WORD:
        return (itself,)
    bordered = f" {piece} "
    return itself, *(
        f"c:{bordered[i : i + size]}"
        for size in range(SHORTEST, LONGEST + 1)
        for i in range(len(bordered) - size + 1)
    )
