"""TF-IDF rows of sentences: which known features each has, and with which weight.

Lengths are normalised with a pivot (Singhal, Buckley and Mitra 1996): with full normalisation a
measure in a long list of others would hardly weigh.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.classify.examples import Example, Floats
from pipeline.stages.classify.features import expand, parts, pieces

BLOCKS = {"w": 0, "b": 0, "c": 1, "<": 2, ">": 3, "#": 4}
"""A feature's first letter to its block: words, characters, before, after, heading."""
N_BLOCKS = 5
SLOPE = 0.6
"""1 would give each block of a sentence unit length, 0 would divide by the pivot alone."""
MAX_CACHED = 300_000


@dataclass(frozen=True, slots=True)
class Rows:
    """A sparse matrix, a row an example: entry `k` stands in row `rows[k]`, column `columns[k]`.

    Entries are sorted by row, then column.
    """

    count: int
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: Floats


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
    _known: dict[str, tuple[int, ...]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._index = {feature: i for i, feature in enumerate(self.features)}
        self._blocks = np.array([BLOCKS[feature[0]] for feature in self.features], dtype=np.int64)

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
                    for piece in set(pieces(*part))
                    for feature in expand(piece)
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

    def rows(self, examples: Sequence[Example]) -> Rows:
        """Return (1 + log count) x idf, divided by the block's length, times its weight."""
        rows, lengths = self._weighed(examples)
        blocks = self._blocks[rows.columns]
        divisors = (
            SLOPE * lengths[rows.rows * N_BLOCKS + blocks] + (1 - SLOPE) * self.pivots[blocks]
        )
        return replace(rows, values=rows.values / divisors * self.block_weights[blocks])

    def _weighed(self, examples: Sequence[Example]) -> tuple[Rows, Floats]:
        """Return rows before normalisation, and the lengths of each row's blocks, row by row."""
        different = {part for example in examples for part in parts(example)}
        of_parts = {part: self._columns(part) for part in different}
        found = [[of_parts[part] for part in parts(example)] for example in examples]
        counts = [sum(map(len, columns)) for columns in found]
        entries = chain.from_iterable(chain.from_iterable(found))
        flat = np.fromiter(entries, dtype=np.int64, count=sum(counts))
        width = len(self.features)
        keys, times = np.unique(
            np.repeat(np.arange(len(examples)), counts) * width + flat, return_counts=True
        )
        rows, columns = np.divmod(keys, width)
        values = (1 + np.log(times.astype(np.float32))) * self.idf[columns]
        places = rows * N_BLOCKS + self._blocks[columns]
        squared = np.bincount(places, weights=values**2, minlength=len(examples) * N_BLOCKS)
        return Rows(len(examples), rows, columns, values), np.sqrt(squared).astype(np.float32)

    def _columns(self, part: tuple[str, str]) -> list[int]:
        """The known features of a part of an example, as often as they occur."""
        found: list[int] = []
        for piece in pieces(*part):
            known = self._known.get(piece)
            if known is None:
                index = self._index
                known = tuple(index[f] for f in expand(piece) if f in index)
                if len(self._known) < MAX_CACHED:
                    self._known[piece] = known
            found += known
        return found
