"""What the child process is asked to do: read a file by its format, or render one page of it.

Parsers are imported inside the functions: the parent names these functions without loading them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.config import ExtractConfig
from pipeline.document import Page
from pipeline.stages.extract.reading import Reading

if TYPE_CHECKING:
    from pipeline.stages.extract.render import Raster


def read(path: Path, config: ExtractConfig) -> Reading:
    """Read a file, whatever its format.

    Raises:
        DocumentError: its format is not read, or the file is damaged.
    """
    from pipeline.stages.extract.formats import detect_format, extension_warning

    found = detect_format(path)
    reading = _read_as(found.name, path, config)
    warning = extension_warning(path, found)
    if warning:
        reading = replace(reading, issues=(warning.issue(), *reading.issues))
    return reading


def _read_as(name: str, path: Path, config: ExtractConfig) -> Reading:
    if name == "PDF":
        from pipeline.stages.extract.pdf import read_pdf

        return read_pdf(path, config)
    if name == "DOCX":
        from pipeline.stages.extract.office import read_docx

        return read_docx(path)
    if name == "HTML":
        from pipeline.stages.extract.html import read_html

        return read_html(path)
    if name == "IMAGE":
        from pipeline.stages.extract.render import read_image

        return read_image(path, config.max_pages)
    from pipeline.stages.extract.plain import read_plain

    return read_plain(path)


def render_page(path: Path, page: Page, dpi: int) -> Raster:
    """Render a page of a PDF or picture file for OCR."""
    from pipeline.stages.extract.formats import detect_format
    from pipeline.stages.extract.render import render

    return render(path, detect_format(path), page, dpi)
