"""Read a rendered page with Tesseract: a child process with a deadline, words with boxes."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.config import ExtractConfig
from pipeline.document import Box, Region, Word
from pipeline.errors import MissingDependencyError
from pipeline.stages.extract.format_failures import OcrFailed, OcrTimeout

if TYPE_CHECKING:
    from pipeline.stages.extract.render import Raster

_WORD_LEVEL = "5"
_OPTIONS = ("--psm", "1", "-c", "thresholding_method=2")
"""Find the orientation first; tell ink from paper around each pixel (Sauvola). With Tesseract's
own choice, one threshold for the page (Otsu), a noisy scan with only a few lines comes out empty.
"""


@dataclass(frozen=True)
class PageText:
    """A page's text with words and regions in its own offsets; width and height in points."""

    text: str
    width: float
    height: float
    words: tuple[Word, ...]
    regions: tuple[Region, ...]


class Tesseract:
    """Tesseract with one language (several joined by `+`), found when this object is made.

    Raises:
        MissingDependencyError: the program or a language pack is missing; says how to install it.
    """

    def __init__(self, config: ExtractConfig) -> None:
        self._language = config.ocr_language
        self._program = tesseract_with(config.ocr_language)

    def read(self, raster: Raster, deadline_s: float) -> PageText:
        """Read a page; lines end in "\\n", paragraphs in "\\n\\n"; boxes in points.

        Pages that were scanned sideways or upside down are read too; boxes stand on the page as
        it was scanned.

        Raises:
            DocumentError: Tesseract failed or took too long.
        """
        dpi = str(max(70, round(raster.scale * 72)))
        arguments = ["stdin", "stdout", "-l", self._language, "--dpi", dpi, *_OPTIONS, "tsv"]
        try:
            done = subprocess.run(
                [self._program, *arguments],
                input=raster.pgm,
                capture_output=True,
                timeout=deadline_s,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            )
        except subprocess.TimeoutExpired as error:
            raise OcrTimeout(f"stopped after {deadline_s:.3g} seconds") from error
        if done.returncode:
            reason = done.stderr.decode("utf-8", "replace").strip()[-300:]
            raise OcrFailed(f"Tesseract: exit status {done.returncode} {reason}".rstrip())
        return _page_text(done.stdout.decode("utf-8"), raster)


def tesseract_with(language: str) -> str:
    """Return the path of a Tesseract that knows `language`, such as `swe` or `swe+fin`.

    Raises:
        MissingDependencyError: it is not installed, or lacks language data.
    """
    program = shutil.which("tesseract")
    packs = language.split("+")
    command = "apt-get install " + " ".join(
        ["tesseract-ocr", *(f"tesseract-ocr-{pack.replace('_', '-').lower()}" for pack in packs)]
    )
    if not program:
        raise MissingDependencyError("Tesseract is not installed", remedy=f"Run `{command}`.")
    listing = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=60)
    # "osd" is the data that finds a page's orientation; Debian's tesseract-ocr brings it.
    missing = sorted({*packs, "osd"} - set(listing.stdout.split()))
    if missing:
        raise MissingDependencyError(
            f"Tesseract lacks the language data {', '.join(missing)}", remedy=f"Run `{command}`."
        )
    return program


def _page_text(tsv: str, raster: Raster) -> PageText:
    """Put the words of Tesseract's table together, in its order."""
    rows = csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE)
    found = [row for row in rows if row["level"] == _WORD_LEVEL and row["text"].strip()]
    text, words, regions = "", [], []
    for _, paragraph in groupby(found, key=lambda row: (row["block_num"], row["par_num"])):
        text += "\n\n" if text else ""
        start = len(text)
        for _, line in groupby(paragraph, key=lambda row: row["line_num"]):
            text += "\n" if len(text) > start else ""
            for index, row in enumerate(line):
                text += " " if index else ""
                words.append(_word(row, len(text), raster.scale))
                text += row["text"]
        regions.append(Region(start, len(text), "prose"))
    size = raster.width / raster.scale, raster.height / raster.scale
    return PageText(text, *size, tuple(words), tuple(regions))


def _word(row: dict[str, str], start: int, scale: float) -> Word:
    left, top, width, height = (int(row[key]) for key in ("left", "top", "width", "height"))
    box = Box(left / scale, top / scale, (left + width) / scale, (top + height) / scale)
    confidence = min(1.0, max(0.0, float(row["conf"]) / 100))
    return Word(start, start + len(row["text"]), box, confidence)
