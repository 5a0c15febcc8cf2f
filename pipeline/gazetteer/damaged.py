"""Municipality names that OCR damaged: looked for only before "kommun", where one is expected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

_BEFORE_KOMMUN = re.compile(r"(?<![\w-])([^\W\d_][\w-]{3,})\s+kommuns?\b")
_FOLD = str.maketrans("åäàáâöòóôøéèêëüúíï0614", "aaaaaoooooeeeeuuiioola")
_NO_NAMES = frozenset(
    """andra annan berörd berörda den denna detta egen enda enskild enskilda flera folkrik
    följande gemensam granskad hela hemma ingen liten mindre någon nästa olika respektive samma
    samtlig samtliga sådan större svensk svenska varje vilken vilka vissa övrig övriga aktuell
    deltagande efter eller inom mellan hos från till med utan alla medan varandra blivande tidigare
    närmaste angränsande ansvarig ansökande mottagande""".split()
)
MAX_LENGTH_FOR_ONE_EDIT = 8


def damaged_names(text: str, codes: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and code of names one edit (two in long names) from a municipality's.

    Accents are folded first, as a wrong-language OCR drops them; a name as near to two
    municipalities is left alone.

    Args:
        codes: names of municipalities, short and stem, and their codes.
    """
    folded = _folded(tuple(codes.items()))
    for match in _BEFORE_KOMMUN.finditer(text):
        word = match.group(1)
        if word.casefold() in _NO_NAMES or not word[0].isupper() or word in codes:
            continue
        code = _nearest(word.casefold().translate(_FOLD), folded)
        if code:
            yield match.start(), match.end(), code


@lru_cache(maxsize=4)
def _folded(codes: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {name.casefold().translate(_FOLD): code for name, code in codes}


def _nearest(word: str, folded: Mapping[str, str]) -> str | None:
    edits = 1 if len(word) <= MAX_LENGTH_FOR_ONE_EDIT else 2
    near = process.extract(
        word, folded.keys(), scorer=OSA.distance, score_cutoff=edits, limit=8, processor=None
    )
    best = min((distance for _, distance, _ in near), default=None)
    codes = {folded[name] for name, distance, _ in near if distance == best}
    return codes.pop() if len(codes) == 1 else None
