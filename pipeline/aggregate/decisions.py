"""What reviewers decided: a table with `finding_id`, `verdict` and, of random draws, `sampled`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from pipeline.aggregate.columns import DECISIONS
from pipeline.errors import UsageError

_CONFIRMED, _REJECTED = "confirmed", "rejected"


@dataclass(frozen=True)
class Decisions:
    """Verdicts by finding.

    Attributes:
        confirmed: finding to whether its label was confirmed (else it was rejected).
        sampled: the findings that were drawn at random, so that they stand for all.
    """

    confirmed: dict[str, bool] = field(default_factory=dict)
    sampled: frozenset[str] = frozenset()

    def table(self) -> pa.Table:
        """Columns of `DECISIONS`, sorted, as `read_decisions` takes them."""
        rows = [
            {
                "finding_id": finding,
                "verdict": _CONFIRMED if confirmed else _REJECTED,
                "sampled": finding in self.sampled,
            }
            for finding, confirmed in sorted(self.confirmed.items())
        ]
        return pa.Table.from_pylist(rows, schema=DECISIONS)


def read_decisions(path: Path) -> Decisions:
    """Read a CSV or Parquet table of decisions.

    Raises:
        UsageError: a column is missing, a verdict is neither `confirmed` nor `rejected`, or a
            finding has two verdicts that differ.
    """
    remedy = "Export the decisions anew, or give a table with finding_id, verdict and sampled."
    try:
        if path.suffix == ".parquet":
            table = pq.read_table(path)
        else:
            table = pa_csv.read_csv(
                path, convert_options=pa_csv.ConvertOptions(column_types=DECISIONS)
            )
        rows = table.select([n for n in DECISIONS.names if n in table.column_names]).to_pylist()
        pairs = [(row["finding_id"], row["verdict"]) for row in rows]
    except (OSError, KeyError, pa.ArrowException) as error:
        raise UsageError(f"cannot read decisions from {path}: {error}", remedy=remedy) from error
    for finding, verdict in pairs:
        if verdict not in (_CONFIRMED, _REJECTED):
            raise UsageError(f"{path}: verdict {verdict!r} of {finding}", remedy=remedy)
    confirmed = [(finding, verdict == _CONFIRMED) for finding, verdict in pairs]
    sampled = frozenset(row["finding_id"] for row in rows if row.get("sampled"))
    return _united(confirmed, sampled, str(path), remedy)


def united(decisions: Iterable[Decisions]) -> Decisions:
    """Return those of several earlier aggregations as one; raises `UsageError` if they differ."""
    several = list(decisions)
    return _united(
        [item for one in several for item in one.confirmed.items()],
        frozenset[str]().union(*(one.sampled for one in several)),
        "earlier aggregations",
        "Give the decisions that hold with --decisions.",
    )


def _united(
    pairs: Iterable[tuple[str, bool]], sampled: frozenset[str], source: str, remedy: str
) -> Decisions:
    confirmed: dict[str, bool] = {}
    for finding, right in pairs:
        if confirmed.setdefault(finding, right) != right:
            raise UsageError(f"{source}: two verdicts on {finding}", remedy=remedy)
    return Decisions(confirmed, sampled)
