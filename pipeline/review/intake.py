"""Take a run into the review database. Decisions stay with their findings, by id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update

from pipeline.batch.runfolder import RunFolder
from pipeline.codebook import MEASURES, SCOPES, STATUSES
from pipeline.document import Document, Finding
from pipeline.errors import UsageError
from pipeline.review.database import Database
from pipeline.review.excerpts import detail, sentence_at
from pipeline.review.folding import fold
from pipeline.review.log import audit, chunks, now, refresh
from pipeline.review.schema import CreditRow, DocumentRow, ExcerptRow, FindingRow, RunRow
from pipeline.review.search import index_excerpts

SPACING = 1000
"""Positions between two findings of the run, for those that reviewers add."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a run brought: findings in all, not seen before, and no longer there."""

    findings: int
    new: int
    vanished: int


def codebook_version() -> str:
    """Changes whenever a label, its name or its signals do."""
    content = repr(([(m.id, m.swedish, m.signals) for m in MEASURES], STATUSES, SCOPES))
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def model_of(run: Path) -> str:
    """Version of the model that made the run; raises `UsageError` for an unfinished run."""
    try:
        manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
        return str(manifest["stages"]["classify"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{run} is no finished run: {error}", remedy="Run `kommunlupp run … --out` to its end."
        ) from error


def take_in(database: Database, run: Path) -> Taken | None:
    """Read a run folder into the database; None where this very run is there already.

    Raises:
        UsageError: the folder is no finished run.
    """
    model = model_of(run)
    digest = hashlib.sha256((run / "manifest.json").read_bytes()).hexdigest()

    def work(connection: Connection) -> Taken | None:
        last = connection.execute(select(RunRow).order_by(RunRow.id.desc()).limit(1)).first()
        if last and last.digest == digest:
            return None
        return store(connection, rows_of(RunFolder(run).documents()), digest, model)

    return database.write(work)


@dataclass(frozen=True, slots=True)
class FindingRows:
    """What is stored of one finding: row, excerpt, and the document's row."""

    document: dict[str, Any]
    finding: dict[str, Any]
    excerpt: dict[str, Any]


def rows_of(documents: Iterable[Document]) -> Iterator[FindingRows]:
    """Yield the findings of documents in reading order."""
    position = 0
    for document in documents:
        about = document_row(document)
        for finding in sorted(document.findings, key=lambda f: (f.span, f.label)):
            position += SPACING
            yield FindingRows(
                about, finding_row(document, finding, position), excerpt_row(document, finding)
            )


def document_row(document: Document) -> dict[str, Any]:
    """The row of `documents`; a name that is no UTF-8 is written with escapes."""
    source = document.source.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return {
        "id": document.id,
        "source": source,
        "name": Path(source).name,
        "year": document.subject.year if document.subject else None,
        "pages": len(document.pages),
    }


def finding_row(document: Document, finding: Finding, position: int) -> dict[str, Any]:
    """The row of `findings`, run and origin left out; `year` falls back on the document's."""
    places = document.locate(finding.span)
    codes = list(finding.municipalities)
    return {
        "id": finding.id,
        "document_id": document.id,
        "position": position,
        "shuffle": int(hashlib.sha256(finding.id.encode()).hexdigest()[:7], 16),
        "page": places[0].page if places else None,
        "start": finding.span.start,
        "end": finding.span.end,
        "label": finding.label,
        "status": finding.status,
        "scope": finding.scope,
        "score": finding.score,
        "doubt": abs(finding.score - 0.5),
        "year": finding.year or (document.subject.year if document.subject else None),
        "codes": codes,
        "now_label": finding.label,
        "now_status": finding.status,
        "now_scope": finding.scope,
        "now_codes": codes,
    }


def excerpt_row(document: Document, finding: Finding) -> dict[str, Any]:
    """The row of `excerpts`."""
    heading, before, text, after = sentence_at(document, finding.span)
    return {
        "finding_id": finding.id,
        "heading": heading,
        "before": before,
        "text": text,
        "after": after,
        "folded": fold(f"{text} {heading}"),
        "detail": detail(document, finding.span),
    }


def store(
    connection: Connection, findings: Iterable[FindingRows], digest: str, model: str
) -> Taken:
    """Store a run's findings as the run to review; known ones are brought up to date."""
    number = (connection.execute(select(func.max(RunRow.id))).scalar_one() or 0) + 1
    known = set(connection.execute(select(FindingRow.id)).scalars())
    earlier = set(
        connection.execute(
            select(FindingRow.id).where(FindingRow.run == number - 1, FindingRow.origin == "model")
        ).scalars()
    )
    total, new, seen = 0, 0, set()
    documents: set[str] = set()
    for some in _pieces(findings):
        fresh = {f.document["id"]: f.document for f in some if f.document["id"] not in documents}
        _store_documents(connection, fresh)
        documents |= fresh.keys()
        add_findings(connection, [f for f in some if f.finding["id"] not in known], number)
        _update(connection, [f for f in some if f.finding["id"] in known], number)
        total += len(some)
        new += sum(f.finding["id"] not in known for f in some)
        seen |= {f.finding["id"] for f in some}
    others = FindingRow.origin.in_(("reviewer", "probe"))
    connection.execute(update(FindingRow).where(others).values(run=number))
    taken = Taken(total, new, len(earlier - seen))
    connection.execute(
        insert(RunRow).values(
            id=number,
            taken_in=now(),
            digest=digest,
            model=model,
            codebook=codebook_version(),
            findings=taken.findings,
            new=taken.new,
            vanished=taken.vanished,
        )
    )
    connection.execute(text("ANALYZE"))  # the planner guesses wrong without
    audit(connection, "kommunlupp", "run", model=model, digest=digest, findings=total)
    return taken


def _store_documents(connection: Connection, some: dict[str, dict[str, Any]]) -> None:
    """Store documents by id; known ones are brought up to date: their files may have moved."""
    here = select(DocumentRow.id).where(DocumentRow.id.in_(list(some)))
    known = set(connection.execute(here).scalars())
    for document in known:
        of_it = update(DocumentRow).where(DocumentRow.id == document)
        connection.execute(of_it.values(**some[document]))
    if new := [row for document, row in some.items() if document not in known]:
        connection.execute(insert(DocumentRow), new)


def add_findings(
    connection: Connection, some: list[FindingRows], run: int, origin: str = "model"
) -> None:
    """Insert findings that the database does not have."""
    if not some:
        return
    columns = {
        "run": run,
        "first_run": run,
        "origin": origin,
        "place": "open",
        "verdict": None,
        "coded": False,
        "sampled": False,
    }
    first = (connection.execute(select(func.max(FindingRow.number))).scalar_one() or 0) + 1
    connection.execute(
        insert(FindingRow),
        [f.finding | columns | {"number": n} for n, f in enumerate(some, start=first)],
    )
    connection.execute(insert(ExcerptRow), [f.excerpt for f in some])
    credits = [
        {"finding_id": f.finding["id"], "code": code}
        for f in some
        for code in set(f.finding["now_codes"])
    ]
    if credits:
        connection.execute(insert(CreditRow), credits)
    index_excerpts(connection, [f.excerpt for f in some])


def _update(connection: Connection, some: list[FindingRows], run: int) -> None:
    """Bring findings that an earlier run had to what this run says of them."""
    suggested = {"now_label", "now_status", "now_scope", "now_codes"}
    for found in some:
        values = {k: v for k, v in found.finding.items() if k not in suggested}
        connection.execute(
            update(FindingRow)
            .where(FindingRow.id == found.finding["id"])
            .values(**values, run=run, origin="model")
        )
        connection.execute(
            update(ExcerptRow)
            .where(ExcerptRow.finding_id == found.finding["id"])
            .values(**found.excerpt)
        )
    ids = [found.finding["id"] for found in some]
    for piece in chunks(ids):
        connection.execute(delete(CreditRow).where(CreditRow.finding_id.in_(piece)))
        connection.execute(
            update(FindingRow).where(FindingRow.id.in_(piece)).values(now_codes=["?"])
        )
    refresh(connection, ids)  # credits anew: from what reviewers said, or from this run
    index_excerpts(connection, [found.excerpt for found in some])


def _pieces(findings: Iterable[FindingRows], size: int = 500) -> Iterator[list[FindingRows]]:
    piece: list[FindingRows] = []
    for found in findings:
        piece.append(found)
        if len(piece) == size:
            yield piece
            piece = []
    if piece:
        yield piece
