"""What a code rolls up to: district to municipality, municipality and region to county."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.errors import UsageError
from pipeline.gazetteer import Body, Gazetteer

UNKNOWN = "unknown"
"""Stands for the municipality of a document of which none is known."""

NATION = "SE"


class Areas:
    """Codes and names of the areas that findings and documents are counted by."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer

    def body(self, code: str) -> Body:
        """Return the body with this code.

        Raises:
            UsageError: the gazetteer does not know it.
        """
        try:
            return self.gazetteer.body(code)
        except KeyError as error:
            remedy = "The run was made with another gazetteer: run it again."
            raise UsageError(f"no body has the code {code!r}", remedy=remedy) from error

    def unit(self, code: str) -> str:
        """Return the municipality, or the region, that `code` counts for."""
        return self.body(code).municipality or code

    def units(self, codes: Iterable[str]) -> list[str]:
        """Return the municipalities and regions that `codes` count for, each once, sorted."""
        return sorted({self.unit(code) for code in codes})

    def level(self, code: str) -> str:
        """Return `municipality`, `region` or `district`; `unknown` and `total` for themselves."""
        return code if code in (UNKNOWN, "total") else str(self.body(code).kind)

    def county(self, code: str) -> str:
        """Return the code of the county that `code` lies in."""
        return self.gazetteer.county(code)

    def municipalities(self) -> list[str]:
        """Return the codes of all municipalities, sorted."""
        bodies = self.gazetteer.tables.bodies.values()
        return sorted(body.code for body in bodies if body.kind == "municipality")
