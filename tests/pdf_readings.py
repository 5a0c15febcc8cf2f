"""Reading a PDF in a test: what must hold for every reading, and short views of one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from pipeline.config import ExtractConfig
from pipeline.document import Page
from pipeline.stages.extract.pdf import read_pdf
from pipeline.stages.extract.reading import Reading


def read(path: Path, **options: object) -> Reading:
    """Read a file and check what must hold for every reading."""
    reading = read_pdf(path, ExtractConfig(**options))  # type: ignore[arg-type]
    covered = np.zeros(len(reading.raw), dtype=bool)
    for page in reading.pages:
        assert page.start <= page.end
        for word in page.words:
            assert page.start <= word.start < word.end <= page.end
            assert not covered[word.start : word.end].any()
            covered[word.start : word.end] = True
            box = word.box
            assert box.x0 < box.x1 and box.y0 < box.y1
        for left, right in pairwise(page.regions):
            assert left.end <= right.start
    between = {char for char, inside in zip(reading.raw, covered, strict=True) if not inside}
    assert all(char.isspace() for char in between), between
    assert not any(char.isspace() for word in words(reading) for char in word)
    return reading


def words(reading: Reading) -> list[str]:
    return [reading.raw[w.start : w.end] for page in reading.pages for w in page.words]


def regions(reading: Reading, kind: str) -> list[str]:
    return [
        reading.raw[region.start : region.end]
        for page in reading.pages
        for region in page.regions
        if region.kind == kind
    ]


def codes(reading: Reading) -> list[tuple[str, int | None]]:
    return [(issue.code, issue.page) for issue in reading.issues]


def flat(text: str) -> str:
    return " ".join(text.split())


def assert_boxes_hold_the_ink(path: Path, page: Page, *, outside_share: float = 0.005) -> None:
    """Every word's box holds ink, and next to no ink stands outside the boxes."""
    scale = 3
    shown = pypdfium2.PdfDocument(path)[page.number - 1].render(scale=scale).to_numpy()
    ink = shown.reshape(*shown.shape[:2], -1).min(axis=2) < 128
    assert ink.shape == pytest.approx((page.height * scale, page.width * scale), abs=2)
    outside = ink.copy()
    for word in page.words:
        x0, y0, x1, y1 = (
            max(0, round(scale * (value + pad)))
            for value, pad in zip(
                (word.box.x0, word.box.y0, word.box.x1, word.box.y1), (-1, -1, 1, 1), strict=True
            )
        )
        assert ink[y0:y1, x0:x1].mean() > 0.02, word
        outside[y0:y1, x0:x1] = False
    assert ink.any() and outside.sum() < outside_share * ink.sum()
