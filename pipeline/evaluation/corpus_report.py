"""What the corpus holds and how varied it is: `python -m pipeline.evaluation.corpus_report`.

Prints Markdown, which `corpus/README.md` quotes. `--foreign FILE.jsonl…` adds how many sentences
stand word for word in other collections.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.training.corpus_data import read_records
from pipeline.training.corpus_split import SPLITS

NEAR = 0.7
"""Sentences whose sets of character 5-grams have this Jaccard similarity are near-duplicates."""
GRAM = 5
TEMPLATE_WORDS = 6
FREQUENT = 400
"""A 5-gram in more sentences than this does not propose pairs (it still counts in them)."""
BLOCK = 2000
"""Sentences compared at once with all that follow: as many as memory takes without strain."""

Document = dict[str, Any]


def load(folder: Path) -> dict[str, list[Document]]:
    """Return the documents of each split."""
    return {name: [r for _, r in read_records(folder / f"{name}.jsonl")] for name in SPLITS}


def sentences_of(documents: Iterable[Document]) -> Iterator[dict[str, Any]]:
    """Yield the sentences of documents in order."""
    for document in documents:
        for section in document["sections"]:
            yield from section["sentences"]


def folded(text: str) -> str:
    """Return lower-case letters and digits with single blanks between words."""
    return " ".join(re.findall(r"\w+", text.lower()))


def near_duplicates(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Return pairs of sentences with a similarity of at least `NEAR`."""
    grams = [{t[i : i + GRAM] for i in range(max(1, len(t) - GRAM + 1))} for t in texts]
    index = {gram: i for i, gram in enumerate(dict.fromkeys(chain.from_iterable(grams)))}
    columns = np.fromiter((index[g] for g in chain.from_iterable(grams)), dtype=np.int64)
    starts = np.cumsum([0, *map(len, grams)])
    matrix = csr_matrix((np.ones(len(columns), np.int32), columns, starts))
    rare = np.asarray(matrix.sum(axis=0)).ravel() <= FREQUENT
    proposing = matrix[:, rare]
    sizes = np.diff(starts)
    found: list[tuple[int, int]] = []
    for first in range(0, len(texts), BLOCK):
        shared = (proposing[first : first + BLOCK] @ proposing[first:].T).tocoo()
        rows, others = shared.row + first, shared.col + first
        longer = np.maximum(sizes[rows], sizes[others])
        likely = (rows < others) & (shared.data * 2 >= NEAR * longer)
        found += zip(rows[likely].tolist(), others[likely].tolist(), strict=True)
    return [(i, j) for i, j in found if len(grams[i] & grams[j]) >= NEAR * len(grams[i] | grams[j])]


def template_share(texts: Sequence[str]) -> tuple[str, float]:
    """Return the commonest run of six words, numbers masked, and its share of sentences."""
    runs: Counter[str] = Counter()
    for text in texts:
        words = ["0" if word.isdigit() else word for word in text.split()]
        runs.update(set(_runs(words)))
    run, count = runs.most_common(1)[0]
    return run, count / len(texts)


def distinct(texts: Sequence[str], n: int) -> float:
    """Return the share of word n-grams, of all in running order, that differ."""
    grams = [
        tuple(words[i : i + n])
        for words in map(str.split, texts)
        for i in range(len(words) - n + 1)
    ]
    return len(set(grams)) / len(grams)


