"""Read run folders and merge them: every content once, by its hash."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.aggregate.columns import MERGED_DOCUMENTS
from pipeline.aggregate.decisions import Decisions, read_decisions
from pipeline.errors import UsageError
from pipeline.tables import DOCUMENTS, FINDINGS, Row

_ORDER = ("document", "start", "label", "document_id", "finding_id")
_BEST_FIRST = {"read": 0, "partly": 1, "failed": 2, "copy": 3}


@dataclass(frozen=True)
class Run:
    """The tables of one run, or of an earlier aggregation.

    Attributes:
        findings: columns of `FINDINGS`.
        documents: columns of `MERGED_DOCUMENTS`.
        manifests: what is known of how it was made; several after an aggregation.
        decisions: of reviewers, that an earlier aggregation was given.
    """

    findings: pa.Table
    documents: pa.Table
    manifests: tuple[dict[str, Any], ...] = ()
    decisions: Decisions = field(default_factory=Decisions)


@dataclass
class _Content:
    """All that the runs say of one content."""

    readings: list[tuple[int, Row]] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)


def read_run(folder: Path) -> Run:
    """Read the folder of a run or of an aggregation.

    Raises:
        UsageError: it is neither.
    """
    try:
        findings = pq.read_table(folder / "findings.parquet", pre_buffer=False)
        documents = pq.read_table(folder / "documents.parquet")
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        manifests = tuple(manifest["runs"]) if "runs" in manifest else (manifest,)
        finished = "" if "runs" in manifest else manifest["finished"]
        findings = findings.select(FINDINGS.names).cast(FINDINGS)
        kept = folder / "decisions.parquet"
        decisions = read_decisions(kept) if kept.is_file() else Decisions()
        return Run(findings, _with_provenance(documents, finished), manifests, decisions)
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        remedy = "Give the folder that `kommunlupp run` or `kommunlupp aggregate` wrote."
        raise UsageError(f"{folder} is not a run folder: {error}", remedy=remedy) from error


def _with_provenance(documents: pa.Table, finished: str) -> pa.Table:
    """Add the columns that a run's documents lack and an aggregation's have."""
    if "run_finished" not in documents.column_names:
        rows = documents.num_rows
        documents = documents.select(DOCUMENTS.names)
        documents = documents.append_column("copies", pa.array([[]] * rows, pa.list_(pa.string())))
        documents = documents.append_column("run_finished", pa.array([finished] * rows))
    return documents.select(MERGED_DOCUMENTS.names).cast(MERGED_DOCUMENTS)


def merge(runs: Sequence[Run]) -> Run:
    """Merge runs into one, the same whatever their order or division.

    Of several readings of one content the most complete is used; of these the latest; where that
    leaves a choice, the one whose rows have the least hash. The other paths become its `copies`.
    A file that could not even be opened has no hash: it is told apart by its path.
    """
    contents: dict[tuple[str, str], _Content] = defaultdict(_Content)
    for number, run in enumerate(runs):
        for row in run.documents.to_pylist():
            key = ("content", row["document_id"]) if row["document_id"] else ("path", row["file"])
            content = contents[key]
            content.readings.append((number, row))
            content.paths |= {row["file"], *row["copies"]}
    by_document = [_ByDocument(run) for run in runs]
    chosen = {key: _chosen(content, by_document) for key, content in contents.items()}
    documents = [_document(row, contents[key].paths) for key, (_, row) in sorted(chosen.items())]
    used = {key[1]: number for key, (number, _) in chosen.items() if key[0] == "content"}
    findings = pa.concat_tables([_used(run.findings, used, n) for n, run in enumerate(runs)])
    return Run(
        _sorted(findings),
        pa.Table.from_pylist(documents, schema=MERGED_DOCUMENTS),
        _unique(manifest for run in runs for manifest in run.manifests),
    )


def _sorted(findings: pa.Table) -> pa.Table:
    """In the order of a run's own table, which therefore needs no second copy in memory."""
    keys = [(name, "ascending") for name in _ORDER]
    order = pc.sort_indices(findings, sort_keys=keys)
    in_order = np.array_equal(order.to_numpy(), np.arange(len(order)))
    return findings if in_order else findings.take(order)


class _ByDocument:
    """A run's findings, those of one document at a time."""

    def __init__(self, run: Run) -> None:
        self._findings = run.findings

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for place, document_id in enumerate(self._findings.column("document_id").to_pylist()):
            places[document_id].append(place)
        return places

    def rows(self, document_id: str) -> list[Row]:
        """The rows of a document, in no order; none of one that was not read."""
        places = pa.array(self._places.get(document_id, []), pa.int64())
        rows: list[Row] = self._findings.take(places).to_pylist()
        return rows


def _chosen(content: _Content, findings: Sequence[_ByDocument]) -> tuple[int, Row]:
    best = min(_BEST_FIRST[row["outcome"]] for _, row in content.readings)
    left = [(n, row) for n, row in content.readings if _BEST_FIRST[row["outcome"]] == best]
    latest = max(row["run_finished"] for _, row in left)
    left = [(n, row) for n, row in left if row["run_finished"] == latest]
    if len(left) == 1:
        return left[0]
    return min(left, key=lambda it: _digest(it[1], findings[it[0]].rows(it[1]["document_id"])))


def _digest(document: Row, rows: list[Row]) -> str:
    rows.sort(key=lambda row: (row["start"], row["label"], row["finding_id"]))
    own = {key: value for key, value in document.items() if key != "copies"}
    return hashlib.sha256(json.dumps([own, rows]).encode()).hexdigest()


def _document(row: Row, paths: set[str]) -> Row:
    """The row of a content; one known only as a copy was not read, and is not lost."""
    outcome = "failed" if row["outcome"] == "copy" else row["outcome"]
    return {**row, "outcome": outcome, "copies": sorted(paths - {row["file"]})}


def _used(findings: pa.Table, used: dict[str, int], number: int) -> pa.Table:
    """The findings of the documents that this run's reading is used of."""
    ids = findings.column("document_id").unique().to_pylist()
    strangers = [one for one in ids if one not in used]
    if strangers:
        raise UsageError(f"findings of a document that the run does not list: {strangers[0]}")
    mine = pa.array([one for one in ids if used[one] == number], pa.string())
    if len(mine) == len(ids):
        return findings
    return findings.filter(pc.is_in(findings.column("document_id"), value_set=mine))


def _unique(manifests: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    texts = {json.dumps(manifest, sort_keys=True, ensure_ascii=False) for manifest in manifests}
    return tuple(json.loads(text) for text in sorted(texts))
