"""Run the pipeline over many files on this machine, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.batch.manifest import describe
from pipeline.batch.runfolder import RunFolder
from pipeline.config import Config
from pipeline.document import Document
from pipeline.errors import DocumentError, ExitCode
from pipeline.flow import Pipeline, identify
from pipeline.gazetteer import Gazetteer
from pipeline.stages.extract.intake import find_inputs
from pipeline.tables import Outcome, Row, document_row, failure_row, finding_rows

Progress = Callable[[int, int, Document], None]
"""Called after each document with how many are done, how many there are, and the document."""


class Copy(DocumentError):
    """The same content was read under another name."""

    code = "copy"
    severity = "warning"
    remedy = "Nothing to do: a document counts once."


@dataclass
class Summary:
    """What a run read and found. A document with an error of its own is never counted as read."""

    read: int = 0
    partly: int = 0
    failed: int = 0
    copies: int = 0
    pages: int = 0
    findings: int = 0
    municipalities: int = 0
    seconds: float = 0.0
    stage_seconds: dict[str, float] = field(default_factory=dict)

    @property
    def exit_code(self) -> ExitCode:
        """OK only where every document was read in full, and there was one."""
        lost = self.partly or self.failed or not self.read
        return ExitCode.SOME_FAILED if lost else ExitCode.OK


def run(inputs: list[Path], config: Config, out: Path, progress: Progress) -> Summary:
    """Read `inputs` (files and folders), write the run folder `out`, return the summary.

    Raises:
        OutputError: the run folder cannot be written.
        ModelError: a model is missing or broken.
    """
    began = time.perf_counter()
    started = datetime.now(UTC)
    folder = RunFolder(out)
    files, problems = find_inputs(inputs)
    folder.create()
    pipeline, gazetteer = Pipeline.from_config(config), Gazetteer.load()
    seen: dict[str, str] = {}
    findings: list[Row] = []
    documents: list[Row] = []
    failures: list[Row] = []
    summary = Summary()
    for path, issue in problems:
        unread = Document(id="", source=_printable(str(path)), issues=(issue,))
        documents.append(_counted(unread, summary))
        failures.append(failure_row(unread.source, issue))
    for number, path in enumerate(files, start=1):
        document = _read(path, pipeline, seen)
        document = replace(document, source=_printable(document.source))
        if document.pages:
            folder.write_document(document)
            findings += finding_rows(document, gazetteer)
        failures += [failure_row(document.source, issue) for issue in document.issues]
        documents.append(_counted(document, summary))
        progress(number, len(files), document)
    summary.findings = len(findings)
    summary.municipalities = folder.write_tables(findings, documents, failures, gazetteer)
    summary.stage_seconds = pipeline.seconds
    summary.seconds = time.perf_counter() - began
    folder.write_manifest(describe(config, pipeline, seen, summary, started))
    return summary


def _read(path: Path, pipeline: Pipeline, seen: dict[str, str]) -> Document:
    """Read one file; a copy of a document already read is recorded, not read again."""
    try:
        document = identify(path)
    except DocumentError as error:
        return Document(id="", source=str(path), issues=(error.issue(),))
    if document.id in seen:
        return replace(document, issues=(Copy(f"same content as {seen[document.id]}").issue(),))
    seen[document.id] = _printable(document.source)
    return pipeline(document)


def _printable(path: str) -> str:
    """A path for files and screens: bytes of the name that are no UTF-8 as `\\udc..`."""
    return path.encode("utf-8", "backslashreplace").decode()


def _counted(document: Document, summary: Summary) -> Row:
    """Count a document in the summary and return its row."""
    outcome = _outcome(document)
    summary.pages += len(document.pages)
    summary.read += outcome == "read"
    summary.partly += outcome == "partly"
    summary.failed += outcome == "failed"
    summary.copies += outcome == "copy"
    return document_row(document, outcome)


def _outcome(document: Document) -> Outcome:
    if any(issue.code == Copy.code for issue in document.issues):
        return "copy"
    if not any(page.start < page.end for page in document.pages):
        return "failed"
    lost = any(issue.severity == "error" for issue in document.issues)
    return "partly" if lost else "read"
