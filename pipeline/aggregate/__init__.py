"""From findings to counts by municipality, measure, status and year, with what was not read.

Counts add up: over labels, statuses and years `findings` of an area are a sum; `credits` of a
county, and of the nation, are the sum of `findings` of its municipalities and regions; `findings`
of the total are those of the nation and the uncredited.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from pipeline.aggregate.areas import Areas
from pipeline.aggregate.collective import collective
from pipeline.aggregate.coverage import coverage
from pipeline.aggregate.decisions import Decisions, united
from pipeline.aggregate.facts import UNJUDGED, Facts, facts_of
from pipeline.aggregate.merge import Run, merge
from pipeline.aggregate.passing import by_municipality
from pipeline.aggregate.rollup import municipalities, rollup, units_of
from pipeline.aggregate.totals import estimate_totals
from pipeline.aggregate.uncertainty import Rates
from pipeline.gazetteer import Gazetteer

__all__ = ["Aggregate", "aggregate", "by_municipality"]


@dataclass(frozen=True)
class Aggregate:
    """Everything that is counted of one or more runs.

    Attributes:
        run: the runs merged into one, every content once.
        facts: its findings as columns of numbers.
        municipalities, rollup, collective, coverage, estimates: see `columns`.
        foreign_decisions: decisions on findings that the runs do not have.
        rates: the classifier's errors that the estimates allow for.
    """

    run: Run
    facts: Facts
    municipalities: pa.Table
    rollup: pa.Table
    collective: pa.Table
    coverage: pa.Table
    estimates: pa.Table
    foreign_decisions: int
    rates: Rates | None


def aggregate(
    runs: Sequence[Run],
    gazetteer: Gazetteer,
    *,
    rates: Rates | None = None,
    decisions: Decisions | None = None,
) -> Aggregate:
    """Merge runs and count what they found; the same whatever their order or division.

    Args:
        rates: the classifier's errors; without them no count is corrected.
        decisions: what reviewers decided; None: what earlier aggregations among the runs kept.

    Raises:
        UsageError: a run holds a label, status or code that this version does not know, or the
            decisions that were kept differ.
    """
    decisions = united(run.decisions for run in runs) if decisions is None else decisions
    run, areas = replace(merge(runs), decisions=decisions), Areas(gazetteer)
    facts = facts_of(run.findings, decisions)
    units = units_of(facts, areas)
    return Aggregate(
        run=run,
        facts=facts,
        municipalities=municipalities(facts, units, areas, rates),
        rollup=rollup(facts, units, areas, rates),
        collective=collective(run, decisions),
        coverage=coverage(run, facts, units, areas),
        estimates=estimate_totals(facts, units, areas, rates),
        foreign_decisions=len(decisions.confirmed) - int((facts.verdict != UNJUDGED).sum()),
        rates=rates,
    )
