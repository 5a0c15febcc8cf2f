"""A page as the tagger reads it: white space folded, every character traced to its origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.restore.alphabet import code_points

_NEWLINE, _SPACE = 10, 32
_BLANKS = np.array([9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 0x85, 0xA0, 0x2028, 0x2029])


@dataclass(frozen=True)
class FoldedPage:
    """Text with every run of white space as one blank or, where it breaks the line, one newline.

    Attributes:
        text: the folded text, without white space at its ends.
        starts: for each character of `text`, its offset in the source; one more at the end.
    """

    text: str
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, source: str) -> FoldedPage:
        """Fold `source`."""
        points = code_points(source)
        blank = np.isin(points, _BLANKS)
        if blank.all():
            return cls("", np.zeros(1, dtype=np.int64))
        solid = np.flatnonzero(~blank)
        first, last = int(solid[0]), int(solid[-1]) + 1
        runs_on = blank & np.r_[False, blank[:-1]]
        kept = np.flatnonzero(~runs_on[first:last]) + first
        folded = points[kept].copy()
        newline = np.add.reduceat(((points == _NEWLINE) | (points == 13)).astype(np.int64), kept)
        is_blank = blank[kept]
        folded[is_blank] = np.where(newline[is_blank] > 0, _NEWLINE, _SPACE)
        text = folded.tobytes().decode("utf-32-le", "surrogatepass")
        return cls(text, np.r_[kept, last].astype(np.int64))

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters `start` to `end` of the folded text stand in the source."""
        return int(self.starts[start]), int(self.starts[end])
