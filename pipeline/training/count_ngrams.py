"""Count words and word sequences of the source text into the restorer's language model.

`python -m pipeline.training.count_ngrams --text DIR --corpus FILE --pairs DIR --bed DIR --out DIR`
"""

from __future__ import annotations

import argparse
import csv
import re
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.restore.language_model import hash_ngram, pack_counts
from pipeline.stages.restore.neighbours import index
from pipeline.stages.restore.words import STOP, WORD, model_tokens
from pipeline.training.seen_text import SeenText, paragraphs_unseen
from pipeline.training.source_text import SOURCES, corpus_paragraphs

RARE_WORD, RARE_PAIR, RARE_TRIPLE = 2, 2, 2
"""Fewer occurrences than these are not kept."""

SIBLING_RATIO = 300
"""A word is taken for a misprint of a word this much more frequent that has its letters' dots."""

NAME_COUNT = 20
"""Count given to a name from the lists that the text does not hold that often."""

NAME_COLUMNS = ("municipality_name_short", "Tätort", "name")
"""Where the tables of the gazetteer hold a name."""

_BARE = str.maketrans("åäöéèüæø", "aaoeeuao")


def read_ids(pool: Iterator[str], numbers: dict[str, int]) -> NDArray[np.int32]:
    """Number the tokens of all paragraphs; each begins and ends with a sentence's end."""
    ids = array("i")
    stop = numbers.setdefault(STOP, len(numbers))
    for paragraph in pool:
        words = [numbers.setdefault(token, len(numbers)) for token in model_tokens(paragraph)]
        ids.extend([stop, *words, stop])
    return np.frombuffer(ids, dtype=np.int32)


def names(gazetteer: Path) -> set[str]:
    """Lower-cased words of the municipalities, localities and given names."""
    found: set[str] = set()
    for file in ("municipalities.csv", "localities.csv", "given_names.csv"):
        with (gazetteer / file).open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                text = next(row[c] for c in NAME_COLUMNS if c in row)
                found.update(word.lower() for word in WORD.findall(text))
    return {name for name in found if len(name) > 1}


def without_misprints(counts: dict[str, int]) -> dict[str, int]:
    """Leave out rare words that a far more frequent word becomes when its dots are lost."""
    best: dict[str, int] = {}
    for word, count in counts.items():
        bare = word.translate(_BARE)
        best[bare] = max(best.get(bare, 0), count)
    return {
        word: count
        for word, count in counts.items()
        if count * SIBLING_RATIO > best[word.translate(_BARE)]
    }


def frequent(
    columns: list[NDArray[np.int64]], least: int
) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Count the n-grams whose words stand in `columns` (unknown words negative)."""
    known = np.logical_and.reduce([column >= 0 for column in columns])
    key = np.zeros(int(known.sum()), dtype=np.int64)
    for column in columns:
        key = (key << 20) | column[known]
    key, counts = np.unique(key, return_counts=True)
    key, counts = key[counts >= least], counts[counts >= least]
    width = len(columns)
    parts = [(key >> (20 * (width - 1 - i))) & 0xFFFFF for i in range(width)]
    hashes = hash_ngram(*parts)
    order = np.lexsort((-counts, hashes))
    hashes, first = np.unique(hashes[order], return_index=True)
    return hashes, pack_counts(counts[order][first])


def build(options: argparse.Namespace) -> None:
    """Count everything and write the arrays."""
    seen = SeenText.of_beds(options.bed)
    if options.pairs:
        seen = seen.with_pages(options.pairs)
    numbers: dict[str, int] = {}
    pools = [paragraphs_unseen(options.text, source, seen) for source in SOURCES]
    pools += [
        (text for text in corpus_paragraphs(documents) if not seen.holds(text))
        for documents in options.corpus
    ]
    tokens = np.concatenate([read_ids(pool, numbers) for pool in pools])
    words = list(numbers)
    amounts = np.bincount(tokens, minlength=len(words))
    counts = {w: int(n) for w, n in zip(words, amounts, strict=True) if n >= RARE_WORD}
    counts = without_misprints(counts)
    for name in names(options.gazetteer):
        counts[name] = max(counts.get(name, 0), NAME_COUNT)
    kept = sorted(counts, key=lambda w: (-counts[w], w))
    rank = {word: place for place, word in enumerate(kept)}
    moved = np.array([rank.get(word, -1) for word in words], dtype=np.int64)[tokens]
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    (out / "lexicon.txt").write_text("\n".join(kept), encoding="utf-8")
    np.save(out / "unigrams.npy", pack_counts(np.array([counts[w] for w in kept])))
    for name, width, least in (("bigram", 2, RARE_PAIR), ("trigram", 3, RARE_TRIPLE)):
        columns = [moved[i : len(moved) - width + 1 + i] for i in range(width)]
        keys, packed = frequent(columns, least)
        np.save(out / f"{name}_keys.npy", keys)
        np.save(out / f"{name}_counts.npy", packed)
        print(name, len(keys))
    keys, places = index([word if counts[word] > RARE_WORD else "" for word in kept])
    np.save(out / "shape_keys.npy", keys)
    np.save(out / "shape_words.npy", places)
    print(f"{len(tokens)} tokens, {len(words)} forms, {len(kept)} kept")


def main() -> None:
    """Read the command line and count."""
    parser = argparse.ArgumentParser(description=re.split(r"\n", __doc__ or "")[0])
    parser.add_argument("--text", type=Path, default=Path("../shared/text"))
    parser.add_argument(
        "--corpus", type=Path, action="append", default=[], help="documents of our own, JSONL"
    )
    parser.add_argument("--gazetteer", type=Path, default=Path("../shared/gazetteer"))
    parser.add_argument("--pairs", type=Path, default=None, help="rendered pages to keep out")
    parser.add_argument("--bed", type=Path, action="append", default=[], help="bed to keep out")
    parser.add_argument("--out", type=Path, default=Path("models/restorer"))
    build(parser.parse_args())


if __name__ == "__main__":
    main()
