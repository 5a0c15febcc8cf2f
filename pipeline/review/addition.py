"""Findings that a reviewer adds, as the database stores them."""

from __future__ import annotations

from typing import Any

from pipeline.document import Document, Finding
from pipeline.offsets import Span
from pipeline.review.errors import Refused
from pipeline.review.intake import SPACING, FindingRows, document_row, excerpt_row, finding_row
from pipeline.review.judgement import Judgement, Suggestion
from pipeline.stages.classify import finding_id


def additions(
    document: Document, row: Any, selected: tuple[int, int], said: Judgement, *, split: bool
) -> list[tuple[FindingRows, Judgement]]:
    """The selected stretch, and where the finding is split what is left of it on either side.

    Raises:
        Refused: nothing is selected.
    """
    begin, stop = selected
    wanted = [(_trimmed(document.text, begin, stop), said)]
    if split:
        rest = Suggestion(row.now_label, row.now_status, row.now_scope, tuple(row.now_codes))
        for start, end in ((row.start, min(begin, row.end)), (max(stop, row.start), row.end)):
            if start < end and document.text[start:end].strip(" \t\r\n.,;:"):
                left = Judgement(said.by, "accepted", rest)
                wanted.append((_trimmed(document.text, start, end), left))
    added = []
    for number, (span, judgement) in enumerate(wanted, start=1):
        content = judgement.content
        assert content
        finding = Finding(
            finding_id(document.id, document.offsets.to_source(span), content.label),
            span,
            content.label,
            content.status,
            content.scope,
            1.0,
            content.municipalities,
            year=row.year,
        )
        place = row.position + 1 + (int(finding.id[:8], 16) + number) % (SPACING - 1)
        rows = FindingRows(
            document_row(document),
            finding_row(document, finding, place),
            excerpt_row(document, finding),
        )
        added.append((rows, judgement))
    return added


def _trimmed(text: str, start: int, end: int) -> Span:
    """A span of `text` without white space at its ends; raises `Refused` where none is left."""
    if not start < end <= len(text) or not text[start:end].strip():
        raise Refused("nothing is selected", remedy="Select some words of the text first.")
    while text[start].isspace():
        start += 1
    while text[end - 1].isspace():
        end -= 1
    return Span(start, end)
