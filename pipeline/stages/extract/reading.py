"""What a reader of any format hands back."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.document import Page
from pipeline.errors import Issue


@dataclass(frozen=True)
class Reading:
    """A file's text with its pages and what was wrong with it.

    Attributes:
        raw: the text as the file has it; pages stand in its offsets.
        pages: a page with `start == end` has no text; unless its source is `file`, OCR may help.
    """

    raw: str
    pages: tuple[Page, ...]
    issues: tuple[Issue, ...]
