"""Swedish prose to learn from: `shared/text`, less a share held out for tests; our own corpus."""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from collections.abc import Iterator
from pathlib import Path

SOURCES = ("government", "parliament", "law", "city_council_debate")
"""The mainland-Swedish sources; `finland_law` is named explicitly where it is wanted."""

KEY_LENGTH = 60
"""Characters (white space folded) that identify a paragraph."""


def paragraph_key(text: str) -> str:
    """Return a hash of the opening of `text`, blind to line breaks and blanks."""
    folded = re.sub(r"\s+", "", text)[:KEY_LENGTH]
    return hashlib.sha1(folded.encode()).hexdigest()


def is_held_out(paragraph: str, percent: int = 1) -> bool:
    """Whether `paragraph` belongs to the share kept for clean-text tests (decided by its hash)."""
    return int(paragraph_key(paragraph)[:8], 16) % 100 < percent


def _is_stuttering(paragraph: str) -> bool:
    """Speech recognition that went into a loop repeats the same few words."""
    words = paragraph.split()
    return len(words) > 30 and len(set(words)) / len(words) < 0.35


def paragraphs(folder: Path, source: str, *, held_out: bool = False) -> Iterator[str]:
    """Yield the paragraphs of one source.

    Args:
        folder: the folder that holds `<source>.txt.xz`, a paragraph a line.
        held_out: yield the held-out share instead of the rest.
    """
    with lzma.open(folder / f"{source}.txt.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            paragraph = line.strip()
            if paragraph and is_held_out(paragraph) == held_out and not _is_stuttering(paragraph):
                yield paragraph


def corpus_paragraphs(documents: Path) -> Iterator[str]:
    """Yield the running text of a corpus file, such as `corpus/measures/train.jsonl`."""
    with documents.open(encoding="utf-8") as lines:
        for line in lines:
            for section in json.loads(line)["sections"]:
                yield " ".join(sentence["text"] for sentence in section["sentences"])
