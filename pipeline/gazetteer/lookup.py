"""The gazetteer itself: codes to facts, and texts to mentions."""

from __future__ import annotations

from functools import cached_property, lru_cache

from pipeline.gazetteer.mentions import Finder, Mention
from pipeline.gazetteer.tables import Body, Tables, read_tables
from pipeline.resources import gazetteer_folder


class Gazetteer:
    """Names and codes of Swedish municipalities, regions and city districts."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> Gazetteer:
        """Return the shipped gazetteer, read once; raises `ModelError` where it is missing."""
        return Gazetteer(read_tables(gazetteer_folder()))

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self.tables)

    def body(self, code: str) -> Body:
        """Return the body with this code; raises `KeyError` for an unknown one."""
        return self.tables.bodies[code]

    def name(self, code: str) -> str:
        """Return the official name: "Värmdö kommun", "Farsta stadsdelsnämnd", "Region Skåne"."""
        return self.body(code).name

    def municipality_of(self, code: str) -> str | None:
        """Return the municipality that a code rolls up to (itself for one); None for a region."""
        return self.body(code).municipality

    def county(self, code: str) -> str:
        """Return the code of the county in which a body lies."""
        return self.body(code).code[:2]

    def county_name(self, county: str) -> str:
        """Return the name of a county: "Stockholms län" for "01"."""
        return self.tables.counties[county][0]

    def municipality_of_locality(self, name: str) -> str | None:
        """Return the municipality of a town or village, None for an unknown or shared name."""
        return self.tables.localities.get(name)

    def is_valid(self, code: str, year: int | None) -> bool:
        """Whether the body existed in `year`; regions count under their earlier names too."""
        body = self.body(code)
        if year is None or body.kind != "district":
            return True
        return (body.valid_from or year) <= year <= (body.valid_to or year)

    def find(self, text: str) -> tuple[Mention, ...]:
        """Return where `text` names bodies, in order; see `Finder.find`."""
        return self._finder.find(text)
