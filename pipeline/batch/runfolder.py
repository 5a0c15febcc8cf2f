"""The run folder: a JSON file a document, the tables, the failures and the manifest."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
from pydantic import TypeAdapter, ValidationError

from pipeline.batch.claims import CLAIMS
from pipeline.batch.files import replacing, sweep, write_whole
from pipeline.batch.ledger import SHARDS
from pipeline.document import Document
from pipeline.errors import OutputError, UsageError
from pipeline.gazetteer import Gazetteer
from pipeline.tables import (
    DOCUMENTS,
    FAILURES,
    FINDINGS,
    Row,
    as_table,
    write_csv,
    write_parquet,
    write_rows,
)

_DOCUMENT = TypeAdapter(Document)


class RunFolder:
    """Reads and writes the files of one run; every file appears whole or not at all.

    Raises:
        OutputError: the folder cannot be made or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.documents_path = path / "documents"

    def create(self) -> None:
        """Make the folder where it is missing; a folder of other files is refused."""
        if self.path.is_dir() and any(self.path.iterdir()) and not self.documents_path.is_dir():
            raise OutputError(f"{self.path} holds other files and no earlier run")
        try:
            for part in (self.documents_path, self.path / SHARDS, self.path / CLAIMS):
                part.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot make {self.path}: {error.strerror}") from error

    def forget(self) -> None:
        """Remove the documents and records of earlier runs."""
        for path in (*self.documents_path.iterdir(), *(self.path / SHARDS).iterdir()):
            path.unlink(missing_ok=True)

    def keep_only(self, ids: Container[str]) -> None:
        """Remove document files of other ids, and what killed processes left half written."""
        for folder in (self.path, self.documents_path, self.path / SHARDS, self.path / CLAIMS):
            sweep(folder)
        for path in self.documents_path.glob("*.json"):
            if path.stem not in ids:
                path.unlink(missing_ok=True)

    def write_document(self, document: Document) -> None:
        """Write `documents/<id>.json`, all layers."""
        write_whole(self.documents_path / f"{document.id}.json", _DOCUMENT.dump_json(document))

    def documents(self) -> Iterator[Document]:
        """Yield the run's documents, sorted by id; raises `UsageError` where this is no run."""
        if not self.documents_path.is_dir():
            raise UsageError(f"{self.path} is not a run folder: it has no `documents` in it")
        for path in sorted(self.documents_path.glob("*.json")):
            yield read_document(path)

    def write_tables(
        self,
        findings: Iterable[Row],
        documents: Iterable[Row],
        failures: Iterable[Row],
        gazetteer: Gazetteer,
    ) -> int:
        """Write all tables, their rows sorted; returns how many municipalities have findings."""
        return self.write_sorted_tables(
            sorted(findings, key=lambda r: (r["document"], r["start"], r["label"])),
            sorted(documents, key=lambda r: (r["file"], r["document_id"] or "")),
            sorted(failures, key=lambda r: (r["file"], r["code"], r["page"] or 0)),
            gazetteer,
        )

    def write_sorted_tables(
        self,
        findings: Iterable[Row],
        documents: Iterable[Row],
        failures: Iterable[Row],
        gazetteer: Gazetteer,
    ) -> int:
        """Like `write_tables`, of rows that come in order, without holding them all."""
        # Loads SciPy, most of a second, which workers never need and a run needs only now.
        from pipeline.aggregate import by_municipality
        from pipeline.aggregate.facts import COUNTED

        rows = {"findings": (findings, FINDINGS), "documents": (documents, DOCUMENTS)}
        for name, (content, schema) in rows.items():
            with (
                replacing(self.path / f"{name}.parquet") as parquet,
                replacing(self.path / f"{name}.csv") as csv,
            ):
                write_rows(content, schema, parquet, csv)
        with replacing(self.path / "failures.csv") as csv:
            write_csv(as_table(failures, FAILURES), csv)
        found = pq.read_table(self.path / "findings.parquet", columns=list(COUNTED))
        totals = by_municipality(found, gazetteer)
        with replacing(self.path / "municipalities.parquet") as parquet:
            write_parquet(totals, parquet)
        with replacing(self.path / "municipalities.csv") as csv:
            write_csv(totals, csv)
        return len(totals.column("municipality_code").unique())

    def write_manifest(self, manifest: dict[str, object]) -> None:
        """Write `manifest.json`."""
        text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
        write_whole(self.path / "manifest.json", text.encode() + b"\n")


def read_document(path: Path) -> Document:
    """Read a document file of a run; raises `UsageError` where it is none."""
    try:
        return _DOCUMENT.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise UsageError(f"{path} is not a document of a run: {error}") from error
