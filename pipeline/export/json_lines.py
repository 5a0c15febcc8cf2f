"""JSON lines, a document each: with spans as Prodigy names them, or as doccano imports them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pipeline.document import Document
from pipeline.gazetteer import Gazetteer


def write(documents: Iterable[Document], out: Path) -> int:
    """Write `text`, `spans` (start, end, label and all that is known) and `meta`."""
    return _write(documents, out, _full)


def write_doccano(documents: Iterable[Document], out: Path) -> int:
    """Write `text` and `label`, a list of [start, end, label], for sequence labelling.

    Several measures of a sentence overlap: the project has to allow that.
    """
    return _write(documents, out, _doccano)


def _write(
    documents: Iterable[Document], out: Path, record: Callable[[Document], dict[str, Any]]
) -> int:
    count = 0
    with out.open("w", encoding="utf-8", newline="\n") as sink:
        for document in documents:
            sink.write(json.dumps(record(document), ensure_ascii=False) + "\n")
            count += 1
    return count


def _full(document: Document) -> dict[str, Any]:
    gazetteer = Gazetteer.load()
    spans = [
        {
            "start": finding.span.start,
            "end": finding.span.end,
            "label": finding.label,
            "id": finding.id,
            "status": finding.status,
            "scope": finding.scope,
            "score": round(finding.score, 4),
            "municipality_codes": list(finding.municipalities),
            "municipality_names": [gazetteer.name(code) for code in finding.municipalities],
            "basis": finding.basis,
            "year": finding.year,
        }
        for finding in document.findings
    ]
    meta = {"source": document.source, "document_id": document.id}
    return {"text": document.text, "spans": spans, "meta": meta}


def _doccano(document: Document) -> dict[str, Any]:
    label = [[f.span.start, f.span.end, f.label] for f in document.findings]
    return {
        "text": document.text,
        "label": label,
        "source": document.source,
        "document_id": document.id,
    }
