"""Static vectors of word pieces, for the encoder's embeddings to start from.

`python -m pipeline.training.encoder.vectors --work DIR` learns them by skip-gram with negative
sampling (Mikolov et al. 2013) on the blocks that `prepare` wrote, and writes `DIR/vectors.npy`:
float32 (vocabulary, width), zero for pieces that never occur. A transformer sees too little text
on a CPU to learn what rare words mean; counting neighbours is a hundred times cheaper.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from gensim.models import Word2Vec
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

WINDOW = 5
NEGATIVE = 5
EPOCHS = 4


class _Blocks:
    """The blocks as lists of piece numbers in writing, again for every epoch."""

    def __init__(self, blocks: NDArray[np.uint16]) -> None:
        self._blocks = blocks

    def __iter__(self) -> Iterator[list[str]]:
        for start in range(0, len(self._blocks), 1000):
            for row in self._blocks[start : start + 1000, 1:-1].astype(str):
                yield row.tolist()


def learn(
    blocks: NDArray[np.uint16], vocabulary: int, width: int, workers: int
) -> NDArray[np.float32]:
    """Return a vector a piece (vocabulary, width). With several workers runs differ slightly."""
    model = Word2Vec(
        _Blocks(blocks),
        vector_size=width,
        window=WINDOW,
        negative=NEGATIVE,
        sg=1,
        sample=1e-4,
        min_count=1,
        epochs=EPOCHS,
        workers=workers,
        seed=1,
    )
    vectors = np.zeros((vocabulary, width), np.float32)
    for piece, row in model.wv.key_to_index.items():
        vectors[int(piece)] = model.wv.vectors[row]
    return vectors


def main() -> None:
    """Read the command line, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder that `prepare` wrote")
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    blocks = np.load(options.work / "train.npy", mmap_mode="r")
    vocabulary = len(PreTrainedTokenizerFast.from_pretrained(options.work / "tokenizer"))
    vectors = learn(blocks, vocabulary, options.width, options.workers)
    np.save(options.work / "vectors.npy", vectors)


if __name__ == "__main__":
    main()
