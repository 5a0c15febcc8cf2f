"""Label Studio: tasks with predictions, and the labelling configuration that they fit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import quoteattr

from pipeline.codebook import LABELS, STATUSES, SWEDISH
from pipeline.document import Document, Finding
from pipeline.explore.html import STRONG

CONFIG = "{}.config.xml"
"""Name of the configuration, for the name of the tasks' file."""


def write(documents: Iterable[Document], out: Path) -> int:
    """Write tasks to `out`, a line each, and the labelling configuration beside it."""
    count = 0
    with out.open("w", encoding="utf-8", newline="\n") as sink:
        for count, document in enumerate(documents, start=1):
            sink.write("[\n" if count == 1 else ",\n")
            sink.write(json.dumps(task(document), ensure_ascii=False))
        sink.write("\n]\n" if count else "[]\n")
    out.with_name(CONFIG.format(out.stem)).write_text(configuration(), encoding="utf-8")
    return count


def configuration() -> str:
    """Return the labelling configuration: measures as labels, a status for each."""
    parts = (
        control("Labels", "measure", LABELS, {"choice": "multiple"}),
        '  <Text name="text" value="$text" granularity="word"/>',
        control("Choices", "status", STATUSES, {"perRegion": "true", "choice": "single"}),
    )
    return "\n".join(("<View>", *parts, "</View>", ""))


def control(
    kind: Literal["Labels", "Choices"],
    name: str,
    values: Sequence[str],
    settings: Mapping[str, str],
) -> str:
    """Return a control of a configuration, over the text `text`; labels in their colours."""
    lines = []
    for value in values:
        hint = f" hint={quoteattr(SWEDISH[value])}" if value in SWEDISH else ""
        colour = f' background="{STRONG[value]}"' if kind == "Labels" else ""
        lines.append(f'    <{kind.removesuffix("s")} value="{value}"{colour}{hint}/>')
    given = "".join(f' {key}="{value}"' for key, value in settings.items())
    head = f'  <{kind} name="{name}" toName="text"{given}>'
    return "\n".join((head, *lines, f"  </{kind}>"))


def task(document: Document) -> dict[str, Any]:
    """Return a document as a task; offsets in code points, as Label Studio stores them."""
    results = [part for f in document.findings for part in _results(document, f)]
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


def _results(document: Document, finding: Finding) -> Iterator[dict[str, Any]]:
    """A region for the measure and, under the same id, its status."""
    place = {
        "start": finding.span.start,
        "end": finding.span.end,
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
