"""The run folder: a JSON file a document, the tables, the failures and the manifest."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipeline.aggregate import by_municipality
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
        """Make the folder; an earlier run in it is replaced, a folder of other files refused."""
        if self.path.is_dir() and any(self.path.iterdir()) and not self.documents_path.is_dir():
            raise OutputError(f"{self.path} holds other files and no earlier run")
        try:
            self.documents_path.mkdir(parents=True, exist_ok=True)
            for stale in self.documents_path.glob("*.json"):
                stale.unlink()
        except OSError as error:
            raise OutputError(f"cannot make {self.path}: {error.strerror}") from error

    def write_document(self, document: Document) -> None:
        """Write `documents/<id>.json`, all layers."""
        _write(self.documents_path / f"{document.id}.json", _DOCUMENT.dump_json(document))

    def documents(self) -> Iterator[Document]:
        """Yield the run's documents, sorted by id; raises `UsageError` where this is no run."""
        if not self.documents_path.is_dir():
            raise UsageError(f"{self.path} is not a run folder: it has no `documents` in it")
        for path in sorted(self.documents_path.glob("*.json")):
            yield read_document(path)

    def write_tables(
        self,
        findings: list[Row],
        documents: list[Row],
        failures: list[Row],
        gazetteer: Gazetteer,
    ) -> int:
        """Write all tables, their rows sorted; returns how many municipalities have findings."""
        findings = sorted(findings, key=lambda r: (r["document"], r["start"], r["label"]))
        documents = sorted(documents, key=lambda r: (r["file"], r["document_id"] or ""))
        failures = sorted(failures, key=lambda r: (r["file"], r["code"], r["page"] or 0))
        found = as_table(findings, FINDINGS)
        totals = by_municipality(found, gazetteer)
        tables = {
            "findings": found,
            "documents": as_table(documents, DOCUMENTS),
            "municipalities": totals,
        }
        try:
            for name, table in tables.items():
                write_parquet(table, self.path / f"{name}.parquet")
                write_csv(table, self.path / f"{name}.csv")
            write_csv(as_table(failures, FAILURES), self.path / "failures.csv")
        except OSError as error:
            raise OutputError(f"cannot write to {self.path}: {error.strerror}") from error
        return len(totals.column("municipality_code").unique())

    def write_manifest(self, manifest: dict[str, object]) -> None:
        """Write `manifest.json`."""
        text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
        _write(self.path / "manifest.json", text.encode() + b"\n")


def read_document(path: Path) -> Document:
    """Read a document file of a run; raises `UsageError` where it is none."""
    try:
        return _DOCUMENT.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise UsageError(f"{path} is not a document of a run: {error}") from error


def _write(path: Path, content: bytes) -> None:
    waiting = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        waiting.write_bytes(content)
        waiting.replace(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
