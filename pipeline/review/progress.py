"""Precision of each measure so far, from what reviewers decided."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, Integer, cast, func, select

from pipeline.codebook import LABELS
from pipeline.review.precision import Precision, precision
from pipeline.review.queue import latest_run
from pipeline.review.schema import FindingRow


class Progress(NamedTuple):
    """A measure: how many findings, how many of them not settled, how right the others are."""

    label: str
    total: int
    unsettled: int
    precision: Precision


def precisions(connection: Connection, *, sampled: bool = False) -> list[Progress]:
    """One entry a measure that occurs.

    A finding is confirmed if it was accepted with the label that the model gave it.

    Args:
        sampled: of those only that were drawn at random. What they show holds for the whole run
            once all of them are settled: those that are left till last are the difficult ones.
            A queue sorted by score shows the best or the worst.
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
    for label, _, count, _ in connection.execute(statement):
        totals[label] += count
    if sampled:
        statement = statement.where(FindingRow.sampled.is_(True))
    judged, right_ones, unsettled = (dict.fromkeys(LABELS, 0) for _ in range(3))
    for label, place, count, confirmed in connection.execute(statement):
        if place == "reviewed":
            judged[label], right_ones[label] = count, confirmed
        else:
            unsettled[label] += count
    return [
        Progress(
            label,
            totals[label],
            unsettled[label],
            precision(right_ones[label], judged[label], totals[label]),
        )
        for label in LABELS
        if totals[label]
    ]
