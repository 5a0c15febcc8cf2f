"""How well two annotations of the same sentences agree: micro-F1 and Krippendorff's alpha.

`python -m pipeline.evaluation.agreement` compares `corpus/second/annotation.jsonl`, made blindly
from the same sentences and the codebook alone, with the corpus's own labels.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.codebook import LABELS

Marks = dict[str, tuple[str, str]]
"""What one annotator gave one sentence: label to status and scope."""


def marks(entries: Sequence[dict[str, str]]) -> Marks:
    """A sentence's list of labels as `Marks`."""
    return {entry["label"]: (entry["status"], entry["scope"]) for entry in entries}


def read_pairs(corpus: Path) -> Iterator[tuple[Marks, Marks]]:
    """Yield (first, second) of every sentence that was annotated twice."""
    firsts: dict[str, list[Marks]] = {}
    for path in sorted((corpus / "measures").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            document = json.loads(line)
            firsts[document["id"]] = [
                marks(sentence["labels"])
                for section in document["sections"]
                for sentence in section["sentences"]
            ]
    second = corpus / "second" / "annotation.jsonl"
    for line in second.read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        seconds = [marks(entries) for section in document["sections"] for entries in section]
        yield from zip(firsts[document["id"]], seconds, strict=True)


def krippendorff_alpha(ratings: NDArray[np.bool_]) -> float:
    """Krippendorff's alpha of a nominal yes/no question, two annotators, nothing missing.

    Args:
        ratings: (items, 2). Source: Krippendorff, Content Analysis (2004), ch. 11.
    """
    observed = float(np.mean(ratings[:, 0] != ratings[:, 1]))
    values, yes = ratings.size, int(ratings.sum())
    expected = 2 * yes * (values - yes) / (values * (values - 1))
    return 1.0 if expected == 0 else 1 - observed / expected


def agreement(pairs: Sequence[tuple[Marks, Marks]]) -> dict[str, Any]:
    """Return figures over all sentences, and alpha for each label and for "any measure"."""
    table = np.array([[[label in m for m in pair] for label in LABELS] for pair in pairs])
    both = int(np.logical_and(table[..., 0], table[..., 1]).sum())
    shared = [(a[label], b[label]) for a, b in pairs for label in a.keys() & b.keys()]
    return {
        "sentences": len(pairs),
        "micro_f1": round(2 * both / int(table.sum()), 4),
        "alpha": round(krippendorff_alpha(table.reshape(-1, 2)), 4),
        "alpha_any": round(krippendorff_alpha(np.asarray(table.any(axis=1))), 4),
        "alpha_by_label": {
            label: round(krippendorff_alpha(table[:, n]), 3) for n, label in enumerate(LABELS)
        },
        "status_agreement": round(sum(a[0] == b[0] for a, b in shared) / len(shared), 4),
        "scope_agreement": round(sum(a[1] == b[1] for a, b in shared) / len(shared), 4),
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    options = parser.parse_args()
    print(json.dumps(agreement(list(read_pairs(options.corpus))), indent=2))


if __name__ == "__main__":
    main()
