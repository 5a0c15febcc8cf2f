"""Words as the lexicon and the language model count them."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W\d_]+(?:[-'’:][^\W\d_]+)*")
"""A word: letters, with single hyphens, apostrophes or colons inside (`EU:s`, `barn-familj`)."""

_MODEL_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’:][^\W\d_]+)*|\d+|[.!?;]")

NUMBER, STOP = "0", "."
"""What stands in the language model for any number, and for the end of a sentence."""


def words_of(lower: str) -> list[str]:
    """The words of a lower-case text, in order."""
    return [lower] if lower.isalpha() else WORD.findall(lower)


def model_tokens(text: str) -> list[str]:
    """Lower-cased words, `NUMBER` for digits and `STOP` for what ends a sentence, in order."""
    lower = text.lower()
    if lower.isalpha():
        return [lower]
    return [
        token if token[0].isalpha() else NUMBER if token[0].isdigit() else STOP
        for token in _MODEL_TOKEN.findall(lower)
    ]
