"""The aggregation as an Excel workbook in Swedish, for people who filter by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter

from pipeline.aggregate import Aggregate
from pipeline.codebook import SWEDISH
from pipeline.errors import OutputError

Cell = str | int | float | None

_COVERAGE = {
    "level": "Nivå", "code": "Kod", "name": "Namn", "county_code": "Länskod",
    "documents": "Dokument", "read": "Lästa", "partly": "Delvis lästa", "unread": "Olästa",
    "with_findings": "Med fynd", "findings": "Fynd",
}  # fmt: skip
_ESTIMATES = {
    "level": "Nivå", "code": "Kod", "name": "Namn", "label": "Åtgärd", "findings": "Fynd",
    "distinct_findings": "Olika fynd", "estimate": "Skattning", "estimate_low": "lägst",
    "estimate_high": "högst", "sampled": "Stickprov", "sampled_confirmed": "varav bekräftade",
    "correct_findings": "Riktiga fynd", "correct_low": "lägst", "correct_high": "högst",
}  # fmt: skip
_COLLECTIVE = {
    "document": "Dokument", "page": "Sida", "label": "Åtgärd", "status": "Status",
    "scope": "Vilka", "quantity": "Mängd", "quantity_count": "Antal", "quantity_of": "Av",
    "quantity_percent": "Procent", "year": "År", "text": "Utdrag", "verdict": "Granskning",
}  # fmt: skip
_WORDS = SWEDISH | {
    "municipality": "kommun", "region": "region", "district": "stadsdel", "county": "län",
    "nation": "riket", "uncredited": "ingen namngiven", "unknown": "okänd kommun",
    "total": "allt", "confirmed": "bekräftad", "rejected": "underkänd",
}  # fmt: skip
_TRANSLATED = {"label", "status", "scope", "level", "verdict"}
_WIDTHS = {"Namn": 28, "Kommun": 28, "Åtgärd": 32, "Status": 20, "Dokument": 40, "Utdrag": 90}
_ROWS_AT_MOST = 1_048_575


def write_workbook(result: Aggregate, path: Path) -> None:
    """Write the sheets: counts with a column a year, coverage, estimates, collective findings.

    Evidence and scores are left to the CSV files.

    Raises:
        OutputError: a table has more rows than a sheet can hold, or the file cannot be written.
    """
    finished = max(result.run.documents.column("run_finished").to_pylist(), default="")
    created = datetime.fromisoformat(finished) if finished else datetime(2000, 1, 1)
    options = {"constant_memory": True}
    areas = {"municipality_code": "Kommunkod", "municipality_name": "Kommun"}
    levels = {"level": "Nivå", "code": "Kod", "name": "Namn"}
    try:
        with xlsxwriter.Workbook(path, options) as book:
            book.set_properties({"title": "kommunlupp", "created": created.replace(tzinfo=None)})
            for name, (headings, rows) in {
                "Kommuner": _by_year(result.municipalities, areas),
                "Län och riket": _by_year(result.rollup, levels),
                "Täckning": _plain(result.coverage, _COVERAGE),
                "Skattningar": _plain(result.estimates, _ESTIMATES),
                "Gemensamma fynd": _plain(result.collective, _COLLECTIVE),
            }.items():
                _write_sheet(book, name, headings, rows)
    except xlsxwriter.exceptions.XlsxWriterException as error:
        raise OutputError(f"cannot write {path}: {error}") from error


def _plain(table: pa.Table, names: dict[str, str]) -> tuple[list[str], Iterable[Sequence[Cell]]]:
    """Some columns of a table under Swedish headings."""
    return list(names.values()), zip(*(_values(table, name) for name in names), strict=True)


def _by_year(table: pa.Table, areas: dict[str, str]) -> tuple[list[str], Iterable[Sequence[Cell]]]:
    """Findings by area, measure and status: the sum, and a column a year."""
    rows: dict[tuple[Cell, ...], dict[int | None, int]] = {}
    names = (*areas, "label", "status")
    keys = zip(*(_values(table, name) for name in names), strict=True)
    years, findings = (table.column(name).to_pylist() for name in ("year", "findings"))
    for key, year, number in zip(keys, years, findings, strict=True):
        rows.setdefault(key, {})[year] = number
    told = sorted({year for year in years if year is not None})
    headings = [*areas.values(), "Åtgärd", "Status", "Fynd", *map(str, told), "utan år"]
    return headings, _with_sums(rows, (*told, None))


def _with_sums(
    rows: dict[tuple[Cell, ...], dict[int | None, int]], years: Sequence[int | None]
) -> Iterator[Sequence[Cell]]:
    for key, by_year in rows.items():
        yield (*key, sum(by_year.values()), *(by_year.get(year) for year in years))


def _values(table: pa.Table, name: str) -> list[Cell]:
    values: list[Cell] = table.column(name).to_pylist()
    if name in _TRANSLATED:
        values = [_WORDS[value] if isinstance(value, str) else None for value in values]
    return values


def _write_sheet(book: Any, name: str, headings: list[str], rows: Iterable[Sequence[Cell]]) -> None:
    sheet, bold = book.add_worksheet(name), book.add_format({"bold": True, "bottom": 1})
    for number, heading in enumerate(headings):
        sheet.set_column(number, number, _WIDTHS.get(heading, 11))
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, headings, bold)
    row = 0
    for row, values in enumerate(rows, start=1):
        for number, value in enumerate(values):
            if isinstance(value, str):
                # Text whatever it looks like: no formula and no link comes from a document.
                sheet.write_string(row, number, value)
            elif value is not None:
                sheet.write_number(row, number, value)
    if row > _ROWS_AT_MOST:
        raise OutputError(
            f"{row} rows are more than an Excel sheet holds",
            remedy="Aggregate fewer runs at a time.",
        )
    sheet.autofilter(0, 0, row, len(headings) - 1)
