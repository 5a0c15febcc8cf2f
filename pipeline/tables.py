"""Findings as rows: the columns of `findings.parquet` and `findings.csv`, one row a finding."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from pipeline.document import Document, Finding, Sentence
from pipeline.errors import Issue
from pipeline.gazetteer import Gazetteer

Row = dict[str, Any]
"""A table row: column name to value."""

FINDINGS = pa.schema(
    [
        pa.field("finding_id", pa.string()),
        pa.field("document_id", pa.string()),
        pa.field("document", pa.string()),
        pa.field("page", pa.int32()),
        pa.field("boxes", pa.list_(pa.list_(pa.float64(), 4))),
        pa.field("heading", pa.string()),
        pa.field("before", pa.string()),
        pa.field("text", pa.string()),
        pa.field("after", pa.string()),
        pa.field("start", pa.int64()),
        pa.field("end", pa.int64()),
        pa.field("label", pa.string()),
        pa.field("status", pa.string()),
        pa.field("scope", pa.string()),
        pa.field("score", pa.float64()),
        pa.field("municipality_codes", pa.list_(pa.string())),
        pa.field("municipality_names", pa.list_(pa.string())),
        pa.field("quantity", pa.string()),
        pa.field("quantity_count", pa.int64()),
        pa.field("quantity_of", pa.int64()),
        pa.field("quantity_percent", pa.float64()),
        pa.field("year", pa.int32()),
    ]
)

FAILURES = pa.schema(
    [
        pa.field("file", pa.string()),
        pa.field("severity", pa.string()),
        pa.field("code", pa.string()),
        pa.field("page", pa.int32()),
        pa.field("message", pa.string()),
        pa.field("remedy", pa.string()),
    ]
)


def finding_rows(document: Document, gazetteer: Gazetteer) -> list[Row]:
    """One row a finding, in document order; spans in offsets of the restored text.

    `page` and `boxes` are those of the page where the sentence begins.
    """
    by_start = {sentence.start: n for n, sentence in enumerate(document.sentences)}
    return [
        _row(document, finding, by_start[finding.span.start], gazetteer)
        for finding in sorted(document.findings, key=lambda f: (f.span, f.label))
    ]


def _row(document: Document, finding: Finding, number: int, gazetteer: Gazetteer) -> Row:
    sentences = document.sentences
    places = document.locate(finding.span)
    quantity = finding.quantity
    around = [
        _words(document, sentences[n]) if 0 <= n < len(sentences) else ""
        for n in (number - 1, number, number + 1)
    ]
    return {
        "finding_id": finding.id,
        "document_id": document.id,
        "document": document.source,
        "page": places[0].page if places else None,
        "boxes": [[b.x0, b.y0, b.x1, b.y1] for b in places[0].boxes] if places else [],
        "heading": sentences[number].heading,
        "before": around[0],
        "text": around[1],
        "after": around[2],
        "start": finding.span.start,
        "end": finding.span.end,
        "label": finding.label,
        "status": finding.status,
        "scope": finding.scope,
        "score": round(finding.score, 4),
        "municipality_codes": list(finding.municipalities),
        "municipality_names": [gazetteer.name(code) for code in finding.municipalities],
        "quantity": quantity.text if quantity else None,
        "quantity_count": quantity.count if quantity else None,
        "quantity_of": quantity.of if quantity else None,
        "quantity_percent": quantity.percent if quantity else None,
        "year": finding.year,
    }


def _words(document: Document, span: Sentence) -> str:
    return " ".join(document.text[span.start : span.end].split())


def failure_row(file: str, issue: Issue) -> Row:
    """An issue of a file as a row of `failures.csv`."""
    return {
        "file": file,
        "severity": issue.severity,
        "code": issue.code,
        "page": issue.page,
        "message": issue.message,
        "remedy": issue.remedy,
    }


def write_parquet(rows: Iterable[Row], schema: pa.Schema, path: Path) -> None:
    """Write rows as Parquet."""
    pa_parquet.write_table(pa.Table.from_pylist(list(rows), schema=schema), path)


def write_csv(rows: Iterable[Row], schema: pa.Schema, path: Path) -> None:
    """Write rows as CSV: UTF-8 with a byte order mark (Excel shows å then), lists joined by `;`."""
    flat = [{key: _flat(value) for key, value in row.items()} for row in rows]
    fields = [
        pa.field(field.name, pa.string()) if pa.types.is_list(field.type) else field
        for field in schema
    ]
    with path.open("wb") as sink:
        sink.write("\ufeff".encode())
        pa_csv.write_csv(pa.Table.from_pylist(flat, schema=pa.schema(fields)), sink)


def _flat(value: object) -> object:
    if not isinstance(value, list):
        return value
    return ";".join(item if isinstance(item, str) else json.dumps(item) for item in value)
