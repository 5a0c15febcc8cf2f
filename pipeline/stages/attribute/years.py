"""Which year a sentence, a heading or a document is about."""

from __future__ import annotations

import re
from collections import Counter

from pipeline.document import Status

_YEAR = r"(?:19[6-9]\d|20[0-4]\d)"
_REFERENCE = re.compile(
    rf"\(?\b{_YEAR}:\d+\)?|\b\w*/?{_YEAR}[/:]\d[\d/]*|\b(?:dnr|diarienr|sosfs|sou|prop|ds|skr|bet|"
    rf"lag|hslf-fs)\.?\s*\(?[\w.-]*{_YEAR}[\w:/-]*",
    re.I,
)
_PLAIN = re.compile(
    rf"(?<![\d:/.,-])({_YEAR})(?:[–-](\d{{2,4}}))?(?![\d:])(?!\s+(?:barn|personer|kr))"
)
_DATE = re.compile(rf"(?<!\d)({_YEAR})-[01]\d-[0-3]\d(?!\d)")
_LABELLED = re.compile(
    rf"\b(?:publicerings|besluts|sammanträdes|upprättad|publicerad|senast\s+uppdaterad|antagen)?"
    rf"(?:datum|uppdaterad)\b:?\s+({_YEAR})-[01]\d-[0-3]\d",
    re.I,
)
_DIGIT = re.compile(r"\d")
_RELATIVE = (
    (re.compile(r"\b(?:i fjol|förra året|föregående år|året innan|i fjor)\b", re.I), -1),
    (re.compile(r"\b(?:nästa år|kommande år|nästkommande år)\b", re.I), 1),
    (re.compile(r"\b(?:i år|innevarande år)\b", re.I), 0),
)


def years_in(text: str) -> list[int]:
    """Return the years that a text names, in order; statute and register numbers left out."""
    if not _DIGIT.search(text):  # most sentences
        return []
    plain = _REFERENCE.sub(lambda match: " " * len(match.group()), text)
    years = [(m.start(), int(m.group(1))) for m in _PLAIN.finditer(plain)]
    years += [(m.start(), int(m.group(1))) for m in _DATE.finditer(plain)]
    return [year for _, year in sorted(set(years))]


def year_of_sentence(
    sentence: str, heading: str, status: Status, document_year: int | None
) -> int | None:
    """Return the year that a measure belongs to.

    The year in the sentence (for plans and proposals the last one named, else the first), else a
    year relative to the document's ("i fjol"), else the heading's, else the document's.
    """
    years = years_in(sentence)
    if years:
        return years[-1] if status in ("planned", "proposed") else years[0]
    if document_year is not None:
        for pattern, step in _RELATIVE:
            if pattern.search(sentence):
                return document_year + step
    return next(iter(years_in(heading)), document_year)


def year_of_document(text: str) -> int | None:
    """Return the year of a document.

    Of a labelled date ("Publiceringsdatum 2008-03-31"), else of the first date or year near its
    start, else the latest year that it names more than once (one named in passing may lie ahead,
    such as a plan's last year).
    """
    labelled, head = _LABELLED.search(text), text[:HEAD_CHARACTERS]
    if labelled:
        return int(labelled.group(1))
    date = _DATE.search(head)
    if date:
        return int(date.group(1))
    head_years, counted = years_in(head), Counter(years_in(text))
    if head_years:
        return head_years[0]
    often = [year for year, times in counted.items() if times > 1]
    return max(often or counted, default=None)


HEAD_CHARACTERS = 400
"""How much of a document counts as its head."""
