"""The aggregation as an Excel workbook in Swedish, for people who filter by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter

from pipeline.aggregate import Aggregate
from pipeline.codebook import SWEDISH
from pipeline.errors import OutputError

_HEADINGS = {
    "municipality_code": "Kommunkod", "municipality_name": "Kommun", "county_code": "Länskod",
    "level": "Nivå", "code": "Kod", "name": "Namn", "label": "Åtgärd", "status": "Status",
    "year": "År", "documents": "Dokument", "findings": "Fynd", "credits": "Krediteringar",
    "distinct_findings": "Olika fynd", "as_member": "Som en av samtliga",
    "highest_score": "Högsta sannolikhet", "mean_score": "Medelsannolikhet",
    "confirmed": "Bekräftade", "rejected": "Underkända", "estimate": "Skattning",
    "estimate_low": "Skattning, lägst", "estimate_high": "Skattning, högst",
    "read": "Lästa", "partly": "Delvis lästa", "unread": "Olästa",
    "with_findings": "Med fynd", "sampled": "Stickprov",
    "sampled_confirmed": "Stickprov, bekräftade", "correct_findings": "Riktiga fynd",
    "correct_low": "Riktiga fynd, lägst", "correct_high": "Riktiga fynd, högst",
    "document": "Dokument", "page": "Sida", "scope": "Vilka", "quantity": "Mängd",
    "quantity_count": "Antal", "quantity_of": "Av", "quantity_percent": "Procent",
    "score": "Sannolikhet", "text": "Utdrag", "verdict": "Granskning",
}  # fmt: skip
"""Columns that the sheets show, and what they are called there."""
_LEVELS = {
    "municipality": "kommun", "region": "region", "district": "stadsdel", "county": "län",
    "nation": "riket", "uncredited": "ingen bestämd", "unknown": "okänd", "total": "allt",
    "confirmed": "bekräftad", "rejected": "underkänd",
}  # fmt: skip
_TRANSLATED = ("label", "status", "scope", "level", "verdict")
_WIDTHS = {"name": 28, "municipality_name": 28, "label": 32, "document": 40, "text": 90}
_ROWS_AT_MOST = 1_048_575


def write_workbook(result: Aggregate, path: Path) -> None:
    """Write the sheets; evidence ids and hashes are left to the CSV files.

    Raises:
        OutputError: a table has more rows than a sheet can hold, or the file cannot be written.
    """
    sheets = {
        "Kommuner": result.municipalities,
        "Län och riket": result.rollup,
        "Täckning": result.coverage,
        "Skattningar": result.estimates,
        "Gemensamma fynd": result.collective,
    }
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    finished = max(result.run.documents.column("run_finished").to_pylist(), default="")
    try:
        with xlsxwriter.Workbook(path, options) as book:
            created = datetime.fromisoformat(finished) if finished else datetime(2000, 1, 1)
            book.set_properties({"title": "kommunlupp", "created": created.replace(tzinfo=None)})
            bold = book.add_format({"bold": True, "bottom": 1})
            for name, table in sheets.items():
                _write_sheet(book.add_worksheet(name), table, bold)
    except xlsxwriter.exceptions.XlsxWriterException as error:
        raise OutputError(f"cannot write {path}: {error}") from error


def _write_sheet(sheet: Any, table: pa.Table, bold: Any) -> None:
    if table.num_rows > _ROWS_AT_MOST:
        raise OutputError(
            f"{table.num_rows} rows are more than an Excel sheet holds",
            remedy="Aggregate fewer runs at a time.",
        )
    names = [name for name in table.column_names if name in _HEADINGS]
    columns = []
    for number, name in enumerate(names):
        sheet.set_column(number, number, _WIDTHS.get(name, 12))
        values = table.column(name).to_pylist()
        if name in _TRANSLATED:
            values = [SWEDISH.get(value) or _LEVELS.get(value, value) for value in values]
        columns.append(values)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [_HEADINGS[name] for name in names], bold)
    for row, values in enumerate(zip(*columns, strict=True), start=1):
        for number, value in enumerate(values):
            if isinstance(value, str):
                sheet.write_string(row, number, value)
            elif value is not None:
                sheet.write_number(row, number, value)
    if names:
        sheet.autofilter(0, 0, table.num_rows, len(names) - 1)
