"""Write an aggregation: Parquet, CSV, a workbook, and machine-readable descriptions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.aggregate import Aggregate
from pipeline.aggregate.describe import data_package, dcat
from pipeline.aggregate.workbook import write_workbook
from pipeline.errors import OutputError
from pipeline.tables import write_csv, write_parquet


def tables_of(result: Aggregate) -> dict[str, tuple[pa.Table, str]]:
    """Name every table that is written, with what it holds."""
    return {
        "municipalities": (
            result.municipalities,
            "Findings per municipality, measure, status and year.",
        ),
        "rollup": (
            result.rollup,
            "The same for districts, regions, counties and the nation, what is credited to "
            "nobody, and the total.",
        ),
        "coverage": (result.coverage, "Documents read, partly read and unread per municipality."),
        "estimates": (result.estimates, "Estimated totals per measure with their intervals."),
        "collective": (result.collective, "Findings about a group, credited to no member of it."),
        "documents": (result.run.documents, "Every content met, once."),
        "findings": (result.run.findings, "Every finding: the evidence."),
        "decisions": (result.run.decisions.table(), "What reviewers decided of findings."),
    }


def write(result: Aggregate, folder: Path) -> None:
    """Write all tables and descriptions to `folder`; the same result gives the same bytes.

    Files of an earlier aggregation are replaced; a folder of other files is refused.

    Raises:
        OutputError: the folder cannot be made or written, or holds something else.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "datapackage.json").is_file():
        raise OutputError(f"{folder} holds other files and no earlier aggregation")
    tables = tables_of(result)
    manifest = {
        "runs": list(result.run.manifests),
        "foreign_decisions": result.foreign_decisions,
        "rates": result.rates.model if result.rates else None,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # First, so that the next aggregation knows the folder again if this one is broken off.
        _write_json(data_package(tables), folder / "datapackage.json")
        for name, (table, _) in tables.items():
            write_parquet(table, folder / f"{name}.parquet")
            write_csv(table, folder / f"{name}.csv")
        write_workbook(result, folder / "kommunlupp.xlsx")
        _write_json(dcat(tables, result.run), folder / "dcat.jsonld")
        _write_json(manifest, folder / "manifest.json")
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror}") from error


def _write_json(content: dict[str, Any], path: Path) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
