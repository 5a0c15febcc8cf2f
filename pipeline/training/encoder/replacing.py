"""Replaced-token detection: pieces that could stand where others stood, for the encoder to spot.

Clark et al. (2020) let a small network write the replacements. Here the text itself does: a piece
is replaced by one that stands between the same two neighbours elsewhere, or, where these neighbours
are rare, behind the same left one. That costs a search in a sorted table, and every piece of a
batch teaches the encoder something, not just the masked ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.training.encoder.masking import Masked, WholeWordMasker

COMMON = 6
"""Occurrences from which two neighbours are common enough to draw what stands between them."""

Ids = NDArray[np.int64]


class NeighbourReplacer:
    """Draws pieces by what stands beside them in the text that it is made from."""

    def __init__(self, blocks: NDArray[np.uint16], pieces: int) -> None:
        left, right = blocks[:, :-2].astype(np.int64).ravel(), blocks[:, 2:].astype(np.int64)
        between = blocks[:, 1:-1].ravel()
        self._pieces = pieces
        self._by_pair = _Drawer(left * pieces + right.ravel(), between)
        self._by_left = _Drawer(left, between)

    def __call__(self, ids: Ids, chosen: NDArray[np.bool_], rng: np.random.Generator) -> Ids:
        """Return `ids` [batch, length] with others at the chosen places; none is at an end."""
        rows, places = np.nonzero(chosen)
        left, right = ids[rows, places - 1], ids[rows, places + 1]
        of_pair, occurs = self._by_pair(left * self._pieces + right, rng)
        of_left, _ = self._by_left(left, rng)
        replaced = ids.copy()
        replaced[rows, places] = np.where(occurs >= COMMON, of_pair, of_left)
        return replaced


class _Drawer:
    """Draws one of the values that belong to a key."""

    def __init__(self, keys: Ids, values: NDArray[np.uint16]) -> None:
        order = np.argsort(keys, kind="stable")
        self._keys, self._values = keys[order], values[order]

    def __call__(self, asked: Ids, rng: np.random.Generator) -> tuple[NDArray[np.uint16], Ids]:
        """Return a value a key, and how many there are; of an unknown key, any."""
        first = np.searchsorted(self._keys, asked, "left")
        occurs = np.searchsorted(self._keys, asked, "right") - first
        drawn = first + (rng.random(len(asked)) * np.maximum(occurs, 1)).astype(np.int64)
        return self._values[np.minimum(drawn, len(self._values) - 1)], occurs


@dataclass(frozen=True)
class Corrupted:
    """A batch with masks and replacements.

    Attributes:
        masked: with the replacements among its inputs.
        replaced: 1 where a piece is not the one that stood there [batch, length].
        asked: which pieces the encoder is asked about; masked ones it is not.
    """

    masked: Masked
    replaced: Tensor
    asked: Tensor


class Corruptor:
    """Masks whole words, and replaces a share of the pieces that are left."""

    def __init__(
        self,
        masker: WholeWordMasker,
        replacer: NeighbourReplacer,
        special: list[int],
        share: float,
        seed: int,
    ) -> None:
        self._masker, self._replacer, self._special = masker, replacer, special
        self._share, self._rng = share, np.random.default_rng(seed)

    def __call__(self, blocks: NDArray[np.uint16]) -> Corrupted:
        """Corrupt a batch of blocks (batch, length), each between two special pieces."""
        masked, ids = self._masker(blocks), blocks.astype(np.int64)
        asked = ~np.isin(ids, self._special)
        asked.reshape(-1)[masked.positions.numpy()] = False
        chosen = asked & (self._rng.random(ids.shape) < self._share)
        replaced = self._replacer(ids, chosen, self._rng)
        inputs = np.where(chosen, replaced, masked.inputs.numpy())
        return Corrupted(
            Masked(torch.from_numpy(inputs), masked.positions, masked.targets),
            torch.from_numpy((replaced != ids).astype(np.float32)),
            torch.from_numpy(asked),
        )
