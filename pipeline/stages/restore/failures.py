"""What can go wrong when a damaged page is read again. The repaired text stands in any case."""

from __future__ import annotations

from pipeline.errors import DocumentError


class RereadUnavailable(DocumentError):
    """There are damaged pages to read again, and no Tesseract with Swedish."""

    code = "reocr-unavailable"
    remedy = "Install it (`apt-get install tesseract-ocr tesseract-ocr-swe`) and run anew."
    severity = "warning"


class RereadFailed(DocumentError):
    """A damaged page could not be rendered or read again."""

    code = "reocr-failed"
    remedy = "Look at the page in a viewer; its repaired text layer is used."
    severity = "warning"


class RereadLate(DocumentError):
    """A document has more damaged pages than can be read again in its time."""

    code = "reocr-late"
    remedy = "Allow more with --set restore.reocr_deadline_s=SECONDS."
    severity = "warning"
