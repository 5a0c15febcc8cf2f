"""Rendered pages as training pairs: what was read, aligned with what was printed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from pipeline.stages.restore.alignment import outputs_of
from pipeline.stages.restore.alphabet import KEEP, Alphabet

MASKED = -100
"""Label of characters that teach nothing: the alignment is doubtful there."""

WORST_PAGE = 0.35
"""Character error rate above which a page was not read but guessed."""


@dataclass(frozen=True)
class PagePair:
    """A page as printed and as read, white space folded, and the engine language that read it."""

    gold: str
    raw: str
    language: str
    held_out: bool


def fold(text: str) -> str:
    """Collapse blanks within lines and leave out blank lines."""
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def is_development(worker: int, number: int) -> bool:
    """Whether a rendered page belongs to the twentieth part that nothing is trained on."""
    return number % 20 == 7 + worker


def load_pages(folder: Path) -> list[PagePair]:
    """Read `pages-<worker>.jsonl` as far as it is written, unreadable pages left out."""
    pages = []
    for path in sorted(folder.glob("pages-*.jsonl")):
        worker = int(path.stem.rpartition("-")[2])
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        for number, line in enumerate(lines):
            page = json.loads(line)
            gold, raw = fold(page["gold"]), fold(page["raw"])
            if Levenshtein.normalized_distance(raw, gold) <= WORST_PAGE:
                pages.append(PagePair(gold, raw, page["lang"], is_development(worker, number)))
    return pages


def labels(raw: str, gold: str, alphabet: Alphabet) -> NDArray[np.int64]:
    """Class number for each character of `raw`; `MASKED` where the alignment is doubtful."""
    result = np.zeros(len(raw), dtype=np.int64)
    wanted, doubtful = outputs_of(raw, gold)
    for place, output in wanted.items():
        result[place] = alphabet.output_ids.get(output, MASKED)
    for start, end in doubtful:
        result[max(0, start - 2) : end + 2] = MASKED
    return result


def build_alphabet(pages: Iterable[PagePair], characters: int, outputs: int) -> Alphabet:
    """Choose the most frequent input characters and outputs."""
    seen: dict[str, int] = {}
    wanted_count: dict[str, int] = {}
    for page in pages:
        for character in page.raw:
            seen[character] = seen.get(character, 0) + 1
        for output in outputs_of(page.raw, page.gold)[0].values():
            wanted_count[output] = wanted_count.get(output, 0) + 1
    wanted_count.pop(KEEP, None)
    known = sorted(seen, key=lambda c: (-seen[c], c))[:characters]
    ranked = sorted(wanted_count, key=lambda o: (-wanted_count[o], o))[: outputs - 1]
    return Alphabet("".join(c for c in known if ord(c) < 0x2200), (KEEP, *ranked))
