"""What the character tagger sees and says: an input alphabet and a list of outputs.

An output is a string that takes the place of one character; `KEEP` inside it stands for the
character itself, so that "insert a full stop behind" is one output whatever stands there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

KEEP = "\0"
PAD, UNKNOWN = 0, 1
"""Input ids that no character has; characters count from 2."""


def code_points(text: str) -> NDArray[np.uint32]:
    """The numbers of a text's characters."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


@dataclass(frozen=True)
class Alphabet:
    """Characters that the tagger knows and outputs that it may choose; output 0 is `KEEP`."""

    characters: str
    outputs: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of input ids."""
        return len(self.characters) + 2

    @cached_property
    def _table(self) -> NDArray[np.int64]:
        table = np.full(0x2200, UNKNOWN, dtype=np.int64)
        for number, character in enumerate(self.characters):
            table[ord(character)] = number + 2
        return table

    @cached_property
    def output_ids(self) -> dict[str, int]:
        """Output string -> class number."""
        return {output: number for number, output in enumerate(self.outputs)}

    def encode(self, text: str) -> NDArray[np.int64]:
        """Input ids of `text`, one a code point."""
        points = code_points(text)
        return self._table[np.where(points < len(self._table), points, 0)]

    def profile(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """How often each input id stands in a page, log-scaled: the trace of the page's channel."""
        counts = np.bincount(ids, minlength=self.size).astype(np.float32)
        return np.log1p(1000.0 * counts / max(1, len(ids))).astype(np.float32)
