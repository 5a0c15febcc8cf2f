"""Reading a PDF's text layer: words with boxes in reading order, and their roles on the page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from pipeline.config import ExtractConfig
from pipeline.errors import DocumentError
from pipeline.stages.extract.assemble import assemble
from pipeline.stages.extract.glyphs import Interpreter, Recorder, page_size
from pipeline.stages.extract.margins import Side, mark_margins
from pipeline.stages.extract.pdf_failures import (
    Broken,
    Encrypted,
    NoPages,
    PageFailed,
    PagesLost,
    TooManyPages,
)
from pipeline.stages.extract.reading import Reading
from pipeline.stages.extract.roles import body_look
from pipeline.stages.extract.sheet import Sheet, read_sheet

# pdfminer logs every oddity of a file, thousands in some; what matters is raised or measured here.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)


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
        try:
            document = PDFDocument(PDFParser(file), password="")
        except MemoryError:
            raise
        except PDFEncryptionError as error:
            raise Encrypted(f"the file asks for a password ({type(error).__name__})") from error
        except Exception as error:
            # pdfminer meets broken files with errors of every class.
            raise Broken(f"cannot be opened: {type(error).__name__}: {error}") from error
        manager = PDFResourceManager()
        recorder = Recorder(manager)
        interpreter = Interpreter(manager, recorder)
        sheets = [
            _read_page(page, number, interpreter, recorder, config, issues)
            for number, page in _pages(document, config, issues)
        ]
    _lay_out(sheets, issues)
    raw, pages = assemble(sheets)
    return Reading(raw, pages, tuple(issue.issue() for issue in issues))


def _pages(
    document: PDFDocument, config: ExtractConfig, issues: list[DocumentError]
) -> Iterator[tuple[int, PDFPage]]:
    """Number the pages from 1, up to `config.max_pages`."""
    number = 0
    pages = PDFPage.create_pages(document)
    while True:
        try:
            page = next(pages, None)
        except MemoryError:
            raise
        except Exception as error:
            if not number:
                raise Broken(f"no page can be found: {type(error).__name__}: {error}") from error
            issues.append(PagesLost(f"the list of pages breaks off after page {number}"))
            return
        if page is None:
            break
        if number == config.max_pages:
            issues.append(TooManyPages(f"only the first {number} pages are read"))
            return
        number += 1
        yield number, page
    if not number:
        raise NoPages("the file has no pages")


def _read_page(
    page: PDFPage,
    number: int,
    interpreter: Interpreter,
    recorder: Recorder,
    config: ExtractConfig,
    issues: list[DocumentError],
) -> Sheet:
    """Read one page; a page that fails becomes an empty one, as part of its text is worse."""
    try:
        interpreter.process_page(page)
        return read_sheet(recorder.canvas, number, config, issues)
    except MemoryError:
        raise
    except Exception as error:
        issues.append(PageFailed(f"{type(error).__name__}: {error}", page=number))
        return Sheet(number, *page_size(page))


def _lay_out(sheets: list[Sheet], issues: list[DocumentError]) -> None:
    """Give every sheet its blocks: running heads need all pages, headings the usual type."""
    mark_margins(
        [
            Side.of(sheet.number, (sheet.width, sheet.height), frame, segments)
            for sheet in sheets
            for frame, segments in sheet.parts
            if frame.is_upright
        ]
    )
    for sheet in sheets:
        try:
            sheet.arrange()
        except MemoryError:
            raise
        except Exception as error:
            issues.append(PageFailed(f"{type(error).__name__}: {error}", page=sheet.number))
            sheet.blocks = []
    look = body_look(block for sheet in sheets for _, block in sheet.blocks)
    for sheet in sheets:
        sheet.finish(look)
