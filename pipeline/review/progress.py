"""Precision of each measure so far, from what reviewers decided."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, Integer, cast, func, select

from pipeline.codebook import LABELS
from pipeline.review.precision import Precision, precision
from pipeline.review.queue import latest_run
from pipeline.review.schema import FindingRow


class Progress(NamedTuple):
    """A measure: how many findings of the run, how many unsure, how right the judged ones are."""

    label: str
    total: int
    unsure: int
    precision: Precision


def precisions(connection: Connection, *, sampled: bool = False) -> list[Progress]:
    """One entry a measure that occurs.

    A finding is confirmed if it was accepted with the label that the model gave it.

    Args:
        sampled: only those that were drawn at random (double coding): what they show holds for
            all, while a queue sorted by score shows the best or the worst.
    """
    right = (FindingRow.verdict == "accepted") & (FindingRow.now_label == FindingRow.label)
    statement = (
        select(
            FindingRow.label,
            FindingRow.place,
            func.count(),
            func.coalesce(func.sum(cast(right, Integer)), 0),
        )
        .where(FindingRow.run == latest_run(connection), FindingRow.origin == "model")
        .group_by(FindingRow.label, FindingRow.place)
    )
    totals = dict.fromkeys(LABELS, 0)
    found: dict[str, dict[str, tuple[int, int]]] = {label: {} for label in LABELS}
    for label, place, count, confirmed in connection.execute(statement):
        totals[label] += count
        found[label][place] = (count, confirmed)
    if sampled:
        found = {label: {} for label in LABELS}
        for label, place, count, confirmed in connection.execute(
            statement.where(FindingRow.coded.is_(True))
        ):
            found[label][place] = (count, confirmed)
    result = []
    for label in LABELS:
        judged, confirmed = found[label].get("reviewed", (0, 0))
        unsure = found[label].get("unsure", (0, 0))[0]
        if totals[label]:
            known = precision(confirmed, judged, totals[label])
            result.append(Progress(label, totals[label], unsure, known))
    return result
