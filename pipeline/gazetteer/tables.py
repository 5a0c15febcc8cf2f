"""The gazetteer's CSV tables as typed rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.errors import ModelError

BodyKind = Literal["municipality", "region", "district"]


@dataclass(frozen=True, slots=True)
class Body:
    """A municipality, a region or a city district.

    Attributes:
        name: the official name, e.g. "Värmdö kommun", "Farsta stadsdelsnämnd", "Region Skåne".
        short: the name without the noun: "Värmdö", "Farsta", "Skåne".
        stem: what stands before the noun: "Österåkers", "Falu".
        municipality: code of the municipality that it is or belongs to; None for regions.
        valid_from, valid_to: first and last year; None where open.
        needs_noun: the short name alone says too little ("Centrum", "Norr").
    """

    code: str
    name: str
    short: str
    stem: str
    kind: BodyKind
    municipality: str | None
    valid_from: int | None = None
    valid_to: int | None = None
    needs_noun: bool = False


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a body."""

    form: str
    code: str


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that the CSV files hold.

    Attributes:
        counties: county code to its name and short name ("Stockholms län", "Stockholm").
        localities: name of a town or village to the code of its municipality.
        words, surnames: short names that are also ordinary words or surnames.
    """

    bodies: dict[str, Body]
    aliases: tuple[Alias, ...]
    counties: dict[str, tuple[str, str]]
    localities: dict[str, str]
    given_names: frozenset[str]
    words: frozenset[str]
    surnames: frozenset[str]


def read_tables(folder: Path) -> Tables:
    """Read the tables; raises `ModelError` where a file is missing or lacks a column."""
    try:
        return _read(folder)
    except (OSError, KeyError, ValueError) as error:
        raise ModelError(f"gazetteer {folder}: {error}") from error


def _read(folder: Path) -> Tables:
    counties = {r["code"]: (r["name"], r["short"]) for r in _rows(folder / "counties.csv")}
    bodies = {}
    aliases = [Alias(r["form"], r["code"]) for r in _rows(folder / "aliases.csv")]
    for row in _rows(folder / "municipalities.csv"):
        code = row["code"]
        bodies[code] = Body(code, row["name"], row["short"], row["stem"], "municipality", code)
    for row in _rows(folder / "districts.csv"):
        bodies[row["code"]] = _district(row)
    for row in _rows(folder / "regions.csv"):
        code, short = row["code"], counties[row["code"]][1]
        bodies[code] = Body(
            code, row["name"], short, short, "region", None, int(row["region_from"])
        )
        aliases += [Alias(form, code) for form in row["other_forms"].split(";") if form]
    ambiguous = list(_rows(folder / "ambiguous.csv"))
    return Tables(
        bodies=bodies,
        aliases=tuple(aliases),
        counties=counties,
        localities={r["name"]: r["municipality"] for r in _rows(folder / "localities.csv")},
        given_names=frozenset(r["name"] for r in _rows(folder / "given_names.csv")),
        words=frozenset(r["name"].casefold() for r in ambiguous if r["word"] == "1"),
        surnames=frozenset(r["name"].casefold() for r in ambiguous if r["surname"] == "1"),
    )


def _district(row: dict[str, str]) -> Body:
    name = row["name"]
    body = row["body"]
    return Body(
        code=row["code"],
        name=body,
        short=name,
        stem=body.rsplit(" ", 1)[0] if body.startswith(name) else name,
        kind="district",
        municipality=row["municipality"],
        valid_from=int(row["valid_from"]),
        valid_to=int(row["valid_to"]) if row["valid_to"] else None,
        needs_noun=row["needs_noun"] == "1",
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
