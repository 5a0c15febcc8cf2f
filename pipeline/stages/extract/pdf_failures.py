"""What can be wrong with a PDF, one class a condition.

The classes with severity `warning` are recorded as issues of a document that is read all the same.
"""

from __future__ import annotations

from typing import ClassVar

from pipeline.errors import DocumentError, Severity


class Encrypted(DocumentError):
    """The file asks for a password, or is encrypted in a way that cannot be undone."""

    code = "pdf-encrypted"
    remedy = "Open it with its password and save a copy without one."


class Broken(DocumentError):
    """The file's structure cannot be read."""

    code = "pdf-broken"
    remedy = "Fetch the file anew, or repair it, e.g. with `qpdf broken.pdf repaired.pdf`."


class NoPages(DocumentError):
    """A PDF without a single page."""

    code = "pdf-no-pages"
    remedy = "Ask the sender for the document: this file holds no pages."


class PagesLost(DocumentError):
    """The list of pages breaks off: the pages before the break are read."""

    code = "pdf-pages-lost"
    remedy = "Repair the file, e.g. with `qpdf broken.pdf repaired.pdf`, and run it again."


class TooManyPages(DocumentError):
    """The file has more pages than the configuration lets through; the first ones are read."""

    code = "pdf-too-many-pages"
    remedy = "Raise extract.max_pages, or split the file."
    severity: ClassVar[Severity] = "warning"


class PageFailed(DocumentError):
    """One page's text layer cannot be read; the page is handed on as one without text."""

    code = "pdf-page-failed"
    remedy = "Look at the page: its text, if any, comes from OCR. Saving the file anew may help."
    # A warning, as the page can still be read by OCR; one that stays empty is reported by that.
    severity: ClassVar[Severity] = "warning"


class GarbageText(DocumentError):
    """A page's text layer says nothing: glyphs without meaning, or no letters."""

    code = "pdf-garbage-text"
    remedy = "Look at the page: its text layer was not used, its text, if any, comes from OCR."
    severity: ClassVar[Severity] = "warning"


class TextOnScan(DocumentError):
    """A page is a picture with a few words laid over, e.g. a stamp."""

    code = "pdf-text-on-scan"
    remedy = "None needed: the page is read by OCR as a whole, the words laid over included."
    severity: ClassVar[Severity] = "warning"


class DoubleText(DocumentError):
    """A page has invisible text behind visible text; only what is visible was kept there."""

    code = "pdf-double-text"
    remedy = "None needed, unless the page's findings look incomplete."
    severity: ClassVar[Severity] = "warning"
