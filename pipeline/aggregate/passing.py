"""Counts by municipality of findings that pass by: documents come one after the other.

Near-duplicates are folded within a document, so that every count is a sum over documents. What is
held is a few numbers a cell and, as the tables name every finding, 25 bytes a credited finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.areas import Areas
from pipeline.aggregate.counts import finished, sums
from pipeline.aggregate.decisions import Decisions
from pipeline.aggregate.facts import NO_YEAR, facts_of
from pipeline.aggregate.rollup import named, of_level, units_of
from pipeline.codebook import LABELS, STATUSES
from pipeline.gazetteer import Gazetteer

_KEY = ("area", "label", "status", "year")
_ADDED = (
    "documents", "findings", "credits", "distinct_findings", "as_member", "score", "confirmed",
    "rejected",
)  # fmt: skip
_AT_ONCE = 50_000
"""Ids of findings that are unpacked at once; more only where one cell has more."""

_Key = tuple[str, str, str, int | None]


@dataclass
class _Cell:
    """What is known of an area, label, status and year; ids as lines."""

    added: list[int] = field(default_factory=lambda: [0] * len(_ADDED))
    highest: int = 0
    ids: bytearray = field(default_factory=bytearray)

    @property
    def evidence(self) -> list[str]:
        return sorted(self.ids.decode().splitlines())


def by_municipality(batches: Iterable[pa.RecordBatch], gazetteer: Gazetteer) -> Iterator[pa.Table]:
    """Count findings per municipality, label, status and year; yields rows sorted by these.

    A finding that stands twice (same id) counts once; one credited to a district counts for its
    municipality. What is credited to no municipality is in no row.

    Args:
        batches: of the findings table; the findings of a document stand together.

    Raises:
        UsageError: a label, status or code that this version does not know.
    """
    areas, cells = Areas(gazetteer), defaultdict[_Key, _Cell](_Cell)
    for table in _whole_documents(batches):
        facts = facts_of(table, Decisions())
        columns = sums(facts, of_level(units_of(facts, areas), areas, "municipality"))
        for row in pa.table(columns).to_pylist():
            cell = cells[row["area"], row["label"], row["status"], row["year"]]
            cell.added = [n + row[name] for n, name in zip(cell.added, _ADDED, strict=True)]
            cell.highest = max(cell.highest, row["highest"])
            cell.ids += "".join(f"{one}\n" for one in row["evidence"]).encode()
    for keys in _portions(cells):
        yield named(finished(_columns(keys, [cells.pop(key) for key in keys]), None), areas)


def _whole_documents(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The last document of a batch waits, as it may go on in the next."""
    waiting = list[pa.Table]()
    for batch in filter(len, batches):
        table = pa.concat_tables([*waiting, pa.Table.from_batches([batch])])
        documents = table.column("document_id")
        last = pc.index(documents, documents[-1]).as_py()
        if last:
            yield table.slice(0, last)
        waiting = [table.slice(last)]
    yield from waiting


def _portions(cells: dict[_Key, _Cell]) -> Iterator[list[_Key]]:
    """The keys in the order of the table, few enough that their evidence may be unpacked."""
    keys, findings = list[_Key](), 0
    for key in sorted(cells, key=_place):
        keys.append(key)
        findings += cells[key].added[_ADDED.index("findings")]
        if findings >= _AT_ONCE:
            yield keys
            keys, findings = [], 0
    if keys:
        yield keys


def _place(key: _Key) -> tuple[str, int, int, int]:
    area, label, status, year = key
    return area, LABELS.index(label), STATUSES.index(status), NO_YEAR if year is None else year


def _columns(keys: list[_Key], cells: list[_Cell]) -> dict[str, pa.Array]:
    kinds = (pa.string(), pa.string(), pa.string(), pa.int32())
    described = zip(_KEY, kinds, zip(*keys, strict=True), strict=True)
    added = zip(_ADDED, zip(*(cell.added for cell in cells), strict=True), strict=True)
    return {
        **{name: pa.array(values, kind) for name, kind, values in described},
        **{name: pa.array(values, pa.int64()) for name, values in added},
        "highest": pa.array([cell.highest for cell in cells], pa.int64()),
        "evidence": pa.array([cell.evidence for cell in cells], pa.list_(pa.string())),
    }
