"""Reading a PDF's text layer: words with boxes in reading order, and their roles on the page."""

from __future__ import annotations

import itertools
import logging
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from pipeline.config import ExtractConfig
from pipeline.document import Page, PageSource, Region, Word
from pipeline.errors import DocumentError, Issue
from pipeline.stages.extract.glyphs import UNKNOWN, Canvas, Interpreter, Recorder
from pipeline.stages.extract.layout import Block, arrange
from pipeline.stages.extract.margins import Face, mark_margins
from pipeline.stages.extract.overprint import visible_first
from pipeline.stages.extract.pdf_failures import (
    Broken,
    DoubleText,
    Encrypted,
    GarbageText,
    NoPages,
    PageFailed,
    PagesLost,
    TextOnScan,
    TooManyPages,
)
from pipeline.stages.extract.reading import Reading
from pipeline.stages.extract.roles import body_look, join_columns, mark_headings
from pipeline.stages.extract.segments import Frame, Segment, frames
from pipeline.stages.extract.glyphs import Rule

# pdfminer logs every oddity of a file, thousands in some; what matters is raised or measured here.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

_GARBAGE_SHARE = 0.3  # of a page's characters
_FEWEST_VOWELS = 0.15  # of a page's Latin letters; Swedish has 0.38, misread by OCR 0.3
_ENOUGH_LETTERS = 100  # to judge by vowels
_WHOLE_PAGE = 0.6  # share of the page that a scan's picture covers
_FEW_CHARACTERS = 150  # visible text on a scan that is no text layer but a stamp


@dataclass
class _Sheet:
    """A page between parsing and laying out."""

    number: int
    width: float
    height: float
    hidden: bool = False
    parts: list[tuple[Frame, list[Segment]]] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    blocks: list[tuple[Frame, Block]] = field(default_factory=list)


def read_pdf(path: Path, config: ExtractConfig) -> Reading:
    """Read the text layer of a PDF.

    Boxes are in points from the top left of the page as it is shown (crop box, rotation). Lines
    are joined by a line feed, blocks and pages by two, cells of a table's row by a tab; all else
    in `raw` stands in a word. Pages without usable text have `start == end`.

    Raises:
        Encrypted, Broken, NoPages: nothing can be read.
    """
    issues: list[DocumentError] = []
    with path.open("rb") as file:
        document = _open(PDFParser(file))
        sheets = [_read(page, number, config, issues) for number, page in _pages(document, config, issues)]
