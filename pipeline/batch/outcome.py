"""How a document came out, and whether that is for good."""

from __future__ import annotations

from pipeline.batch.failures import Copy, StageCrash, StageHang
from pipeline.document import Document
from pipeline.flow import StageFault
from pipeline.stages.extract.failures import (
    FileBroken,
    FileMissing,
    FileUnreadable,
    ParseCrash,
    ParseTimeout,
)
from pipeline.tables import Outcome

TRIED_AGAIN = frozenset(
    error.code
    for error in (
        StageCrash,
        StageHang,
        StageFault,
        FileMissing,
        FileUnreadable,
        FileBroken,
        ParseCrash,
        ParseTimeout,
    )
)
"""Codes of what may be due to the machine or to limits (memory, time, a share that was away) and
not to the document: the next run in the folder tries again the stage that they stopped."""


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
