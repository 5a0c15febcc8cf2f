"""Where a text names a body: names looked up word by word, then read in their context."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.gazetteer.damaged import damaged_names
from pipeline.gazetteer.forms import WORD, Form, index_forms
from pipeline.gazetteer.readings import Candidate, Reader, Reading
from pipeline.gazetteer.tables import Tables

_BETWEEN_WORDS = re.compile(r"\s*[-–‑/]?\s*")
_IN_LIST = re.compile(r"\s*(?:,|/|,?\s+(?:och|samt|eller|respektive|&))\s*")
_MUNICIPAL_NOUN = re.compile(r"kommun(?:s|en|ens|er|erna|ernas)?|sta(?:d|ds|den|dens)", re.I)
_K_OR_S = "kKsS\u212a\u017f"
"""What a form of "kommun" or "stad" can begin with, whatever its case: asked of every word."""
_DAMAGED_COUNTY = re.compile(r"s\s+[1lI|][^\W_]{1,2}n\b")
_COUNTY_FOLLOWS = re.compile(r"(?:\s*,\s*[^\W\d_]+)*\s*-?\s*(?:och|samt)\s+[^\W\d_]+\s+läns?\b")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a body is named, `text[start:end]`.

    Attributes:
        codes: who it may be; more than one only for district names that several cities have had.
        certain: a noun or preposition shows that a body is meant ("Lunds kommun").
        acting: False where the name only says where somebody else is ("högskolan i Borås").
    """

    start: int
    end: int
    codes: tuple[str, ...]
    certain: bool
    acting: bool


class Finder:
    """Finds mentions; built once, as the index of forms takes some milliseconds."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._forms = index_forms(tables)
        self._reader = Reader(tables)
        self._county_names = {short.casefold() for _, short in tables.counties.values()}
        self._by_name = {
            name: body.code
            for body in tables.bodies.values()
            if body.kind == "municipality"
            for name in (body.short, body.stem)
        }

    def find(self, text: str) -> tuple[Mention, ...]:
        """Return the mentions of `text`, in order, none overlapping.

        Left out are persons ("Anna Lund"), ordinary words ("Vara lyhörd"), compounds
        ("Nacka-projektet"), counties, and institutions or places that bear a municipality's name
        ("Lunds universitet"). A name that only the rest of the text can settle is settled by it.
        """
        candidates = list(self._candidates(text))
        readings = [self._reader.read(text, candidate) for candidate in candidates]
        _settle_lists(text, candidates, readings)
        settled = _settle_by_document(candidates, readings)
        found = [
            Mention(c.start, c.end, c.codes, reading.strength == "certain", not reading.elsewhere)
            for c, reading in zip(candidates, settled, strict=True)
            if reading.strength in ("certain", "likely")
        ]
        taken = [(c.start, c.end) for c in candidates]
        for start, end, code in damaged_names(text, self._by_name):
            if all(end <= left or right <= start for left, right in taken):
                found.append(Mention(start, end, (code,), True, True))
        return tuple(sorted(found, key=lambda mention: mention.start))

    def _candidates(self, text: str) -> Iterator[Candidate]:
        words = [match.span() for match in WORD.finditer(text)]
        nouns = {
            i for i, (at, _) in enumerate(words) if text[at] in _K_OR_S and _is_noun(text, words, i)
        }
        index = 0
        while index < len(words):
            step = 1
            start, end = words[index]
            if text[start].isupper() or index + 1 in nouns:
                forms = self._forms.get(text[start:end].casefold(), ())
                match = next((f for f in forms if _fits(text, words, index, f)), None)
                if match:
                    step = len(match.words)
                    candidate = self._candidate(text, words, index, match)
                    if candidate:
                        yield candidate
            index += step

    def _candidate(
        self, text: str, words: list[tuple[int, int]], index: int, form: Form
    ) -> Candidate | None:
        start, end = words[index][0], words[index + len(form.words) - 1][1]
        if form.kind == "county":
            return None
        after = index + len(form.words)
        districts = all("-" in code for code in form.codes)
        noun = not districts and _is_noun(text, words, after)
        if form.kind == "stem" and not noun and not self._reader.body_noun_at(text, end):
            return None
        if {form.words[0], form.words[0].removesuffix("s")} & self._county_names and (
            _COUNTY_FOLLOWS.match(text, end) or _DAMAGED_COUNTY.match(text, end - 1)
        ):
            return None
        return Candidate(
            start=start,
            end=words[after][1] if noun else end,
            name_end=end,
            name=" ".join(form.words),
            codes=form.codes,
            full=noun or form.kind == "full",
            needs_noun=all(self._tables.bodies[code].needs_noun for code in form.codes),
        )


def _fits(text: str, words: list[tuple[int, int]], index: int, form: Form) -> bool:
    if index + len(form.words) > len(words):
        return False
    spans = words[index : index + len(form.words)]
    return all(
        text[start:end].casefold() == word
        for (start, end), word in zip(spans, form.words, strict=True)
    ) and all(
        _BETWEEN_WORDS.fullmatch(text, left[1], right[0]) is not None
        for left, right in pairwise(spans)
    )


def _is_noun(text: str, words: list[tuple[int, int]], index: int) -> bool:
    """Whether word `index` is "kommun", "stad" or a form of them, next to the word before it."""
    if not 0 < index < len(words):
        return False
    start, end = words[index]
    return text[words[index - 1][1] : start].isspace() and bool(
        _MUNICIPAL_NOUN.fullmatch(text, start, end)
    )


def _settle_lists(text: str, candidates: list[Candidate], readings: list[Reading]) -> None:
    """In "Mark, Vara och Tibro" the clear names settle the doubtful ones; changes `readings`."""
    steps = list(range(len(candidates) - 1))
    for left in [*steps, *reversed(steps)]:
        right = left + 1
        if not _IN_LIST.fullmatch(text, candidates[left].end, candidates[right].start):
            continue
        for one, other in ((left, right), (right, left)):
            if readings[one].strength == "doubtful" and readings[other].strength in (
                "certain",
                "likely",
            ):
                readings[one] = replace(readings[one], strength="likely")


MIN_DISTRICTS = 2


def _settle_by_document(candidates: list[Candidate], readings: list[Reading]) -> list[Reading]:
    """A doubtful name counts where the same text names that body beyond doubt, and no person.

    "Centrum" counts where the text names other districts of the same city.
    """
    certain: set[str] = set()
    persons: set[str] = set()
    districts: dict[str, set[str]] = defaultdict(set)
    for candidate, reading in zip(candidates, readings, strict=True):
        if reading.strength in ("certain", "likely") and len(candidate.codes) == 1:
            code = candidate.codes[0]
            districts[code[:4]].update({code} if "-" in code else set())
        if reading.strength == "certain":
            certain.update(candidate.codes)
        elif reading.strength == "person":
            persons.update(candidate.codes)
    settled = []
    for candidate, reading in zip(candidates, readings, strict=True):
        beside = any(len(districts[code[:4]]) >= MIN_DISTRICTS for code in candidate.codes)
        known = bool(certain & set(candidate.codes)) or (candidate.needs_noun and beside)
        if reading.strength == "doubtful" and known:
            reading = replace(reading, strength="likely")
        if reading.strength == "likely" and not known and persons & set(candidate.codes):
            reading = replace(reading, strength="person")
        settled.append(reading)
    return settled
