"""The extract stage: a file's bytes become raw text, pages and word boxes."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from pipeline.config import ExtractConfig
from pipeline.document import Document, Page
from pipeline.errors import DocumentError, Issue, MissingDependencyError
from pipeline.stages.extract.child import Child
from pipeline.stages.extract.dispatch import read, render_page
from pipeline.stages.extract.failures import NoText, ParseTimeout
from pipeline.stages.extract.format_failures import (
    OcrLate,
    OcrOff,
    OcrTimeout,
    OcrUnavailable,
    PageBlank,
    PageUnread,
)
from pipeline.stages.extract.intake import open_regular
from pipeline.stages.extract.reading import Reading
from pipeline.stages.extract.scan import PageText, Tesseract
from pipeline.stages.extract.splice import splice

_MAX_TIMEOUTS = 3
"""Pages of one document that may run into the deadline before the others are given up."""


class Extract:
    """Reads a file in a child process; pages without text are rendered and read by Tesseract."""

    name = "extract"
    version = "1"

    def __init__(self, config: ExtractConfig) -> None:
        self._config = config
        self._child = Child(config.memory_mib)
        self._tesseract: Tesseract | None = None
        self._swedish: Tesseract | None = None

    def __call__(self, document: Document) -> Document:
        """Add raw text, pages and issues.

        Raises:
            DocumentError: nothing of the file can be read (one subclass a reason).
        """
        path = Path(document.source).absolute()
        open_regular(path, self._config.max_bytes).close()
        reading = self._child.call(read, path, self._config, deadline_s=self._config.deadline_s)
        reading = self._with_ocr(path, reading)
        issues = (*document.issues, *reading.issues)
        if not reading.raw.strip():
            issues = (*issues, NoText("the document holds no text").issue())
        return replace(
            document, raw=reading.raw, text=reading.raw, pages=reading.pages, issues=issues
        )

    def read_again(self, source: str, page: Page, deadline_s: float) -> str:
        """What OCR with Swedish reads on a page of a PDF that came with text.

        Args:
            deadline_s: counts where it is less than a page's own deadline.

        Raises:
            MissingDependencyError: Tesseract or its Swedish data is not installed.
            DocumentError: the page cannot be rendered or read, or not in time.
        """
        deadline_s = min(deadline_s, self._config.ocr_page_deadline_s)
        path = Path(source).absolute()
        return self._read_page(path, page, self.swedish_tesseract(), deadline_s).text

    def swedish_tesseract(self) -> Tesseract:
        """What pages are read again with, whatever language pages without text are read with.

        Raises:
            MissingDependencyError: the program or the language data is not installed.
        """
        if not self._swedish:
            config = self._config.model_copy(update={"ocr_language": "swe"})
            self._swedish = Tesseract(config)
        return self._swedish

    def close(self) -> None:
        """End the child process."""
        self._child.close()

    def _with_ocr(self, path: Path, reading: Reading) -> Reading:
        """`reading` with the text of pages that had none; those that stay without are issues."""
        empty = [page for page in reading.pages if page.start == page.end and page.source != "file"]
        if not empty:
            return reading
        if self._config.ocr == "never":
            problems = [OcrOff("a page without text", page=p.number) for p in empty]
            return _with_issues(reading, [problem.issue() for problem in problems])
        try:
            self._tesseract = self._tesseract or Tesseract(self._config)
        except MissingDependencyError as error:
            message = f"{len(empty)} pages without text are not read: {error.message}"
            problem = OcrUnavailable(message, remedy=error.advice)
            return _with_issues(reading, [problem.issue()])
        texts, issues = self._read_pages(path, empty, self._tesseract)
        return _with_issues(splice(reading, texts), issues)

    def _read_pages(
        self, path: Path, pages: list[Page], tesseract: Tesseract
    ) -> tuple[dict[int, PageText], list[Issue]]:
        texts: dict[int, PageText] = {}
        issues: list[Issue] = []
        timeouts, ends = 0, time.monotonic() + self._config.ocr_deadline_s
        for page in pages:
            try:
                if timeouts >= _MAX_TIMEOUTS:
                    raise OcrTimeout("given up, as other pages took too long")
                texts[page.number] = self._read_before(ends, path, page, tesseract)
            except DocumentError as error:
                timeouts += isinstance(error, (ParseTimeout, OcrTimeout))
                issues.append(replace(error.issue(), page=page.number))
        return texts, issues

    def _read_before(self, ends: float, path: Path, page: Page, tesseract: Tesseract) -> PageText:
        """`_read_page` within what is left of the document's time."""
        left, allowed = ends - time.monotonic(), self._config.ocr_page_deadline_s
        if left > 0:
            try:
                return self._read_page(path, page, tesseract, min(left, allowed))
            except (ParseTimeout, OcrTimeout):
                if left >= allowed:  # the page's own time was over
                    raise
        raise OcrLate(f"the document's {self._config.ocr_deadline_s:g} seconds of OCR were over")

    def _read_page(
        self, path: Path, page: Page, tesseract: Tesseract, deadline_s: float
    ) -> PageText:
        ends = time.monotonic() + deadline_s
        raster = self._child.call(
            render_page, path, page, self._config.ocr_dpi, deadline_s=deadline_s
        )
        if raster.blank:
            raise PageBlank("nothing is printed on the page")
        text = tesseract.read(raster, ends - time.monotonic())
        if not text.words:
            raise PageUnread("no words were found on the page")
        return text


def _with_issues(reading: Reading, issues: list[Issue]) -> Reading:
    return replace(reading, issues=(*reading.issues, *issues))
