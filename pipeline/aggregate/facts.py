"""The findings table as columns of numbers, ready to be counted."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True)
class Facts:
    """What is counted: one entry a finding, sorted by finding_id, none twice.

    Attributes:
        credits: whom they are credited to, districts as such.
        label, status, scope: indices into the codebook's `LABELS`, `STATUSES` and `SCOPES`.
        year: `NO_YEAR` where none is told.
        documents: their hashes, sorted.
        document, score: index into `documents`; score in units of 1 / `SCORE_UNIT`.
        cluster: index of the finding that it repeats (its own, if none).
        verdict: `CONFIRMED`, `REJECTED` or `UNJUDGED`.
    """

    ids: list[str]
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
    table = findings.select(COUNTED)
    table = table.take(pc.sort_indices(table, sort_keys=[("finding_id", "ascending")]))
    ids = table.column("finding_id").to_pylist()
    unique = [n for n, one in enumerate(ids) if n == 0 or one != ids[n - 1]]
    if len(unique) < len(ids):
        table = table.take(pa.array(unique, pa.int64()))
        ids = [ids[n] for n in unique]
    codes = [tuple(sorted(set(row))) for row in table.column("municipality_codes").to_pylist()]
    of = table.column("document_id").to_pylist()
    documents = sorted(set(of))
    labels, statuses = (table.column(name).to_pylist() for name in ("label", "status"))
    years = table.column("year").to_pylist()
    scopes = table.column("scope").to_pylist()
    keys = list(zip(of, labels, statuses, scopes, years, codes, strict=True))
    verdicts = [decisions.confirmed.get(one) for one in ids]
    return Facts(
        ids=ids,
        documents=documents,
        credits=_credits(codes),
        scope=_numbers("scope", scopes, SCOPES),
        label=_numbers("label", labels, LABELS),
        status=_numbers("status", statuses, STATUSES),
        year=np.array([NO_YEAR if year is None else year for year in years], dtype=np.int64),
        document=_numbers("document", of, documents),
        score=np.rint(table.column("score").to_numpy() * SCORE_UNIT).astype(np.int64),
        cluster=np.array(fold(keys, table.column("text").to_pylist()), dtype=np.int64),
        verdict=np.array(
            [UNJUDGED if verdict is None else int(verdict) for verdict in verdicts],
            dtype=np.int64,
        ),
        sampled=np.array([one in decisions.sampled for one in ids], dtype=np.bool_),
    )


def _credits(codes: list[tuple[str, ...]]) -> Credits:
    names = tuple(sorted({code for row in codes for code in row}))
    number = {name: n for n, name in enumerate(names)}
    return Credits(
        names,
        np.repeat(np.arange(len(codes)), [len(row) for row in codes]),
        np.array([number[code] for row in codes for code in row], dtype=np.int64),
    )


def _numbers(what: str, values: Sequence[str], names: Sequence[str]) -> Ints:
    number = {name: n for n, name in enumerate(names)}
    unknown = sorted(set(values) - number.keys())
    if unknown:
        raise UsageError(
            f"{what} {unknown[0]!r} is not in the codebook",
            remedy="The run was made with another codebook: run it again with this version.",
        )
    return np.array([number[value] for value in values], dtype=np.int64)
