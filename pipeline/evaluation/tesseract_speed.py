"""How fast Tesseract reads: what repair from the text alone is measured against."""

from __future__ import annotations

import time

from pipeline.config import ExtractConfig
from pipeline.errors import MissingDependencyError
from pipeline.evaluation.ocr_bed import BedPage
from pipeline.stages.extract.render import Raster
from pipeline.stages.extract.scan import Tesseract
from pipeline.training.render import PageLook, available_fonts, draw

TIMED_PAGES = 4
DEADLINE_S = 120.0

_PX, _DPI = 34, 300
"""Print of 8 points, scanned at 300 dots an inch."""


def tesseract_speed(pages: list[BedPage]) -> tuple[float, float]:
    """Words and characters a second of Tesseract with Swedish, as extraction runs it.

    It reads the first `TIMED_PAGES` pages of a bed in clean print: bad scans take it longer.

    Raises:
        MissingDependencyError: Tesseract, its Swedish data or every known font is missing.
    """
    tesseract = Tesseract(ExtractConfig())
    fonts = available_fonts()
    if not fonts:
        raise MissingDependencyError(
            "no font to print a page with", remedy="Run `apt-get install fonts-liberation`."
        )
    look = PageLook(str(fonts[0]), _PX, 0, 0, 0, "gray", 128, 90, 1.3)
    seconds, words, characters = 0.0, 0, 0
    for page in pages[:TIMED_PAGES]:
        image = draw(page.gold.split("\n"), look)
        raster = Raster(image.width, image.height, image.tobytes(), _DPI / 72, blank=False)
        began = time.perf_counter()
        tesseract.read(raster, DEADLINE_S)
        seconds += time.perf_counter() - began
        words += len(page.gold.split())
        characters += len(page.gold)
    return words / seconds, characters / seconds
