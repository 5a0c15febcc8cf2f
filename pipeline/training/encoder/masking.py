"""Whole-word masking on packed token blocks, vectorised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedTokenizerFast


@dataclass(frozen=True)
class Masked:
    """A batch for masked-language modelling.

    Attributes:
        inputs: token ids with masks (batch, length).
        positions: flat indices into batch x length of the tokens to predict.
        targets: their true ids.
    """

    inputs: Tensor
    positions: Tensor
    targets: Tensor


class WholeWordMasker:
    """Chooses words, not word pieces: all pieces of a chosen word are predicted.

    Of the chosen words 80 % are masked, 10 % replaced by random pieces, 10 % left as they are.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerFast, share: float, seed: int) -> None:
        pieces = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
        self._continues = np.array([piece.startswith("##") for piece in pieces])
        self._special = np.array([piece in tokenizer.all_special_tokens for piece in pieces])
        self._mask_id = tokenizer.mask_token_id
        self._share = share
        self._rng = np.random.default_rng(seed)

    def __call__(self, blocks: NDArray[np.uint16]) -> Masked:
        """Mask a batch of blocks (batch, length)."""
        ids = blocks.astype(np.int64)
        starts = ~self._continues[ids]
        words = np.cumsum(starts, axis=1)  # word number of each piece, from 1, per row
        rows = np.arange(len(ids))[:, None]
        chosen = (self._rng.random((len(ids), ids.shape[1] + 1)) < self._share)[rows, words]
        chosen &= ~self._special[ids]
        fate = self._rng.random((len(ids), ids.shape[1] + 1))[rows, words]
        inputs = np.where(chosen & (fate < 0.8), self._mask_id, ids)
        strange = self._rng.integers(5, len(self._continues), ids.shape)
        inputs = np.where(chosen & (fate >= 0.8) & (fate < 0.9), strange, inputs)
        positions = np.flatnonzero(chosen)
        return Masked(
            torch.from_numpy(inputs),
            torch.from_numpy(positions),
            torch.from_numpy(ids.reshape(-1)[positions]),
        )
