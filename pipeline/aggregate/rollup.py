"""Counts by municipality, and rolled up from and to other areas."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from pipeline.aggregate.areas import NATION, Areas
from pipeline.aggregate.columns import MUNICIPALITIES, ROLLUP
from pipeline.aggregate.counts import Pairs, as_table, count, everything, roll_up, uncredited
from pipeline.aggregate.facts import Credits, Facts
from pipeline.aggregate.uncertainty import Rates
from pipeline.codebook import SWEDISH


def units_of(facts: Facts, areas: Areas) -> Credits:
    """Return the credits of municipalities and regions: those of districts are theirs."""
    pairs = roll_up(facts.credits, areas.unit)
    return Credits(pairs.areas, pairs.finding, pairs.area)


def of_level(credits: Credits, areas: Areas, level: str) -> Pairs:
    """Return the credits of bodies of one level."""
    return roll_up(credits, lambda code: code if areas.level(code) == level else None)


def municipalities(facts: Facts, units: Credits, areas: Areas, rates: Rates | None) -> pa.Table:
    """Count by municipality; columns of `MUNICIPALITIES`."""
    return named(count(facts, of_level(units, areas, "municipality"), rates), areas)


def named(columns: dict[str, pa.Array], areas: Areas) -> pa.Table:
    """Arrange counts by municipality as columns of `MUNICIPALITIES`."""
    codes = columns["area"]
    own = {
        "municipality_code": codes,
        "municipality_name": _each(codes, lambda code: areas.body(code).name),
        "county_code": _each(codes, areas.county),
    }
    return as_table({**own, **columns}, MUNICIPALITIES)


def rollup(facts: Facts, units: Credits, areas: Areas, rates: Rates | None) -> pa.Table:
    """Count by district, region and county, for the nation, and what is credited to nobody."""
    levels: list[tuple[str, Pairs]] = [
        ("district", of_level(facts.credits, areas, "district")),
        ("region", of_level(units, areas, "region")),
        ("county", roll_up(units, areas.county)),
        ("nation", roll_up(units, lambda _: NATION)),
        ("uncredited", uncredited(facts)),
        ("total", everything(facts, units)),
    ]
    return pa.concat_tables([_level(name, facts, pairs, areas, rates) for name, pairs in levels])


def _level(level: str, facts: Facts, pairs: Pairs, areas: Areas, rates: Rates | None) -> pa.Table:
    columns = count(facts, pairs, rates)
    codes = columns.pop("area")
    own = {
        "level": pa.array([level] * len(codes), pa.string()),
        "code": codes,
        "name": _each(codes, lambda code: area_name(level, code, areas)),
    }
    return as_table({**own, **columns}, ROLLUP)


def area_name(level: str, code: str, areas: Areas) -> str:
    """Return the Swedish name of an area of the roll-up."""
    if level == "county":
        return areas.gazetteer.county_name(code)
    if level == "uncredited":
        return SWEDISH[code]
    return {"nation": "Sverige", "total": "Allt"}.get(level) or areas.body(code).name


def _each(codes: pa.Array, say: Callable[[str], str]) -> pa.Array:
    """What is said of each code, asked once a code."""
    coded = codes.dictionary_encode()
    said = [say(code) for code in coded.dictionary.to_pylist()]
    return pa.array(said, pa.string()).take(coded.indices)
