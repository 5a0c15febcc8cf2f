"""Tables that commands print on the terminal."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.table import Table

from pipeline.batch.folders import folder_at
from pipeline.batch.summary import Summary
from pipeline.cli.console import console

_AT_ONCE = 5_000
"""Findings in memory while the surest are looked for."""


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
    columns = ["municipality_name", "label", "findings"]
    rows = pq.read_table(folder.local("municipalities.parquet"), columns=columns).to_pylist()
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
    for row in surest(findings, at_most):
        where = f"{Path(row['document']).name}, page {row['page']}"
        names = ", ".join(row["municipality_names"])
        table.add_row(names, row["label"], row["status"], where, row["text"])
    return table


def surest(findings: Path, at_most: int) -> list[dict[str, Any]]:
    """The surest credited findings, one a document, surest first; a group in memory at a time."""
    columns = ["document", "page", "text", "label", "status", "score", "municipality_names"]
    best: list[dict[str, Any]] = []
    with pq.ParquetFile(findings) as file:
        for batch in file.iter_batches(_AT_ONCE, columns=columns):
            wanted = pc.greater(pc.list_value_length(batch["municipality_names"]), 0)
            if len(best) == at_most:
                wanted = pc.and_(wanted, pc.greater(batch["score"], best[-1]["score"]))
            rows = sorted([*best, *batch.filter(wanted).to_pylist()], key=lambda r: -r["score"])
            of_each: dict[str, dict[str, Any]] = {}
            for row in rows:
                of_each.setdefault(row["document"], row)
            best = list(of_each.values())[:at_most]
    return best


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
