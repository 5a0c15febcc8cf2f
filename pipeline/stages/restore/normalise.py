"""Edits by rule: composed characters, ligatures, invisible characters, broken words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from pipeline.offsets import Edit, OffsetMap

_INVISIBLE, _SPACES = "\u00ad\u200b\u2060\ufeff", "\u00a0\u2007\u2009\u202f"
_LIGATURES = "".join(map(chr, range(0xFB00, 0xFB07)))
_MARKS = "".join(map(chr, range(0x0300, 0x0370)))
"""Combining marks, such as the ring of a decomposed å."""
_IRREGULAR = re.compile(
    f"(?P<invisible>[{_INVISIBLE}]+)"
    f"|(?P<ligature>[{_LIGATURES}])"
    f"|(?P<space>[{_SPACES}])"
    f"|(?P<nfc>[^{_MARKS}][{_MARKS}]+)"
)
_NEVER_REGULAR = frozenset(_INVISIBLE + _LIGATURES + _SPACES + _MARKS)
"""Without any of these a text needs no search."""
_REPLACEMENTS: dict[str, Callable[[str], str]] = {
    "invisible": lambda _: "",
    "ligature": lambda old: unicodedata.normalize("NFKC", old),
    "space": lambda _: " ",
    "nfc": lambda old: unicodedata.normalize("NFC", old),
}
_BROKEN = re.compile(r"(?<=[^\W\d_])-[ \t]*\r?\n[ \t]*([^\W\d_]+)")

SUSPENDED = frozenset(("och", "eller", "samt", "respektive", "resp", "men", "som", "å", "ä"))
"""Words before which a hyphen stands for a word part left out (`barn- och ungdomsvård`)."""

ROUNDS = 3
"""Removing one character can bring two others together; this often at most."""


def normalise(text: str, known: Callable[[str], bool] | None) -> OffsetMap:
    """Return the edits that make `text` regular.

    Args:
        text: as extracted.
        known: says whether a lower-case word is Swedish; None leaves broken words as they are.
    """
    result = OffsetMap()
    for _ in range(ROUNDS):
        current = result.apply(text)
        regular = OffsetMap.of(_characters(current))
        if not regular.edits:
            break
        result = result.then(regular, text)
    if known:
        joined = OffsetMap.of(_joints(result.apply(text), known))
        result = result.then(joined, text)
    return result


def _characters(text: str) -> Iterator[Edit]:
    """Edits on single characters; those that touch each other are left to the next round."""
    if _NEVER_REGULAR.isdisjoint(text):
        return
    for match in _IRREGULAR.finditer(text):
        kind = match.lastgroup or ""
        before = match.group()
        yield Edit(match.start(), before, _REPLACEMENTS[kind](before), kind)


def _joints(text: str, known: Callable[[str], bool]) -> Iterator[Edit]:
    """Join words that a line's end broke in two."""
    for match in _BROKEN.finditer(text):
        start, place = match.start(), match.start(1)
        left, right = _word_before(text, start), match.group(1)
        if right.lower() in SUSPENDED or not right[0].islower():
            if not (right[0].isupper() and left[0].isupper() and not right.isupper()):
                continue
            keep_hyphen = True
        else:
            keep_hyphen = _keeps_hyphen(left, right, known)
        kept = "-" if keep_hyphen else ""
        yield Edit(start, text[start:place], kept, "hyphen")


def _word_before(text: str, end: int) -> str:
    """The letters before `end`, in the sense of `_BROKEN`."""
    start = end
    while start and text[start - 1].isalnum() and not text[start - 1].isdecimal():
        start -= 1
    return text[start:end]


def _keeps_hyphen(left: str, right: str, known: Callable[[str], bool]) -> bool:
    """Whether the hyphen belongs to the word (`IT-stöd`) and not to the line's end."""
    if left.isupper():
        return True
    joined, hyphenated = (left + right).lower(), f"{left}-{right}".lower()
    return known(hyphenated) and not known(joined)
