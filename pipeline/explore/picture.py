"""The picture of one excerpt, drawn by a child process that a broken file may not hang."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.report.images import crops
from pipeline.stages.extract.child import Child

_DEADLINE_S = 60.0
_MEMORY_MIB = 2048


def excerpt(path: Path, page: int, boxes: Sequence[Sequence[float]]) -> bytes:
    """Draw the lines in `boxes` (points from the top left), marked, as a WebP file.

    Raises:
        DocumentError: the file is gone, or the page cannot be drawn.
    """
    child = Child(_MEMORY_MIB)
    lines = tuple(tuple(box) for box in boxes)
    try:
        return child.call(crops, path, page, [lines], deadline_s=_DEADLINE_S)[0]
    finally:
        child.close()
