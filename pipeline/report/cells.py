"""Counts as the report shows them: what reviewers rejected is left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from pipeline.aggregate import Aggregate
from pipeline.aggregate.areas import UNKNOWN
from pipeline.codebook import LABELS, STATUSES
from pipeline.report.words import alphabetical
from pipeline.tables import Row

_USED = ("label", "status", "year", "findings", "rejected")

Reading = Literal["none", "partly", "read"]
"""`none`: no document of it was read; `partly`: some were not, or not in full."""


@dataclass(frozen=True)
class Cell:
    """One measure in one municipality, or everywhere."""

    by_status: Counter[str] = field(default_factory=Counter)
    years: Counter[int] = field(default_factory=Counter)

    @property
    def findings(self) -> int:
        """How many findings there are, whatever their status."""
        return self.by_status.total()

    @property
    def strongest(self) -> str | None:
        """The status that is farthest from words to deeds and done."""
        return next((status for status in STATUSES if self.by_status[status] > 0), None)


@dataclass(frozen=True)
class Municipality:
    """A municipality with what was read about it and what was found.

    Attributes:
        cells: by label; labels without findings are absent.
    """

    code: str
    name: str
    county: str
    county_name: str
    documents: int
    read: int
    partly: int
    unread: int
    cells: dict[str, Cell]

    @property
    def findings(self) -> int:
        """How many findings are credited to it."""
        return sum(cell.findings for cell in self.cells.values())

    @property
    def reading(self) -> Reading:
        """Whether what was found, or not found, says anything."""
        if not self.read and not self.partly:
            return "none"
        return "partly" if self.partly or self.unread else "read"


@dataclass(frozen=True)
class Counts:
    """What the whole report counts.

    Attributes:
        municipalities: all there are, in the order of the alphabet.
        measures: by label, over all municipalities and regions; a finding counts once.
        by_year: year (None where none is told) to status to findings.
        by_label_year: label to year to findings.
        total, unknown: rows of the coverage table: everything; documents of nobody known.
    """

    municipalities: tuple[Municipality, ...]
    measures: dict[str, Cell]
    by_year: dict[int | None, Counter[str]]
    by_label_year: dict[str, Counter[int | None]]
    total: Row
    unknown: Row


def counts_of(result: Aggregate, county_names: dict[str, str]) -> Counts:
    """Arrange an aggregation's tables for the report."""
    cells: dict[str, dict[str, Cell]] = defaultdict(dict)
    for row in _rows(result.municipalities, "municipality_code"):
        _add(cells[row["municipality_code"]].setdefault(row["label"], Cell()), row)
    coverage = {row["code"]: row for row in result.coverage.to_pylist()}
    measures = {label: Cell() for label in LABELS}
    by_year: dict[int | None, Counter[str]] = defaultdict(Counter)
    by_label_year: dict[str, Counter[int | None]] = {label: Counter() for label in LABELS}
    for row in _rows(result.rollup, "level"):
        if row["level"] == "nation":
            shown = _add(measures[row["label"]], row)
            by_year[row["year"]][row["status"]] += shown
            by_label_year[row["label"]][row["year"]] += shown
    places = [
        Municipality(
            code=code,
            name=row["name"],
            county=row["county_code"],
            county_name=county_names[row["county_code"]],
            documents=row["documents"],
            read=row["read"],
            partly=row["partly"],
            unread=row["unread"],
            cells={
                label: cells[code][label]
                for label in LABELS
                if label in cells[code] and cells[code][label].findings
            },
        )
        for code, row in coverage.items()
        if row["level"] == "municipality"
    ]
    return Counts(
        municipalities=tuple(sorted(places, key=lambda place: alphabetical(place.name))),
        measures=measures,
        by_year=dict(by_year),
        by_label_year=by_label_year,
        total=coverage["total"],
        unknown=coverage[UNKNOWN],
    )


def _rows(counted: pa.Table, area: str) -> list[Row]:
    """What the report needs of counts; evidence would be a text a finding."""
    rows: list[Row] = counted.select([area, *_USED]).to_pylist()
    return rows


def _add(cell: Cell, row: Row) -> int:
    """Add a row's findings to a cell; returns how many are shown."""
    shown = int(row["findings"] - row["rejected"])
    if shown:
        cell.by_status[row["status"]] += shown
        if row["year"] is not None:
            cell.years[row["year"]] += shown
    return shown
