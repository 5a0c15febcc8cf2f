"""Tables that commands print on the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.table import Table

from pipeline.batch.folders import folder_at
from pipeline.batch.summary import Summary
from pipeline.cli.console import console


def print_summary(summary: Summary, out: Path | str) -> None:
    """Print what a run read, what it found where, and which files to open next."""
    folder = folder_at(out)
    screen = console()
    counts = Table(title="Documents", show_header=False)
    for name, value in (
        ("read in full", summary.read),
        ("partly read", summary.partly),
        ("failed", summary.failed),
        ("copies left out", summary.copies),
        ("taken from an earlier run", _taken(summary)),
        ("pages", summary.pages),
        ("findings", summary.findings),
        ("municipalities with findings", summary.municipalities),
        ("seconds", f"{summary.seconds:.1f}"),
    ):
        counts.add_row(name, str(value))
    screen.print(counts)
    rows = pq.read_table(folder.local("municipalities.parquet")).to_pylist()
    if rows:
        screen.print(_per_municipality(rows))
        screen.print(_surest(folder.local("findings.parquet")))
    screen.print(f"Findings with page and excerpt: {out}/findings.csv", soft_wrap=True)
    if summary.partly or summary.failed:
        screen.print(f"What could not be read, and why: {out}/failures.csv", soft_wrap=True)


def _taken(summary: Summary) -> str:
    parts = [f"{summary.reused} in full, {summary.resumed} in part"]
    parts += [f"{number} from {stage} on" for stage, number in summary.resumed_from.items()]
    return ", ".join(parts)


def _surest(findings: Path, at_most: int = 5) -> Table:
    """The surest finding of each of a few documents, as examples of what the tables hold."""
    table = Table(
        "municipality", "measure", "status", "where", "what the page says", title="Examples"
    )
    shown: set[str] = set()
    for row in _by_score(findings):
        if len(shown) == at_most:
            break
        if row["document"] in shown or not row["municipality_names"]:
            continue
        shown.add(row["document"])
        where = f"{Path(row['document']).name}, page {row['page']}"
        names = ", ".join(row["municipality_names"])
        table.add_row(names, row["label"], row["status"], where, row["text"])
    return table


def _by_score(findings: Path) -> Iterator[dict[str, Any]]:
    """Rows of the findings table, the surest first, a few in memory at a time."""
    columns = ["document", "page", "text", "label", "status", "score", "municipality_names"]
    table = pq.read_table(findings, columns=columns)
    order = pc.sort_indices(table, sort_keys=[("score", "descending")])
    for start in range(0, len(order), 1000):
        yield from table.take(order[start : start + 1000]).to_pylist()


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
