"""Counts by municipality, and rolled up from and to other areas."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa

from pipeline.aggregate.areas import NATION, Areas
from pipeline.aggregate.columns import MUNICIPALITIES, ROLLUP
from pipeline.aggregate.counts import Pairs, as_table, count, pairs_of, uncredited
from pipeline.aggregate.facts import Facts
from pipeline.aggregate.uncertainty import Rates
from pipeline.codebook import SWEDISH

Credits = list[tuple[int, str]]
"""A finding (index into the facts) and a municipality or region that it is credited to."""


def credits_of(facts: Facts, areas: Areas) -> Credits:
    """Return findings and the municipalities and regions that they are credited to."""
    return [(n, unit) for n, codes in enumerate(facts.codes) for unit in areas.units(codes)]


def municipalities(facts: Facts, credits: Credits, areas: Areas, rates: Rates | None) -> pa.Table:
    """Count by municipality; columns of `MUNICIPALITIES`."""
    mine = ((n, code, 1) for n, code in credits if areas.level(code) == "municipality")
    columns = count(facts, pairs_of(mine), rates)
    codes = columns.pop("area").to_pylist()
    names = [areas.body(code).name for code in codes]
    counties = [areas.county(code) for code in codes]
    own = {
        "municipality_code": pa.array(codes, pa.string()),
        "municipality_name": pa.array(names, pa.string()),
        "county_code": pa.array(counties, pa.string()),
    }
    return as_table({**own, **columns}, MUNICIPALITIES)


def rollup(facts: Facts, credits: Credits, areas: Areas, rates: Rates | None) -> pa.Table:
    """Count by district, region and county, for the nation, and what is credited to nobody."""
    districts = (
        (n, code, 0)
        for n, codes in enumerate(facts.codes)
        for code in codes
        if areas.level(code) == "district"
    )
    every = Counter(dict.fromkeys(range(len(facts.ids)), 0))
    every.update(n for n, _ in credits)
    levels: list[tuple[str, Pairs]] = [
        ("district", pairs_of(districts)),
        ("region", pairs_of((n, c, 1) for n, c in credits if areas.level(c) == "region")),
        ("county", pairs_of((n, areas.county(code), 1) for n, code in credits)),
        ("nation", pairs_of((n, NATION, 1) for n, _ in credits)),
        ("uncredited", uncredited(facts)),
        ("total", pairs_of((n, "total", number) for n, number in every.items())),
    ]
    return pa.concat_tables([_level(name, facts, pairs, areas, rates) for name, pairs in levels])


def _level(level: str, facts: Facts, pairs: Pairs, areas: Areas, rates: Rates | None) -> pa.Table:
    columns = count(facts, pairs, rates)
    codes = columns.pop("area")
    names = [area_name(level, code, areas) for code in codes.to_pylist()]
    own = {"level": pa.array([level] * len(codes), pa.string()), "code": codes}
    return as_table({**own, "name": pa.array(names, pa.string()), **columns}, ROLLUP)


def area_name(level: str, code: str, areas: Areas) -> str:
    """Return the Swedish name of an area of the roll-up."""
    if level == "county":
        return areas.gazetteer.county_name(code)
    if level == "uncredited":
        return SWEDISH[code]
    return {"nation": "Sverige", "total": "Allt"}.get(level) or areas.body(code).name
