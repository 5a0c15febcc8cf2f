"""The bars that the pipeline's speed is held to, and whether they are met."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Bar:
    """One bar; `reached` and `met` are None where the figure was not to be had."""

    what: str
    wanted: str
    reached: float | None
    met: bool | None


def bars(figures: Mapping[str, Any]) -> list[Bar]:
    """Hold the figures of `bench_pipeline.measure` to the bars.

    Growth below 1 is the start of the program, which more pages share.
    """
    ratios, runs = figures["ratios"], figures["runs"]
    return [
        _at_least(3, "whole to plain composition, per CPU second", ratios["whole_to_plain_cpu"]),
        _at_least(3, "whole to plain composition, by the clock", ratios["whole_to_plain"]),
        _at_least(25, "pages a second", runs["all"]["pages_per_second"]),
        _at_most(2048, "peak memory, MiB", max(run["peak_mib"] for run in runs.values())),
        _at_most(1.1, "growth of a page's seconds from a tenth to all", figures["growth_wall"]),
        _at_most(1.1, "growth of a page's CPU seconds", figures["growth_cpu"]),
        _at_least(
            0.4, "classification beside matrix products", figures["matrix"].get("share_of_stage")
        ),
        _below(
            1,
            "restoration + classification against extraction",
            ratios["restore_classify_to_extract"],
        ),
    ]


def _at_least(limit: float, what: str, reached: float | None) -> Bar:
    return _bar(what, f"at least {limit:g}", reached, operator.ge, limit)


def _at_most(limit: float, what: str, reached: float | None) -> Bar:
    return _bar(what, f"at most {limit:g}", reached, operator.le, limit)


def _below(limit: float, what: str, reached: float | None) -> Bar:
    return _bar(what, f"less than {limit:g}", reached, operator.lt, limit)


def _bar(
    what: str,
    wanted: str,
    reached: float | None,
    holds: Callable[[float, float], bool],
    limit: float,
) -> Bar:
    return Bar(what, wanted, reached, None if reached is None else holds(reached, limit))
