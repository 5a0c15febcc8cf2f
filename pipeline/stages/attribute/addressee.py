"""Whom a state authority's decision is addressed to."""

from __future__ import annotations

import re

from pipeline.offsets import Span
from pipeline.stages.attribute.letterhead import (
    ADDRESSEE,
    MAX_LINE_WORDS,
    STATE_LINE,
    codes_in_line,
    head_lines,
)
from pipeline.stages.attribute.reading import Reading, districts_first

_SEVERAL = re.compile(
    r"\b(?:kommuner|kommunerna|stadsdelar|stadsdelarna|nämnder|nämnderna|\w+nämnder(?:na)?|"
    r"regioner|regionerna|huvudmän|huvudmännen)\b",
    re.I,
)
_ENDS_SENTENCE = re.compile(r"[.!?…]\s*$")


def addressee(reading: Reading) -> tuple[str, ...]:
    """Return the one body that the head of an authority's text is addressed to; else ().

    More than one name, or a word for several ("Kommuner i länet"), makes it a circular. Copy lists
    do not count, nor does a bare place name: the authority may have its office there.
    """
    text = reading.document.text
    named: list[str] = []
    for line in head_lines(text):
        words = text[line.start : line.end]
        if len(words.split()) > MAX_LINE_WORDS or _ENDS_SENTENCE.search(words):
            break
        if _SEVERAL.search(words):
            return ()
        label = ADDRESSEE.match(words)
        copied = reading.is_aside(line.start) and not label
        if not copied and not STATE_LINE.match(words) and not _is_bare(reading, line):
            start = line.start + (label.end() if label else 0)
            named += codes_in_line(reading, Span(start, line.end))
    bodies = districts_first(list(dict.fromkeys(named)))
    return bodies if len(bodies) == 1 else ()


def _is_bare(reading: Reading, line: Span) -> bool:
    words = reading.document.text[line.start : line.end].strip()
    return any(
        not mention.certain and mention.end - mention.start == len(words)
        for mention in reading.mentions
        if line.start <= mention.start < line.end
    )
