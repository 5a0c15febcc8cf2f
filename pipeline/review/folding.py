"""Text as it is searched: lower case, and where wanted without dots and accents."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """Return text in lower case without marks on letters: `Åtgärd` as `atgard`."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def words_of(query: str, *, folded: bool) -> list[str]:
    """Return the words of a search, at most twelve."""
    text = fold(query) if folded else unicodedata.normalize("NFC", query.casefold())
    return _WORD.findall(text)[:12]
