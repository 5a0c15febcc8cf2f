"""Copy lists, addressees and the like: stretches where a name says nothing of who did what."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.document import Document
from pipeline.offsets import Span

_MARKER = re.compile(
    r"^[^\S\n]*(?:"
    r"kopia(?:\s+(?:för\s+kännedom|lämnas|skickas|sänds))?(?:\s+till)?|kopior(?:\s+till)?|sändlista|"
    r"sänds?\s+(?:till|lista)|delges|delgivning|delgivning\s+till|(?:bilagor\s+och\s+)?delgivning|"
    r"för\s+kännedom(?:\s+till)?|expedieras(?:\s+till)?|expediering|expedition|"
    r"beslut(?:et)?\s+(?:har\s+)?(?:skickas|skickats|sänds|sänts|expedieras|delges)(?:\s+till)?|"
    r"(?:protokolls?)?utdrag(?:\s+skickas)?(?:\s+till)?|mottagare|remissinstanser|remisslista|"
    r"adressat(?:er)?|distribution|sändes\s+till|meddelas|cc)"
    r"[^\S\n]*(?::|$|(?<=till)\s)|^[^\S\n]*till[^\S\n]*(?::|$)",
    re.I | re.M,
)
_ENDS_SENTENCE = re.compile(r"[.!?]\s*$")
MAX_LIST_WORDS = 10


def find_asides(document: Document) -> tuple[Span, ...]:
    """Return the copy lists of a document, each from its marker to where prose goes on."""
    return tuple(_asides(document))


def _asides(document: Document) -> Iterator[Span]:
    text = document.text
    headings = sorted(document.headings)
    done = 0
    for marker in _MARKER.finditer(text):
        if marker.start() < done:
            continue
        heading = next((h for h in headings if h.start <= marker.start() < h.end), None)
        if heading:
            after = (h.start for h in headings if h.start >= heading.end)
            done = next(after, len(text))
        else:
            done = _end_of_list(text, marker.end())
        yield Span(marker.start(), done)


def _end_of_list(text: str, position: int) -> int:
    """Follow lines as long as they are short and end no sentence; blank lines are skipped."""
    end = position
    first = True
    for line in text[position:].splitlines(keepends=True):
        words = line.split()
        if words and not first and (len(words) > MAX_LIST_WORDS or _ENDS_SENTENCE.search(line)):
            break
        end += len(line)
        first = first and not words
    return end
