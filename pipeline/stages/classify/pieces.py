"""What a fine-tuned encoder reads of an example: the one encoding, in training and at run time.

`[CLS] heading [SEP] before [SEP] sentence [SEP] after [SEP]`: in the order of the document, as the
encoder saw text when it was pre-trained. The sentence is read in full if it can be; of its
neighbours what stands next to it, and of the one before also its opening, which tells who acts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from tokenizers import Tokenizer

from pipeline.stages.classify.examples import Example

N_MARKS = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """How many word pieces are read at most, of all and of each part.

    Where `total` is too little for all, what comes after is cut first, then what is before: between
    its first `opening` pieces (no more than half of what is left of it) and its end.
    """

    total: int = 128
    text: int = 96
    heading: int = 12
    before: int = 20
    opening: int = 8
    after: int = 8

    def within(self, total: int) -> Limits:
        """These limits for an encoder that reads no more than `total` pieces."""
        total = min(total, self.total)
        return replace(self, total=total, text=min(self.text, total - N_MARKS))


class Encoded(NamedTuple):
    """An example as piece numbers; the sentence itself is `ids[start:stop]`, never empty."""

    ids: list[int]
    start: int
    stop: int


class PieceReader:
    """Encodes examples; `opens` and `closes` are the numbers of [CLS] and [SEP]."""

    def __init__(self, tokenizer: Tokenizer, opens: int, closes: int, limits: Limits) -> None:
        self._tokenizer = tokenizer
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._opens, self._closes, self.limits = opens, closes, limits

    def __call__(self, examples: Sequence[Example]) -> list[Encoded]:
        """Encode examples; each text is cut into pieces once, however often it is a neighbour."""
        texts = dict.fromkeys(
            text for e in examples for text in (e.heading, e.before, e.text, e.after)
        )
        found = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        pieces = {text: one.ids for text, one in zip(texts, found, strict=True)}
        return [
            self._joined(*(pieces[text] for text in (e.heading, e.before, e.text, e.after)))
            for e in examples
        ]

    def _joined(
        self, heading: list[int], before: list[int], text: list[int], after: list[int]
    ) -> Encoded:
        limits, mark = self.limits, self._closes
        # Without a piece of its own (a sentence of white space) the mark behind it is read.
        text = text[: limits.text] or [mark]
        room = limits.total - N_MARKS - len(text)
        heading = heading[: min(limits.heading, room)]
        room -= len(heading)
        before = self._cut(before, min(limits.before, room))
        room -= len(before)
        after = after[: min(limits.after, room)]
        start = len(heading) + len(before) + 3
        ids = [self._opens, *heading, mark, *before, mark, *text, mark, *after, mark]
        return Encoded(ids, start, start + len(text))

    def _cut(self, before: list[int], most: int) -> list[int]:
        if len(before) <= most:
            return before
        opening = min(self.limits.opening, most // 2)
        return before[:opening] + before[len(before) - (most - opening) :]
