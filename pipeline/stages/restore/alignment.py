"""What each character of a misread text should become, from a minimal edit script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from pipeline.stages.restore.alphabet import KEEP

LONGEST_BLOCK = 4
"""Characters; a longer stretch that differs is garbage, not a confusion."""


@dataclass(frozen=True, slots=True)
class Block:
    """`raw[raw_start:raw_end]` was read where `gold[gold_start:gold_end]` is printed."""

    raw_start: int
    raw_end: int
    gold_start: int
    gold_end: int


def blocks(raw: str, gold: str) -> Iterator[Block]:
    """Yield the stretches where the two texts differ, neighbouring edits as one."""
    current: Block | None = None
    for code in Levenshtein.opcodes(raw, gold):
        if code.tag == "equal":
            if current:
                yield current
            current = None
        else:
            raw_start, gold_start = code.src_start, code.dest_start
            if current:
                raw_start, gold_start = current.raw_start, current.gold_start
            current = Block(raw_start, code.src_end, gold_start, code.dest_end)
    if current:
        yield current


def outputs_of(
    raw: str, gold: str, longest: int = LONGEST_BLOCK
) -> tuple[dict[int, str], list[tuple[int, int]]]:
    """Say what each differing character of `raw` should become.

    Returns:
        Position -> output (see `Alphabet`), and the stretches that cannot be told.
    """
    wanted: dict[int, str] = {}
    doubtful: list[tuple[int, int]] = []
    for block in blocks(raw, gold):
        before = raw[block.raw_start : block.raw_end]
        after = gold[block.gold_start : block.gold_end]
        if "\n" in before + after or max(len(before), len(after)) > longest:
            doubtful.append((block.raw_start, max(block.raw_end, block.raw_start + 1)))
        elif before:
            for place, character in enumerate(before[:-1]):
                wanted[block.raw_start + place] = after[place : place + 1]
                if after[place : place + 1] == character:
                    wanted[block.raw_start + place] = KEEP
            rest = after[len(before) - 1 :]
            wanted[block.raw_end - 1] = KEEP if rest == before[-1] else rest
        elif block.raw_start > 0 and not raw[block.raw_start - 1].isspace():
            place = block.raw_start - 1
            wanted[place] = wanted.get(place, KEEP) + after
        elif block.raw_start < len(raw):
            wanted[block.raw_start] = after + KEEP
    return wanted, doubtful
