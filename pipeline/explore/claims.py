"""What a run lets one say: coverage, corrected numbers, and comparisons that allow for chance."""

from __future__ import annotations

from math import isnan

import pandas as pd

from pipeline.api import Run
from pipeline.codebook import SWEDISH

_Estimate = tuple[float, float, float]
"""A corrected number and the ends of its interval; NaN where the model's errors are not known."""


def coverage(run: Run) -> pd.DataFrame:
    """Municipalities of which something was met: how many documents, and how many were read."""
    table = run.coverage()
    met = table[(table["documents"] > 0) & (table["level"] == "municipality")]
    met = met.sort_values("documents", ascending=False, kind="stable")
    return pd.DataFrame(
        {
            "kommun": met["name"],
            "dokument": met["documents"],
            "lästa i sin helhet": met["read"],
            "delvis": met["partly"],
            "inte lästa": met["unread"],
            "fynd": met["findings"],
        }
    ).reset_index(drop=True)


def most_findings(run: Run, count: int) -> list[str]:
    """Names of the municipalities that most findings are credited to."""
    ordered = coverage(run).sort_values("fynd", ascending=False, kind="stable")
    return ordered["kommun"].head(count).tolist()


def unread(run: Run) -> str:
    """How many municipalities the run says nothing about, in a sentence."""
    table = run.coverage().query("level == 'municipality'")
    silent = int((table["read"] + table["partly"] == 0).sum())
    return f"Om {silent} av {len(table)} kommuner säger underlaget ingenting: inget är läst."


def estimates(run: Run, name: str | None = None) -> pd.DataFrame:
    """Findings and corrected numbers a measure, for one municipality or for all together.

    Columns as `plots.intervals` takes them. Raises `KeyError` where nothing was found for `name`.
    """
    table = run.estimates()
    chosen = table[table["level"] == "nation"] if name is None else table[table["name"] == name]
    if chosen.empty:
        raise KeyError(f"no findings are credited to {name!r}")
    chosen = chosen.sort_values("findings", ascending=False, kind="stable")
    return pd.DataFrame(
        {
            "found": chosen["findings"].to_numpy(),
            "value": chosen["estimate"].to_numpy(),
            "low": chosen["estimate_low"].to_numpy(),
            "high": chosen["estimate_high"].to_numpy(),
        },
        index=chosen["label"].map(SWEDISH).to_list(),
    )


def compare(run: Run, one: str, other: str) -> pd.DataFrame:
    """Two municipalities, measure by measure, and whether their difference says anything.

    A difference counts where the two 95 % intervals do not overlap: a strict rule, which allows
    for the classifier's errors but not for what the documents leave out.
    """
    left, right = estimates(run, one), estimates(run, other)
    both = sorted({*left.index, *right.index}, key=str.casefold)
    rows = []
    for label in both:
        a, b = _row(left, label), _row(right, label)
        rows.append({"åtgärd": label, one: _said(a), other: _said(b), "skillnad": _verdict(a, b)})
    return pd.DataFrame(rows)


def _row(table: pd.DataFrame, label: str) -> _Estimate | None:
    if label not in table.index:
        return None
    value, low, high = table.loc[label, ["value", "low", "high"]].to_numpy(dtype=float)
    return float(value), float(low), float(high)


def _said(row: _Estimate | None) -> str:
    if row is None:
        return "inga fynd"
    if isnan(row[0]):
        return "okänt"
    value, low, high = (f"{number:.1f}".replace(".", ",") for number in row)
    return f"{value} ({low}–{high})"


def _verdict(a: _Estimate | None, b: _Estimate | None) -> str:
    if a is None or b is None:
        return "går inte att bedöma: inga fynd är inte detsamma som inga åtgärder"
    if isnan(a[0]) or isnan(b[0]):
        return "går inte att bedöma: hur ofta modellen har fel är inte känt"
    apart = a[1] > b[2] or b[1] > a[2]
    return "större än osäkerheten" if apart else "ryms i osäkerheten"
