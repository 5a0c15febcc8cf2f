"""Make the final tables from the ledger: one deterministic order, whoever did what when."""

from __future__ import annotations

from collections.abc import Iterator

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
    """Write the tables of a run and count them in `summary`.

    Args:
        inputs: all of the run; each document among them has a complete record.

    Raises:
        OutputError: the run folder cannot be written.
    """
    ordered = sorted(inputs, key=lambda one: (one.source, one.key or ("", "")))
    documents = list[Row]()
    failures = list[Row]()

    def findings() -> Iterator[Row]:
        """Documents and failures are few beside findings: they are kept on the way."""
        for one in ordered:
            record = ledger.read(one.key) if one.key and not one.issue else None
            document, rows, mine = _rows(one, record)
            failures.extend(mine)
            if one.key or not one.issue or one.issue.severity == "error":
                documents.append(document)  # an empty folder is no document
                summary.count(document)
            summary.findings += len(rows)
            yield from sorted(rows, key=lambda row: (row["start"], row["label"]))

    summary.municipalities = folder.write_sorted_tables(findings(), documents, failures, gazetteer)


def _rows(one: Input, record: Record | None) -> tuple[Row, list[Row], list[Row]]:
    """An input's rows of the documents, findings and failures tables."""
    if record:
        document = {**record.document, "file": one.source}
        findings = [{**row, "document": one.source} for row in record.findings]
        issues = record.issues
    else:
        issues = (one.issue,) if one.issue else ()
        unread = Document(one.key[0] if one.key else "", one.source, issues=issues)
        document, findings = document_row(unread, outcome_of(unread)), []
    failures = [failure_row(one.source, issue) for issue in issues]
    return document, findings, sorted(failures, key=lambda row: (row["code"], row["page"] or 0))
