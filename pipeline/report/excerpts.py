"""Excerpts: every sentence with its findings, once a document and municipality."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from pipeline.aggregate import Aggregate
from pipeline.aggregate.facts import CONFIRMED, REJECTED
from pipeline.codebook import SWEDISH
from pipeline.report.words import clipped

_CONTEXT = 80
"""Characters of the neighbouring sentences that are shown."""

Boxes = tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """One finding in an excerpt, as words."""

    measure: str
    status: str
    year: int | None
    score: float
    verdict: int


@dataclass(slots=True)
class Excerpt:
    """A sentence and what was found in it.

    Attributes:
        document_id, page, boxes: where it stands, for the picture of it.
        repeated: pages on which the document says nearly the same again.
        image: a data URI once the page has been drawn.
    """

    id: str
    document_id: str
    page: int | None
    boxes: Boxes
    before: str
    text: str
    after: str
    scope: str
    quantity: str | None
    tags: list[Tag] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    image: str | None = None


@dataclass(slots=True)
class Source:
    """A document with the excerpts shown from it."""

    file: str
    excerpts: list[Excerpt]

    @property
    def folder(self) -> str:
        """The path's folders, "" where there is none."""
        return self.file.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.file.rpartition("/")[2]


def by_municipality(result: Aggregate, unit_of: dict[str, str]) -> dict[str, list[Source]]:
    """Gather the excerpts of every municipality, its documents in the order of their names.

    Args:
        unit_of: code of a body to that of its municipality or region.
    """
    table = result.run.findings
    groups: dict[str, list[int]] = defaultdict(list)
    for row, codes in enumerate(table.column("municipality_codes").to_pylist()):
        for unit in sorted({unit_of[code] for code in codes}):
            groups[unit].append(row)
    reader = _Reader(result)
    return {unit: reader.sources(rows) for unit, rows in groups.items()}


def collective(result: Aggregate) -> list[Source]:
    """Gather the excerpts that speak of a group and are credited to no member of it."""
    ids = set(result.collective.column("finding_id").to_pylist())
    rows = [n for n, one in enumerate(_list(result.run.findings, "finding_id")) if one in ids]
    return _Reader(result).sources(rows)


def _list(table: pa.Table, name: str) -> list[Any]:
    values: list[Any] = table.column(name).to_pylist()
    return values


class _Reader:
    """The findings table by column, and what each finding repeats."""

    def __init__(self, result: Aggregate) -> None:
        facts, table = result.facts, result.run.findings
        names = (
            "finding_id", "document_id", "document", "page", "boxes", "before", "text", "after",
            "start", "label", "status", "year", "score", "scope", "quantity",
        )  # fmt: skip
        self.column = {name: _list(table, name) for name in names}
        index = {one: n for n, one in enumerate(facts.ids)}
        self.fact = [index[one] for one in self.column["finding_id"]]
        self.cluster, self.verdict = facts.cluster.tolist(), facts.verdict.tolist()

    def sources(self, rows: Iterable[int]) -> list[Source]:
        """Rows of the findings table as excerpts, by document."""
        column = self.column
        documents: dict[tuple[str, str], dict[int, list[int]]] = defaultdict(dict)
        for row in rows:
            key = column["document"][row], column["document_id"][row]
            documents[key].setdefault(column["start"][row], []).append(row)
        return [
            Source(file, self._excerpts([rows for _, rows in sorted(sentences.items())]))
            for (file, _), sentences in sorted(documents.items())
        ]

    def _excerpts(self, sentences: list[list[int]]) -> list[Excerpt]:
        """One excerpt a sentence; one that only repeats others is a note to the first of them."""
        shown: dict[int, Excerpt] = {}
        excerpts = []
        for rows in sentences:
            clusters = [self.cluster[self.fact[row]] for row in rows]
            if all(cluster in shown for cluster in clusters):
                page = self.column["page"][rows[0]]
                if page is not None:
                    shown[clusters[0]].repeated.append(page)
                continue
            excerpt = self._excerpt(rows)
            excerpts.append(excerpt)
            for cluster in clusters:
                shown.setdefault(cluster, excerpt)
        return excerpts

    def _excerpt(self, rows: list[int]) -> Excerpt:
        row, column = rows[0], self.column
        return Excerpt(
            id=column["finding_id"][row],
            document_id=column["document_id"][row],
            page=column["page"][row],
            boxes=tuple(map(tuple, column["boxes"][row])),
            before=clipped(column["before"][row], _CONTEXT, end=True),
            text=column["text"][row],
            after=clipped(column["after"][row], _CONTEXT, end=False),
            scope=column["scope"][row],
            quantity=column["quantity"][row],
            tags=[self._tag(row) for row in rows],
        )

    def _tag(self, row: int) -> Tag:
        column = self.column
        return Tag(
            measure=SWEDISH[column["label"][row]],
            status=column["status"][row],
            year=column["year"][row],
            score=column["score"][row],
            verdict=self.verdict[self.fact[row]],
        )


VERDICTS = {CONFIRMED: "bekräftad av granskare", REJECTED: "underkänd av granskare"}
"""What a tag says of a reviewer's verdict."""
