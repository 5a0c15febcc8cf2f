"""Label Studio: tasks with predictions, and the labelling configuration that they fit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from pipeline.codebook import LABELS, STATUSES, SWEDISH
from pipeline.document import Document, Finding
from pipeline.explore.html import STRONG
from pipeline.export.tokens import Utf16

CONFIG = "{}.config.xml"
"""Name of the configuration, for the name of the tasks' file."""


def write(documents: Iterable[Document], out: Path) -> int:
    """Write tasks to `out` and the labelling configuration beside it."""
    tasks = [task(document) for document in documents]
    out.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    out.with_name(CONFIG.format(out.stem)).write_text(configuration(), encoding="utf-8")
    return len(tasks)


def configuration() -> str:
    """Return the labelling configuration: measures as labels, a status for each."""
    labels = "\n".join(
        f'    <Label value="{label}" background="{STRONG[label]}" '
        f"hint={quoteattr(SWEDISH[label])}/>"
        for label in LABELS
    )
    choices = "\n".join(
        f'    <Choice value="{status}" hint={quoteattr(SWEDISH[status])}/>' for status in STATUSES
    )
    return (
        "<View>\n"
        f'  <Labels name="measure" toName="text" choice="multiple">\n{labels}\n  </Labels>\n'
        '  <Text name="text" value="$text" granularity="word"/>\n'
        '  <Choices name="status" toName="text" perRegion="true" choice="single">\n'
        f"{choices}\n  </Choices>\n"
        "</View>\n"
    )


def task(document: Document) -> dict[str, Any]:
    """Return a document as a task; offsets in UTF-16 units, as browsers count."""
    unit = Utf16(document.text)
    results = [part for f in document.findings for part in _results(document, f, unit)]
    scores = [finding.score for finding in document.findings]
    return {
        "data": {
            "text": document.text,
            "source": document.source,
            "document_id": document.id,
        },
        "predictions": [
            {
                "model_version": "kommunlupp",
                "score": round(sum(scores) / len(scores), 4) if scores else 0.0,
                "result": results,
            }
        ],
    }


def _results(document: Document, finding: Finding, unit: Utf16) -> Iterator[dict[str, Any]]:
    """A region for the measure and, under the same id, its status."""
    place = {
        "start": unit(finding.span.start),
        "end": unit(finding.span.end),
        "text": document.text[finding.span.start : finding.span.end],
    }
    for name, kind, values in (
        ("measure", "labels", [finding.label]),
        ("status", "choices", [finding.status]),
    ):
        yield {
            "id": finding.id,
            "from_name": name,
            "to_name": "text",
            "type": kind,
            "value": {**place, kind: values},
            "score": round(finding.score, 4),
        }