def counts(splits: dict[str, list[Document]]) -> str:
    """Return tables of documents, labels, statuses, scopes, genres and years, as Markdown."""
    rows = [["documents", *(str(len(splits[name])) for name in SPLITS)]]
    sentences = {name: list(sentences_of(splits[name])) for name in SPLITS}
    rows.append(["sentences", *(str(len(sentences[name])) for name in SPLITS)])
    bare = {name: sum(not s["labels"] for s in sentences[name]) for name in SPLITS}
    rows.append(["without a measure", *(str(bare[name]) for name in SPLITS)])
    several = {name: sum(len(s["labels"]) > 1 for s in sentences[name]) for name in SPLITS}
    rows.append(["with several", *(str(several[name]) for name in SPLITS)])
    for key, names in (("label", LABELS), ("status", STATUSES), ("scope", SCOPES)):
        tally = {
            split: Counter(entry[key] for s in sentences[split] for entry in s["labels"])
            for split in SPLITS
        }
        rows += [[f"`{name}`", *(str(tally[split][name]) for split in SPLITS)] for name in names]
    genres = {split: Counter(d["genre"] for d in splits[split]) for split in SPLITS}
    for genre in sorted(set(chain.from_iterable(genres.values()))):
        rows.append([f"documents: {genre}", *(str(genres[split][genre]) for split in SPLITS)])
    for first in range(1998, 2027, 5):
        years = range(first, first + 5)
        row = [str(sum(d["year"] in years for d in splits[split])) for split in SPLITS]
        rows.append([f"documents: {first}–{min(first + 4, 2026)}", *row])
    return _table(["", *SPLITS, "all"], [[*row, str(sum(map(int, row[1:])))] for row in rows])


def diversity(splits: dict[str, list[Document]]) -> str:
    """Return figures of variety over all splits, as Markdown."""
    documents = list(chain.from_iterable(splits.values()))
    texts = [folded(sentence["text"]) for sentence in sentences_of(documents)]
    lengths = sorted(len(text.split()) for text in texts)
    spread = [lengths[int(len(lengths) * share)] for share in (0.05, 0.25, 0.5, 0.75, 0.95)]
    near = near_duplicates(texts)
    run, share = template_share(texts)
    places = {name for document in documents for name in document["municipalities"]}
    openings = Counter(" ".join(text.split()[:3]) for text in texts).most_common(1)[0]
    rows = [
        ["words a sentence: 5, 25, 50, 75, 95 %", ", ".join(map(str, spread))],
        *([f"distinct {n}-grams of words", f"{distinct(texts, n):.1%}"] for n in (1, 2, 3)),
        ["identical sentences", str(len(texts) - len(set(texts)))],
        [
            f"near-duplicates (Jaccard of 5-grams ≥ {NEAR})",
            f"{len(set(chain.from_iterable(near))) / len(texts):.2%} of sentences",
        ],
        ["commonest run of six words", f"“{run}”, {share:.2%} of sentences"],
        ["commonest opening", f"“{openings[0]}”, {openings[1] / len(texts):.2%} of sentences"],
        ["municipalities, districts and regions", str(len(places))],
    ]
    return _table(["", "all splits"], rows)


def foreign(splits: dict[str, list[Document]], files: Iterable[Path]) -> int:
    """Return how many sentences stand, folded, in texts from elsewhere."""
    texts = {folded(s["text"]) for s in sentences_of(chain.from_iterable(splits.values()))}
    others = " | ".join(folded(path.read_text(encoding="utf-8")) for path in files)
    runs = set(_runs(others.split()))
    openings = ((text, " ".join(text.split()[:TEMPLATE_WORDS])) for text in texts)
    return sum(opening in runs and f" {text} " in others for text, opening in openings)


def _runs(words: Sequence[str]) -> Iterator[str]:
    """Yield every run of six words."""
    for i in range(len(words) - TEMPLATE_WORDS + 1):
        yield " ".join(words[i : i + TEMPLATE_WORDS])


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Run the command line; see the module's description."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpus/measures"))
    parser.add_argument("--foreign", nargs="*", type=Path, default=[])
    arguments = parser.parse_args()
    splits = load(arguments.corpus)
    print(counts(splits), diversity(splits), sep="\n\n")
    if arguments.foreign:
        print(f"\nsentences found elsewhere: {foreign(splits, arguments.foreign)}")


if __name__ == "__main__":
    main()
