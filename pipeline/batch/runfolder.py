"""The run folder: a JSON file a document, the tables, the failures and the manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter, ValidationError

from pipeline.batch.claims import CLAIMS
from pipeline.batch.folders import Disk, Folder
from pipeline.batch.ledger import SHARDS
from pipeline.batch.record import Head, head_of
from pipeline.document import Document
from pipeline.errors import OutputError, UsageError
from pipeline.gazetteer import Gazetteer
from pipeline.tables import DOCUMENTS, FAILURES, FINDINGS, TableWriter

DOCUMENTS_FOLDER = "documents"
PAGE_IMAGES = "page-images"
"""Folder of the pictures of pages that a review has shown."""
COUNTED_AT_ONCE = 5_000
"""Findings in memory while they are counted; more only where one document has more."""

_DOCUMENT = TypeAdapter(Document)
_JSON = ".json"
_HEAD, _HEAD_ENDS = b'{"head": ', b",\n"


class Tables(NamedTuple):
    """Where the rows of a run's tables go."""

    findings: TableWriter
    documents: TableWriter
    failures: TableWriter


class RunFolder:
    """Reads and writes the files of one run; every file appears whole or not at all.

    Raises:
        OutputError: the folder cannot be made or written.
    """

    def __init__(self, where: Path | Folder) -> None:
        self.folder: Folder = Disk(where) if isinstance(where, Path) else where
        self._documents = self.folder.below(DOCUMENTS_FOLDER)
        self._parts = (self._documents, self.folder.below(SHARDS), self.folder.below(CLAIMS))

    def create(self) -> None:
        """Make the folder where it is missing; a folder of other files is refused."""
        names = self.folder.names()
        if names and not {DOCUMENTS_FOLDER, SHARDS, CLAIMS} & set(names):
            raise OutputError(f"{self.folder} holds other files and no earlier run")
        for part in self._parts:
            part.prepare()

    def forget(self) -> None:
        """Remove the documents and records of earlier runs, and pictures of their pages."""
        for part in (self._documents, *map(self.folder.below, (SHARDS, PAGE_IMAGES))):
            for name in part.names():
                part.remove(name)

    def sweep(self) -> None:
        """Remove what killed processes left half written."""
        for part in (self.folder, *self._parts):
            part.sweep()

    def write_document(self, document: Document, head: Head | None = None) -> None:
        """Write `documents/<id>.json`, all layers; the head of its record is its first line."""
        content = _DOCUMENT.dump_json(document)
        if head:
            content = _HEAD + head.to_json().encode() + _HEAD_ENDS + content.removeprefix(b"{")
        self._documents.write(f"{document.id}{_JSON}", content)

    def remove_document(self, document_id: str) -> None:
        """Remove `documents/<id>.json`, if there is one."""
        self._documents.remove(f"{document_id}{_JSON}")

    def head(self, document_id: str) -> Head | None:
        """Of the record that a document's file was written with, None where there is none."""
        try:
            line = self._documents.first_line(f"{document_id}{_JSON}")
        except FileNotFoundError:
            return None
        if not (line.startswith(_HEAD) and line.endswith(_HEAD_ENDS)):
            return None
        return head_of(line.removeprefix(_HEAD).removesuffix(_HEAD_ENDS))

    def document(self, document_id: str) -> Document | None:
        """A document of the run, None where it has no (readable) file."""
        try:
            return _DOCUMENT.validate_json(self._documents.read(f"{document_id}{_JSON}"))
        except (OSError, ValidationError):
            return None

    def documents(self) -> Iterator[Document]:
        """Yield the documents of the last run that ended here, sorted by id.

        Files of documents that were no inputs of that run may lie beside theirs.

        Raises:
            UsageError: no run has ended here.
        """
        try:
            inputs = json.loads(self.folder.read("manifest.json"))["inputs"]
        except (OSError, ValueError, KeyError) as error:
            raise UsageError(
                f"{self.folder} is no finished run: {error}",
                remedy="Run `kommunlupp run … --out` to its end.",
            ) from error
        for name in sorted(self._documents.names()):
            if name.endswith(_JSON) and name.removesuffix(_JSON) in inputs:
                yield read_document(self._documents.local(name))

    @contextmanager
    def writing_tables(self) -> Iterator[Tables]:
        """Take rows of three tables, each in order; the files appear when the `with` ends."""
        with ExitStack() as files:

            def replacing(name: str) -> Path:
                return files.enter_context(self.folder.replacing(name))

            def writer(name: str, schema: pa.Schema) -> TableWriter:
                paths = replacing(f"{name}.csv"), replacing(f"{name}.parquet")
                return files.enter_context(TableWriter(schema, *paths))

            failures = TableWriter(FAILURES, replacing("failures.csv"))
            yield Tables(
                writer("findings", FINDINGS),
                writer("documents", DOCUMENTS),
                files.enter_context(failures),
            )

    def write_municipalities(self, gazetteer: Gazetteer) -> int:
        """Count the findings table by municipality; returns how many municipalities have any.

        Findings are read a group at a time; what is held are counts and the findings' ids.
        """
        # Loads SciPy, most of a second, which workers never need and a run needs only now.
        from pipeline.aggregate import by_municipality
        from pipeline.aggregate.columns import MUNICIPALITIES
        from pipeline.aggregate.facts import COUNTED

        codes = set[str]()
        with (
            pq.ParquetFile(self.folder.local("findings.parquet")) as findings,
            self.folder.replacing("municipalities.csv") as csv,
            self.folder.replacing("municipalities.parquet") as parquet,
            TableWriter(MUNICIPALITIES, csv, parquet) as writer,
        ):
            batches = findings.iter_batches(COUNTED_AT_ONCE, columns=list(COUNTED))
            for table in by_municipality(batches, gazetteer):
                writer.add_table(table)
                codes.update(table.column("municipality_code").unique().to_pylist())
        return len(codes)

    def write_manifest(self, manifest: dict[str, object]) -> None:
        """Write `manifest.json`."""
        text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
        self.folder.write("manifest.json", text.encode() + b"\n")


def read_document(path: Path) -> Document:
    """Read a document file of a run; raises `UsageError` where it is none."""
    try:
        return _DOCUMENT.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise UsageError(f"{path} is not a document of a run: {error}") from error
