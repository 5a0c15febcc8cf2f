"""The forms under which a text may name a body, indexed by their first word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.gazetteer.tables import Body, Tables

FormKind = Literal["full", "name", "stem", "county"]
"""`full` says by itself that it is a body ("Region Skåne"); `stem` counts only before a noun
("Falu kommun"); `county` is a county, which is no body but hides the municipality in its name."""

WORD = re.compile(r"[^\W\d_]+")
_ENDS_IN_S = ("s", "x", "z")


@dataclass(frozen=True, slots=True)
class Form:
    """A sequence of words, case folded, and the codes of those it may stand for."""

    words: tuple[str, ...]
    codes: tuple[str, ...]
    kind: FormKind


def index_forms(tables: Tables) -> dict[str, tuple[Form, ...]]:
    """Return all forms by their first word, longest first."""
    codes: dict[tuple[tuple[str, ...], FormKind], list[str]] = defaultdict(list)
    for text, code, kind in _all_forms(tables):
        words = tuple(WORD.findall(text.casefold()))
        if code not in codes[words, kind]:
            codes[words, kind].append(code)
    index: dict[str, list[Form]] = defaultdict(list)
    for (words, kind), held in codes.items():
        index[words[0]].append(Form(words, tuple(held), kind))
    return {
        first: tuple(sorted(forms, key=lambda form: (-len(form.words), form.kind)))
        for first, forms in index.items()
    }


def genitive(name: str) -> str:
    """Return the genitive of a name: an s, unless it ends in one."""
    return name if name.endswith(_ENDS_IN_S) else name + "s"


def _all_forms(tables: Tables) -> Iterator[tuple[str, str, FormKind]]:
    for code, (name, _short) in tables.counties.items():
        yield name, code, "county"
        yield f"{name}s", code, "county"
    for body in tables.bodies.values():
        for text, kind in _forms_of(body, tables):
            yield text, body.code, kind
    for alias in tables.aliases:
        yield alias.form, alias.code, "full"
        yield genitive(alias.form), alias.code, "full"


def _forms_of(body: Body, tables: Tables) -> Iterator[tuple[str, FormKind]]:
    if body.kind == "region":
        yield from ((form, "full") for form in _region_forms(body, tables))
        return
    if body.name.startswith(("Region ", "Socialnämnd ")):
        yield body.name, "full"
        yield genitive(body.name), "full"
        yield body.name.replace("Socialnämnd ", "Socialnämnden "), "full"
    if not (body.kind == "district" and body.name.startswith("Socialnämnd ")):
        yield body.short, "name"
        yield genitive(body.short), "name"
    if body.stem not in (body.short, genitive(body.short)):
        yield body.stem, "stem"


def _region_forms(body: Body, tables: Tables) -> Iterator[str]:
    """The region's name and those of the county council that it was before."""
    county, short = tables.counties[body.code]
    names = dict.fromkeys(
        [
            body.name,
            f"Region {short}",
            f"Region {county}",
            f"{county}s landsting",
            *(f"Landstinget {form}" for form in (short, county, f"i {short}", f"i {county}")),
        ]
    )
    for name in names:
        yield name
        yield genitive(name)
