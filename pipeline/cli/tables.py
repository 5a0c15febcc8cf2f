"""Tables that commands print on the terminal."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from rich.table import Table

from pipeline.batch.local import Summary
from pipeline.cli.console import console


def print_summary(summary: Summary, out: Path) -> None:
    """Print what a run read, what it found where, and which files to open next."""
    screen = console()
    counts = Table(title="Documents", show_header=False)
    for name, value in (
        ("read in full", summary.read),
        ("partly read", summary.partly),
        ("failed", summary.failed),
        ("copies left out", summary.copies),
        ("pages", summary.pages),
        ("findings", summary.findings),
        ("municipalities with findings", summary.municipalities),
        ("seconds", f"{summary.seconds:.1f}"),
    ):
        counts.add_row(name, str(value))
    screen.print(counts)
    rows = pq.read_table(out / "municipalities.parquet").to_pylist()
    if rows:
        screen.print(_per_municipality(rows))
        screen.print(_surest(pq.read_table(out / "findings.parquet").to_pylist()))
    screen.print(f"Findings with page and excerpt: {out / 'findings.csv'}", soft_wrap=True)
    if summary.partly or summary.failed:
        screen.print(f"What could not be read, and why: {out / 'failures.csv'}", soft_wrap=True)


def _surest(rows: list[dict[str, Any]], at_most: int = 5) -> Table:
    """The surest finding of each of a few documents, as examples of what the tables hold."""
    table = Table(
        "municipality", "measure", "status", "where", "what the page says", title="Examples"
    )
    shown: set[str] = set()
    for row in sorted(rows, key=lambda row: -row["score"]):
        if row["document"] in shown or not row["municipality_names"] or len(shown) == at_most:
            continue
        shown.add(row["document"])
        where = f"{Path(row['document']).name}, page {row['page']}"
        names = ", ".join(row["municipality_names"])
        table.add_row(names, row["label"], row["status"], where, row["text"])
    return table


def _per_municipality(rows: list[dict[str, Any]], at_most: int = 25) -> Table:
    totals: Counter[str] = Counter()
    measures: dict[str, Counter[str]] = {}
    for row in rows:
        name, label, number = row["municipality_name"], row["label"], row["findings"]
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
