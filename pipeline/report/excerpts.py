"""Excerpts: every sentence with its findings, once a document and municipality."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from sys import intern

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate import Aggregate
from pipeline.aggregate.facts import CONFIRMED, REJECTED, Ints
from pipeline.codebook import SWEDISH
from pipeline.report.words import clipped
from pipeline.tables import Row

_CONTEXT = 80
"""Characters of the neighbouring sentences that are shown."""

_COLUMNS = [
    "finding_id", "document_id", "document", "page", "boxes", "before", "text", "after", "start",
    "label", "status", "year", "score", "scope", "quantity",
]  # fmt: skip
_REPEATED = ("document_id", "status", "scope")
"""Columns of few different values: each is held once."""

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
    codes = result.run.findings.column("municipality_codes").combine_chunks()
    flat = codes.flatten().dictionary_encode()
    units = [unit_of[code] for code in flat.dictionary.to_pylist()]
    unit = np.array(units, dtype=object)[flat.indices]
    row = pc.list_parent_indices(codes).to_numpy()
    rows = {name: np.unique(row[unit == name]) for name in sorted(set(units))}
    reader = _Reader(result)
    return {name: reader.sources(mine) for name, mine in rows.items()}


def collective(result: Aggregate) -> list[Source]:
    """Gather the excerpts that speak of a group and are credited to no member of it."""
    ids = result.run.findings.column("finding_id")
    mine = pc.is_in(ids, value_set=result.collective.column("finding_id").combine_chunks())
    return _Reader(result).sources(np.flatnonzero(mine))


class _Reader:
    """The findings table, and what each finding repeats."""

    def __init__(self, result: Aggregate) -> None:
        facts, table = result.facts, result.run.findings
        fact = pc.index_in(table.column("finding_id"), value_set=facts.ids).to_numpy()
        self._table = table.select(_COLUMNS)
        self._cluster, self._verdict = facts.cluster[fact], facts.verdict[fact]

    def sources(self, rows: Ints) -> list[Source]:
        """Rows of the findings table as excerpts, by document."""
        documents: dict[tuple[str, str], dict[int, list[Row]]] = defaultdict(dict)
        found: list[Row] = self._table.take(pa.array(rows)).to_pylist()
        for number, row in zip(rows, found, strict=True):
            row |= {"cluster": int(self._cluster[number]), "verdict": int(self._verdict[number])}
            row |= {name: intern(row[name]) for name in _REPEATED}
            key = row["document"], row["document_id"]
            documents[key].setdefault(row["start"], []).append(row)
        return [
            Source(file, _excerpts([rows for _, rows in sorted(sentences.items())]))
            for (file, _), sentences in sorted(documents.items())
        ]


def _excerpts(sentences: list[list[Row]]) -> list[Excerpt]:
    """One excerpt a sentence; one that only repeats others is a note to the first of them."""
    shown: dict[int, Excerpt] = {}
    excerpts = []
    for rows in sentences:
        clusters = [row["cluster"] for row in rows]
        if all(cluster in shown for cluster in clusters):
            page = rows[0]["page"]
            if page is not None:
                shown[clusters[0]].repeated.append(page)
            continue
        excerpt = _excerpt(rows)
        excerpts.append(excerpt)
        for cluster in clusters:
            shown.setdefault(cluster, excerpt)
    return excerpts


def _excerpt(rows: list[Row]) -> Excerpt:
    row = rows[0]
    return Excerpt(
        id=row["finding_id"],
        document_id=row["document_id"],
        page=row["page"],
        boxes=tuple(map(tuple, row["boxes"])),
        before=clipped(row["before"], _CONTEXT, end=True),
        text=row["text"],
        after=clipped(row["after"], _CONTEXT, end=False),
        scope=row["scope"],
        quantity=row["quantity"],
        tags=[_tag(row) for row in rows],
    )


def _tag(row: Row) -> Tag:
    return Tag(
        measure=SWEDISH[row["label"]],
        status=row["status"],
        year=row["year"],
        score=row["score"],
        verdict=row["verdict"],
    )


VERDICTS = {CONFIRMED: "bekräftad av granskare", REJECTED: "underkänd av granskare"}
"""What a tag says of a reviewer's verdict."""
