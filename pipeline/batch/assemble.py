"""Make the final tables from the ledger: one deterministic order, whoever did what when."""

from __future__ import annotations

from pipeline.batch.ledger import Ledger
from pipeline.batch.outcome import outcome_of
from pipeline.batch.plan import Input
from pipeline.batch.record import Record
from pipeline.batch.runfolder import RunFolder
from pipeline.batch.summary import Summary
from pipeline.document import Document
from pipeline.gazetteer import Gazetteer
from pipeline.tables import Row, document_row, failure_row


def write_tables(
    inputs: list[Input], ledger: Ledger, folder: RunFolder, gazetteer: Gazetteer, summary: Summary
) -> None:
    """Write the tables of a run and count them in `summary`, a document after the other.

    Args:
        inputs: all of the run; each document among them has a complete record.

    Raises:
        OutputError: the run folder cannot be written.
    """
    ordered = sorted(inputs, key=lambda one: (one.source, one.key or ("", "")))
    with folder.writing_tables() as tables:
        for one in ordered:
            record = ledger.read(one.key) if one.key and not one.issue else None
            document, findings, failures = _rows(one, record)
            if one.key or not one.issue or one.issue.severity == "error":
                tables.documents.add([document])  # an empty folder is no document
                summary.count(document)
            tables.findings.add(findings)
            tables.failures.add(failures)
            summary.findings += len(findings)
    summary.municipalities = folder.write_municipalities(gazetteer)


def _rows(one: Input, record: Record | None) -> tuple[Row, list[Row], list[Row]]:
    """An input's rows of the documents, findings and failures tables, each in order."""
    if record:
        document = {**record.document, "file": one.source}
        findings = [{**row, "document": one.source} for row in record.findings]
        issues = record.issues
    else:
        issues = (one.issue,) if one.issue else ()
        unread = Document(one.key[0] if one.key else "", one.source, issues=issues)
        document, findings = document_row(unread, outcome_of(unread)), []
    failures = [failure_row(one.source, issue) for issue in issues]
    findings.sort(key=lambda row: (row["start"], row["label"]))
    failures.sort(key=lambda row: (row["code"], row["page"] or 0))
    return document, findings, failures
