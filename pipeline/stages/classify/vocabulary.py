"""TF-IDF rows of sentences: which known features each has, and with which weight.

Lengths are normalised with a pivot (Singhal, Buckley and Mitra 1996): with full normalisation a
measure in a long list of others would hardly weigh.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from pipeline.stages.classify.examples import Example, Floats
from pipeline.stages.classify.features import KINDS, Piece, features_of, parts, pieces

BLOCKS = {"w": 0, "b": 0, "c": 1, "<": 2, ">": 3, "#": 4}
"""A feature's first letter to its block: words, characters, before, after, heading."""
N_BLOCKS = 5
SLOPE = 0.6
"""1 would give each block of a sentence unit length, 0 would divide by the pivot alone."""
MAX_CACHED = 60_000
"""Pieces of each kind that are remembered: some 60 MB in all."""


@dataclass
class Vocabulary:
    """Known features and how rare they are.

    Attributes:
        features: sorted; see features.py.
        idf: inverse document frequency, one a feature.
        pivots: mean length of the blocks in the sentences learned from.
        block_weights: how much each of the blocks counts.
    """

    features: Sequence[str]
    idf: Floats
    pivots: Floats
    block_weights: Floats
    _index: dict[str, int] = field(init=False, repr=False)
    _blocks: NDArray[np.int64] = field(init=False, repr=False)
    _known: dict[str, _Columns] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._index = {feature: i for i, feature in enumerate(self.features)}
        self._blocks = np.array([BLOCKS[feature[0]] for feature in self.features], dtype=np.int64)
        self._known = {kind: _Columns(kind, self._index) for kind in KINDS}

    @classmethod
    def learn(
        cls, examples: Sequence[Example], *, min_sentences: int, block_weights: Iterable[float]
    ) -> Vocabulary:
        """Keep the features that occur in at least `min_sentences` of the examples."""
        occurs = Counter(
            chain.from_iterable(
                {
                    feature
                    for part in parts(example)
                    for kind, found in pieces(*part)
                    for piece in set(found)
                    for feature in features_of(kind, piece)
                }
                for example in examples
            )
        )
        kept = sorted(feature for feature, count in occurs.items() if count >= min_sentences)
        counts = np.array([occurs[feature] for feature in kept], dtype=np.float32)
        idf = np.log((1 + len(examples)) / (1 + counts)) + 1
        weights = np.array(list(block_weights), dtype=np.float32)
        learned = cls(kept, idf.astype(np.float32), np.zeros(N_BLOCKS, np.float32), weights)
        lengths = learned._weighed(examples)[1].reshape(-1, N_BLOCKS)
        learned.pivots = (lengths.sum(axis=0) / np.maximum(1, (lengths > 0).sum(axis=0))).astype(
            np.float32
        )
        return learned

    def rows(self, examples: Sequence[Example]) -> csr_matrix:
        """Return (1 + log count) x idf, divided by the block's length, times its weight.

        A row an example, a column a feature.
        """
        matrix, lengths = self._weighed(examples)
        blocks, places = self._blocks[matrix.indices], self._places(matrix)
        divisors = SLOPE * lengths[places] + (1 - SLOPE) * self.pivots[blocks]
        matrix.data = matrix.data / divisors * self.block_weights[blocks]
        return matrix

    def _weighed(self, examples: Sequence[Example]) -> tuple[csr_matrix, Floats]:
        """Return rows before normalisation, and the lengths of each row's blocks, row by row."""
        different = {part for example in examples for part in parts(example)}
        of_parts = {part: self._columns(part) for part in different}
        found = [[of_parts[part] for part in parts(example)] for example in examples]
        ends = np.cumsum([0, *(sum(map(len, columns)) for columns in found)], dtype=np.int32)
        entries = chain.from_iterable(chain.from_iterable(found))
        columns = np.fromiter(entries, dtype=np.int32, count=ends[-1])
        once = np.ones(len(columns), np.float32)
        matrix = csr_matrix((once, columns, ends), shape=(len(examples), len(self.features)))
        matrix.sum_duplicates()
        matrix.data = (1 + np.log(matrix.data)) * self.idf[matrix.indices]
        squared = np.bincount(
            self._places(matrix), weights=matrix.data**2, minlength=len(examples) * N_BLOCKS
        )
        return matrix, np.sqrt(squared).astype(np.float32)

    def _places(self, matrix: csr_matrix) -> NDArray[np.int64]:
        """For each entry of a matrix, row and block as one number."""
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        places: NDArray[np.int64] = rows * N_BLOCKS + self._blocks[matrix.indices]
        return places

    def _columns(self, part: tuple[str, str]) -> list[int]:
        """The known features of a part of an example, as often as they occur."""
        found: list[int] = []
        for kind, of_kind in pieces(*part):
            found += chain.from_iterable(map(self._known[kind].__getitem__, of_kind))
        return found


class _Columns(dict[Piece, tuple[int, ...]]):
    """The columns of the known features of each piece of one kind, remembered when asked for."""

    def __init__(self, kind: str, index: Mapping[str, int]) -> None:
        super().__init__()
        self._kind, self._index = kind, index

    def __missing__(self, piece: Piece) -> tuple[int, ...]:
        index = self._index
        columns = tuple(index[f] for f in features_of(self._kind, piece) if f in index)
        if len(self) < MAX_CACHED:
            self[piece] = columns
        return columns
