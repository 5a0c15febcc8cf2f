"""The findings table as columns of numbers, ready to be counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.aggregate.decisions import Decisions
from pipeline.aggregate.duplicates import fold
from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.errors import UsageError

Ints = NDArray[np.int64]

NO_YEAR = -1
SCORE_UNIT = 10_000
"""Scores are summed as whole ten-thousandths: a sum of floats depends on their order."""

CONFIRMED, REJECTED, UNJUDGED = 1, 0, -1


class Credits(NamedTuple):
    """Findings and those whom they are credited to.

    Attributes:
        names: codes of the bodies.
        finding, body: for each credit, the finding and the index into `names`; no pair twice.
    """

    names: tuple[str, ...]
    finding: Ints
    body: Ints


COUNTED = (
    "finding_id", "document_id", "label", "status", "scope", "year", "score", "text",
    "municipality_codes",
)  # fmt: skip
"""Columns of the findings table that counting looks at."""
_SHORT = [name for name in COUNTED if name != "text"]
_FOLDED_AT_ONCE = 20_000
"""Findings whose sentences are unpacked at once; more only where one document has more."""


@dataclass(frozen=True)
class Facts:
    """What is counted: one entry a finding, sorted by finding_id, none twice.

    Attributes:
        ids: finding_ids, as an Arrow array: a list of them takes three times the room.
        credits: whom they are credited to, districts as such.
        label, status, scope: indices into the codebook's `LABELS`, `STATUSES` and `SCOPES`.
        year: `NO_YEAR` where none is told.
        documents: their hashes, sorted.
        document, score: index into `documents`; score in units of 1 / `SCORE_UNIT`.
        cluster: index of the finding that it repeats (its own, if none).
        verdict: `CONFIRMED`, `REJECTED` or `UNJUDGED`.
    """

    ids: pa.StringArray
    documents: list[str]
    credits: Credits
    scope: Ints
    label: Ints
    status: Ints
    year: Ints
    document: Ints
    score: Ints
    cluster: Ints
    verdict: Ints
    sampled: NDArray[np.bool_]


def facts_of(findings: pa.Table, decisions: Decisions) -> Facts:
    """Turn the findings table into facts.

    Raises:
        UsageError: a label or status is not in the codebook.
    """
    rows = _rows(findings.column("finding_id"))
    table = findings.select(_SHORT).take(rows)
    ids = table.column("finding_id").combine_chunks()
    documents = sorted(table.column("document_id").unique().to_pylist())
    label, status, scope, document = (
        _numbers(name, table.column(name), names)
        for name, names in (
            ("label", LABELS), ("status", STATUSES), ("scope", SCOPES), ("document_id", documents),
        )
    )  # fmt: skip
    year = table.column("year").fill_null(NO_YEAR).to_numpy().astype(np.int64)
    credits = _credits(table.column("municipality_codes").combine_chunks())
    cluster = _clusters(
        (document, label, status, scope, year), credits, findings.column("text"), rows
    )
    return Facts(
        ids=ids,
        documents=documents,
        credits=credits,
        scope=scope,
        label=label,
        status=status,
        year=year,
        document=document,
        score=np.rint(table.column("score").to_numpy() * SCORE_UNIT).astype(np.int64),
        cluster=cluster,
        verdict=_verdicts(ids, decisions),
        sampled=pc.is_in(ids, value_set=_texts(decisions.sampled)).to_numpy(zero_copy_only=False),
    )


def _rows(ids: pa.ChunkedArray) -> pa.Array:
    """Rows of the findings table by id, the first of those that share one."""
    order = pc.sort_indices(ids)
    in_order = ids.take(order).combine_chunks()
    if not len(order):
        return order
    new = pc.not_equal(in_order[1:], in_order[:-1])
    return order.filter(pa.concat_arrays([pa.array([True]), new]))


def _numbers(what: str, values: pa.ChunkedArray, names: Sequence[str]) -> Ints:
    numbers = pc.index_in(values, value_set=_texts(names))
    if numbers.null_count:
        unknown = sorted(set(values.unique().to_pylist()) - set(names))
        raise UsageError(
            f"{what} {unknown[0]!r} is not in the codebook",
            remedy="The run was made with another codebook: run it again with this version.",
        )
    return np.asarray(numbers.to_numpy().astype(np.int64))


def _credits(codes: pa.ListArray) -> Credits:
    flat = codes.flatten()
    names = tuple(sorted(flat.unique().to_pylist()))
    body = pc.index_in(flat, value_set=_texts(names)).to_numpy().astype(np.int64)
    finding = pc.list_parent_indices(codes).to_numpy()
    pairs = np.unique(finding * max(1, len(names)) + body)
    return Credits(names, *np.divmod(pairs, max(1, len(names))))


def _clusters(
    alike: tuple[Ints, ...], credits: Credits, texts: pa.ChunkedArray, rows: pa.Array
) -> Ints:
    """Fold near-duplicates: whole documents, some thousand findings at a time.

    Args:
        alike: what must be equal besides those credited; the document comes first.
        rows: of each finding, in the table that `texts` is a column of.
    """
    cluster = np.arange(len(rows))
    starts, ends = (np.searchsorted(credits.finding, cluster, side) for side in ("left", "right"))
    for mine in _portions(alike[0]):
        bodies = (
            tuple(credits.body[start:end].tolist())
            for start, end in zip(starts[mine], ends[mine], strict=True)
        )
        keys = list(zip(*(column[mine].tolist() for column in alike), bodies, strict=True))
        said = texts.take(rows.take(pa.array(mine))).to_pylist()
        cluster[mine] = mine[fold(keys, said)]
    return cluster


def _portions(document: Ints) -> Iterator[Ints]:
    """Findings of several whole documents at a time."""
    order = np.argsort(document, kind="stable")
    in_order = document[order]
    start, count = 0, len(order)
    while start < count:
        last = in_order[min(start + _FOLDED_AT_ONCE, count) - 1]
        end = int(np.searchsorted(in_order, last, side="right"))
        yield order[start:end]
        start = end


def _verdicts(ids: pa.Array, decisions: Decisions) -> Ints:
    verdicts = np.array([*decisions.confirmed.values(), UNJUDGED], dtype=np.int64)
    judged = pc.index_in(ids, value_set=_texts(decisions.confirmed))
    return np.asarray(verdicts[judged.fill_null(-1).to_numpy(zero_copy_only=False)])


def _texts(values: Iterable[str]) -> pa.Array:
    return pa.array(list(values), pa.string())
