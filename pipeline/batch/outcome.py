"""How a document came out."""

from __future__ import annotations

from pipeline.batch.failures import Copy
from pipeline.document import Document
from pipeline.tables import Outcome


def outcome_of(document: Document) -> Outcome:
    """A document with an error of its own is never counted as read."""
    if any(issue.code == Copy.code for issue in document.issues):
        return "copy"
    if not any(page.start < page.end for page in document.pages):
        return "failed"
    lost = any(issue.severity == "error" for issue in document.issues)
    return "partly" if lost else "read"


def printable(path: str) -> str:
    """A path for files and screens: bytes of the name that are no UTF-8 as `\\udc..`."""
    return path.encode("utf-8", "backslashreplace").decode()
