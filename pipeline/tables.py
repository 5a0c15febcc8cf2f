"""The columns of a run's tables: findings, documents, failures; written as Parquet and CSV."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from pipeline.document import Document, Finding, Sentence
from pipeline.errors import Issue
from pipeline.gazetteer import Gazetteer

GROUP = 20_000
"""Rows that are in memory at once while a table is written."""

Row = dict[str, Any]
"""A table row: column name to value."""

Outcome = Literal["read", "partly", "failed", "copy"]
"""`partly`: an error lost some of it; `copy`: the same content was read under another name."""


def column(name: str, kind: pa.DataType, about: str) -> pa.Field:
    """A column that carries its description, which data descriptions are made from."""
    return pa.field(name, kind, metadata={"description": about})


TEXTS = pa.list_(pa.string())

FINDINGS = pa.schema(
    [
        column("finding_id", pa.string(), "hash of document, place and label; outlives a model"),
        column("document_id", pa.string(), "SHA-256 of the file's bytes"),
        column("document", pa.string(), "path of the file"),
        column("page", pa.int32(), "page on which the sentence begins, from 1"),
        column(
            "boxes",
            pa.list_(pa.list_(pa.float64(), 4)),
            "where it stands on that page, one box a line: left, top, right, bottom, in points "
            "from the top left",
        ),
        column("heading", pa.string(), "the nearest heading above"),
        column("before", pa.string(), "the sentence before"),
        column("text", pa.string(), "the sentence, restored"),
        column("after", pa.string(), "the sentence after"),
        column("start", pa.int64(), "offset in the restored text, in code points"),
        column("end", pa.int64(), "offset just behind it"),
        column("label", pa.string(), "the measure"),
        column("status", pa.string(), "taken, ongoing, planned, proposed or rejected"),
        column("scope", pa.string(), "whose it is: named, all, some or other"),
        column("score", pa.float64(), "calibrated probability that the label holds, 0 to 1"),
        column(
            "municipality_codes",
            TEXTS,
            "whom it is credited to; codes of municipalities, districts (0180-farsta) or regions",
        ),
        column("municipality_names", TEXTS, "their names, in the same order"),
        column(
            "basis",
            pa.string(),
            "what the credit rests on: sentence, heading, context, author, subject, all_members "
            "(the whole of a group that the document names) or none",
        ),
        column("quantity", pa.string(), "the words that say how many bodies"),
        column("quantity_count", pa.int64(), "how many bodies"),
        column("quantity_of", pa.int64(), "of how many bodies"),
        column("quantity_percent", pa.float64(), "per cent of the bodies, 0 to 100"),
        column("year", pa.int32(), "the year that it is about"),
    ]
)

DOCUMENTS = pa.schema(
    [
        column("document_id", pa.string(), "SHA-256 of the file's bytes; empty: never opened"),
        column("file", pa.string(), "path of the file"),
        column("pages", pa.int32(), "how many pages were met"),
        column("author_codes", TEXTS, "whom it is by, where it is a municipality"),
        column("covered_codes", TEXTS, "all municipalities that it deals with"),
        column("year", pa.int32(), "the year of the document"),
        column("outcome", pa.string(), "read, partly, failed, or copy of a document already read"),
        column("issue_codes", TEXTS, "codes of what went wrong; failures.csv tells more"),
    ]
)

FAILURES = pa.schema(
    [
        column("file", pa.string(), "path of the file"),
        column("severity", pa.string(), "error: content was lost; warning: read with a reserve"),
        column("code", pa.string(), "what went wrong"),
        column("page", pa.int32(), "the page, where it concerns one"),
        column("message", pa.string(), "what went wrong, in words"),
        column("remedy", pa.string(), "what to do about it"),
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
        "document": _shown(document.source),
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
        "basis": finding.basis,
        "quantity": quantity.text if quantity else None,
        "quantity_count": quantity.count if quantity else None,
        "quantity_of": quantity.of if quantity else None,
        "quantity_percent": quantity.percent if quantity else None,
        "year": finding.year,
    }


def _shown(path: str) -> str:
    """A path as text: bytes that are no UTF-8, which file names may hold, as `\\xff`."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _words(document: Document, span: Sentence) -> str:
    return " ".join(document.text[span.start : span.end].split())


def failure_row(file: str, issue: Issue) -> Row:
    """An issue of a file as a row of `failures.csv`."""
    return {
        "file": _shown(file),
        "severity": issue.severity,
        "code": issue.code,
        "page": issue.page,
        "message": issue.message,
        "remedy": issue.remedy,
    }


def document_row(document: Document, outcome: Outcome) -> Row:
    """A document as a row of `documents.parquet`, read or not."""
    subject = document.subject
    return {
        "document_id": document.id or None,
        "file": _shown(document.source),
        "pages": len(document.pages),
        "author_codes": sorted(subject.author) if subject else [],
        "covered_codes": sorted(subject.covered) if subject else [],
        "year": subject.year if subject else None,
        "outcome": outcome,
        "issue_codes": sorted({issue.code for issue in document.issues}),
    }


def as_table(rows: Iterable[Row], schema: pa.Schema) -> pa.Table:
    """Rows as an Arrow table; columns that a row lacks are empty."""
    return pa.Table.from_pylist(list(rows), schema=schema)


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table as Parquet."""
    pa_parquet.write_table(table, path)


def write_csv(table: pa.Table, path: Path) -> None:
    """Write a table as CSV: UTF-8 with a byte order mark (Excel shows å then), lists by `;`."""
    with TableWriter(table.schema, path) as writer:
        for start in range(0, len(table), GROUP):  # lists as text take room
            writer.add_table(table.slice(start, GROUP))


class TableWriter:
    """Writes rows as CSV, and as Parquet too, without holding more than a group of them.

    To be used in `with`; the files are complete when that ends.
    """

    def __init__(self, schema: pa.Schema, csv: Path, parquet: Path | None = None) -> None:
        self._schema = schema
        self._waiting = list[Row]()
        self._open = ExitStack()
        sink = self._open.enter_context(csv.open("wb"))
        sink.write("\ufeff".encode())
        flat = _flat_table(schema.empty_table()).schema
        self._writers = [(self._open.enter_context(pa_csv.CSVWriter(sink, flat)), _flat_table)]
        if parquet:
            whole = self._open.enter_context(pa_parquet.ParquetWriter(parquet, schema))
            self._writers.append((whole, lambda table: table))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._open:
            if kind is None:
                self._write_waiting()

    def add(self, rows: Iterable[Row]) -> None:
        """Add rows behind those that were added before."""
        for row in rows:
            self._waiting.append(row)
            if len(self._waiting) >= GROUP:
                self._write_waiting()

    def add_table(self, table: pa.Table) -> None:
        """Add the rows of a table, behind all others."""
        self._write_waiting()
        for writer, shaped in self._writers:
            writer.write_table(shaped(table))

    def _write_waiting(self) -> None:
        if rows := self._waiting:
            self._waiting = []
            self.add_table(as_table(rows, self._schema))


def _flat_table(table: pa.Table) -> pa.Table:
    columns = [_flat(table.column(name)) for name in table.column_names]
    return pa.table(columns, names=table.column_names)


def _flat(values: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """A column of lists as text, its items joined by `;`; other columns as they are."""
    if not pa.types.is_list(values.type):
        return values
    if pa.types.is_string(values.type.value_type):
        return pc.binary_join(values, ";")
    # Of a table without rows, too, it must be text: the CSV writer then quotes what has commas.
    joined = (";".join(map(json.dumps, row or [])) for row in values.to_pylist())
    return pa.array(joined, pa.string())
