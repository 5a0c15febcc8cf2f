"""What reviewers decided: a table with `finding_id`, `verdict` and, of random draws, `sampled`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from pipeline.errors import UsageError

_VERDICTS = ("confirmed", "rejected")
_TYPES = {"finding_id": pa.string(), "verdict": pa.string(), "sampled": pa.bool_()}


@dataclass(frozen=True)
class Decisions:
    """Verdicts by finding.

    Attributes:
        confirmed: finding to whether its label was confirmed (else it was rejected).
        sampled: the findings that were drawn at random, so that they stand for all.
    """

    confirmed: dict[str, bool] = field(default_factory=dict)
    sampled: frozenset[str] = frozenset()


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
                path, convert_options=pa_csv.ConvertOptions(column_types=_TYPES)
            )
        rows = table.select([n for n in _TYPES if n in table.column_names]).to_pylist()
        pairs = [(row["finding_id"], row["verdict"]) for row in rows]
    except (OSError, KeyError, pa.ArrowException) as error:
        raise UsageError(f"cannot read decisions from {path}: {error}", remedy=remedy) from error
    confirmed: dict[str, bool] = {}
    for finding, verdict in pairs:
        if verdict not in _VERDICTS:
            raise UsageError(f"{path}: verdict {verdict!r} of {finding}", remedy=remedy)
        if confirmed.setdefault(finding, verdict == "confirmed") != (verdict == "confirmed"):
            raise UsageError(f"{path}: two verdicts on {finding}", remedy=remedy)
    return Decisions(confirmed, frozenset(r["finding_id"] for r in rows if r.get("sampled")))
