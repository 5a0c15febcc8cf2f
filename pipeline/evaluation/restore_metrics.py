"""How well a page was repaired: counts on one page that add up over pages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein

LETTERS = "åäöÅÄÖ"
RESAMPLES = 1000

Counts = Counter[str]
"""Named counts of one page; `rates` turns their sums into figures."""


@dataclass(frozen=True)
class Rates:
    """Figures over a bed; intervals are 95 % bootstrap intervals by page."""

    figures: dict[str, float]
    intervals: dict[str, tuple[float, float]]


def count_page(raw: str, gold: str, output: str) -> Counts:
    """Compare `output`, made from `raw`, with `gold`; white space counts as one blank.

    Words are what white space parts. Character edits are those of a minimal edit script.
    """
    raw, gold, output = (" ".join(text.split()) for text in (raw, gold, output))
    counts: Counts = Counter()
    counts["characters"], counts["words"] = len(gold), len(gold.split())
    counts["character_errors"] = Levenshtein.distance(output, gold)
    counts["word_errors"] = Levenshtein.distance(output.split(), gold.split())
    right = {i for i, j in _matches(gold, output)}
    for letter in LETTERS:
        key = letter.lower()
        counts[f"{key}_printed"] += gold.count(letter)
        counts[f"{key}_written"] += output.count(letter)
        counts[f"{key}_right"] += sum(1 for i in right if gold[i] == letter)
    wanted, made = _edits(raw, gold), _edits(raw, output)
    counts["edits_wanted"], counts["edits_made"] = wanted.total(), made.total()
    counts["edits_right"] = (wanted & made).total()
    words = gold.split()
    before = {i for i, _ in _matches(words, raw.split())}
    after = {i for i, _ in _matches(words, output.split())}
    counts["right_words"] = len(before)
    counts["words_damaged"] = len(before - after)
    digits = {i for i, word in enumerate(words) if any(map(str.isdigit, word))}
    counts["right_numbers"] = len(before & digits)
    counts["numbers_damaged"] = len((before - after) & digits)
    return counts


def _matches(left: str | list[str], right: str | list[str]) -> list[tuple[int, int]]:
    return [
        (code.src_start + step, code.dest_start + step)
        for code in Levenshtein.opcodes(left, right)
        if code.tag == "equal"
        for step in range(code.src_end - code.src_start)
    ]


def _edits(source: str, target: str) -> Counter[tuple[int, str, str]]:
    """Character edits that turn `source` into `target`: place, what stood there, what comes."""
    found: Counter[tuple[int, str, str]] = Counter()
    for code in Levenshtein.opcodes(source, target):
        if code.tag == "replace":
            for step in range(code.src_end - code.src_start):
                place = code.src_start + step
                found[place, source[place], target[code.dest_start + step]] += 1
        elif code.tag != "equal":
            before = source[code.src_start : code.src_end]
            found[code.src_start, before, target[code.dest_start : code.dest_end]] += 1
    return found


def rates(pages: list[Counts], seed: int = 1) -> Rates:
    """Sum the counts of all pages and give figures with their intervals."""
    names = sorted({name for page in pages for name in page})
    table = np.array([[page[name] for name in names] for page in pages], dtype=float)
    random = np.random.default_rng(seed)
    draws = random.integers(len(pages), size=(RESAMPLES, len(pages)))
    samples = [_figures(dict(zip(names, table[draw].sum(0), strict=True))) for draw in draws]
    figures = _figures(dict(zip(names, table.sum(0), strict=True)))
    intervals = {}
    for name in figures:
        low, high = np.percentile([sample[name] for sample in samples], [2.5, 97.5])
        intervals[name] = (float(low), float(high))
    return Rates(figures, intervals)


def _figures(sums: dict[str, float]) -> dict[str, float]:
    figures = {
        "wer": _share(sums["word_errors"], sums["words"]),
        "cer": _share(sums["character_errors"], sums["characters"]),
    }
    for letter in "åäö":
        right = sums[f"{letter}_right"]
        written, printed = sums[f"{letter}_written"], sums[f"{letter}_printed"]
        figures[f"{letter}_precision"] = _share(right, written, 1.0)
        figures[f"{letter}_recall"] = _share(right, printed, 1.0)
        figures[f"{letter}_f1"] = _share(2 * right, written + printed, 1.0)
    figures["edit_precision"] = _share(sums["edits_right"], sums["edits_made"], 1.0)
    figures["edit_recall"] = _share(sums["edits_right"], sums["edits_wanted"], 1.0)
    figures["word_damage"] = _share(sums["words_damaged"], sums["right_words"])
    figures["number_damage"] = _share(sums["numbers_damaged"], sums["right_numbers"])
    return figures


def _share(part: float, whole: float, empty: float = 0.0) -> float:
    return float(part / whole) if whole else empty
