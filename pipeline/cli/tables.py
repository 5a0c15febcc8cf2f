"""Tables that commands print on the terminal."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from pipeline.batch.summary import Summary


def print_summary(summary: Summary, out: Path) -> None:
    """Print what a run read, what it found where, and which files to open next."""
    console = Console()
    counts = Table(title="Documents", show_header=False)
    for name, value in (
        ("read in full", summary.read),
        ("partly read", summary.partly),
        ("failed", summary.failed),
        ("copies left out", summary.copies),
        ("taken from an earlier run", f"{summary.reused} in full, {summary.resumed} in part"),
        ("pages", summary.pages),
        ("findings", summary.findings),
        ("municipalities with findings", summary.municipalities),
        ("seconds", f"{summary.seconds:.1f}"),
    ):
        counts.add_row(name, str(value))
    console.print(counts)
    rows = pq.read_table(out / "municipalities.parquet").to_pylist()
    if rows:
        console.print(_per_municipality(rows))
    console.print(f"Findings with page and excerpt: {out / 'findings.csv'}", soft_wrap=True)
    if summary.partly or summary.failed:
        console.print(f"What could not be read, and why: {out / 'failures.csv'}", soft_wrap=True)


def _per_municipality(rows: list[dict[str, object]], at_most: int = 25) -> Table:
    totals: Counter[str] = Counter()
    measures: dict[str, Counter[str]] = {}
    for row in rows:
        name, label, number = str(row["municipality_name"]), str(row["label"]), row["findings"]
        assert isinstance(number, int)
        totals[name] += number
        measures.setdefault(name, Counter())[label] += number
    title = f"Measures per municipality (the {at_most} with most of {len(totals)})"
    if len(totals) <= at_most:
        title = "Measures per municipality"
    table = Table("municipality", "findings", "measures", title=title)
    for name, total in totals.most_common(at_most):
        listed = ", ".join(f"{label} {n}" for label, n in measures[name].most_common())
        table.add_row(name, str(total), listed)
    return table
