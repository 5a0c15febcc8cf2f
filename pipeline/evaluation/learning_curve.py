"""What more labelled text would be worth: the linear model, learned from shares of it.

`python -m pipeline.evaluation.learning_curve --public PUBLIC.jsonl --measure FILE.jsonl…` prints
Markdown: micro-F1 on each file when a share of the corpus's documents, or of those of public prose,
is learned from and all of the other. Two to three minutes a line on one core.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.training import linear
from pipeline.training.classifier.material import Parts, gather
from pipeline.training.classifier.recipe import Recipe
from pipeline.training.classifier.sources import read_parts
from pipeline.training.corpus_data import LabelledSentence, read_labelled

SHARES = (0.125, 0.25, 0.5, 1.0)


def share_of(sentences: Sequence[LabelledSentence], share: float) -> list[LabelledSentence]:
    """Return the sentences of a share of the documents; a larger share holds the smaller ones."""
    return [one for one in sentences if _place(one.document) < share]


def _place(document: str) -> float:
    """Between 0 and 1, by another hash than the one by which the corpus was split."""
    return int.from_bytes(hashlib.sha256(f"share:{document}".encode()).digest()[:4]) / 2**32


def curve(
    corpus: Parts, public: Sequence[LabelledSentence], files: Sequence[Path]
) -> Iterator[str]:
    """Yield a table, line by line; nothing of `files` may be learned from."""
    yield "| corpus | public prose | sentences | " + " | ".join(f.stem for f in files) + " |"
    yield "| --- " * (3 + len(files)) + "|"
    held = [read_labelled(file) for file in files]
    recipe = Recipe()
    for of_corpus, of_public in [
        *((share, 1.0) for share in SHARES[:-1]),
        *((1.0, s) for s in SHARES),
    ]:
        train = share_of(corpus.train, of_corpus)
        material = gather(
            Parts(train, corpus.validation, corpus.test), [], share_of(public, of_public), recipe
        )
        model = linear.train(
            material.train,
            material.validation,
            linear.Recipe(),
            material.weights,
            material.kind_weights,
        )
        scores = [f"{linear.figures(model, sentences)['micro_f1']:.3f}" for sentences in held]
        cells = [f"{of_corpus:.1%}", f"{of_public:.1%}", f"{len(material.train):,}", *scores]
        yield f"| {' | '.join(cells)} |"


def main() -> None:
    """Run the command line; see the module's description."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpus/measures"))
    parser.add_argument("--public", type=Path, required=True)
    parser.add_argument("--measure", type=Path, nargs="+", required=True)
    given = parser.parse_args()
    for line in curve(read_parts(given.corpus), read_labelled(given.public), given.measure):
        print(line, flush=True)


if __name__ == "__main__":
    main()
