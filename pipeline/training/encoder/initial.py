"""Where pre-training starts from: static vectors, and heads that already look at their neighbours.

A BERT that starts from noise spends its first tens of millions of tokens on learning where the
next word stands. On a CPU that is all there is, so both are given:

- word embeddings are static vectors learned on the same text (`vectors.py`);
- position embeddings are sinusoids, and the first layers' query and key weights rotate them, so
  that a head attends a fixed number of pieces to the left or right (q = R(d) p(t), k = p(s); the
  product peaks at s = t + d). Training is free to change them.

Compare Trockman and Kolter 2023, "Mimetic initialization of self-attention layers".
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import BertModel

VECTOR_SCALE = 0.04
"""Standard deviation that static vectors are brought to: that of a trained BERT's embeddings."""
SHIFTS = ((-1, 1, -2, 2), (-1, 1))
"""Pieces to the right at which the first heads of the first layers look."""
FASTEST, SLOWEST = 3.0, 0.15
"""Radians a position, of the waves that tell neighbours apart."""
COARSE = (-0.83, -2.3)
"""Powers of ten between which the waves lie that tell where in a text a piece stands."""
SHARPNESS = 2.0


@torch.no_grad()
def start_embeddings(encoder: BertModel, vectors: NDArray[np.float32]) -> None:
    """Replace the random embeddings of all pieces that have a vector (vocabulary, width)."""
    known = np.flatnonzero(vectors.any(axis=1))
    chosen = vectors[known] - vectors[known].mean(axis=0)
    chosen *= VECTOR_SCALE / chosen.std()
    encoder.embeddings.word_embeddings.weight[torch.from_numpy(known)] = torch.from_numpy(chosen)


@torch.no_grad()
def start_local_heads(encoder: BertModel) -> None:
    """Set position embeddings to sinusoids and the first layers' heads to look at neighbours."""
    width = encoder.config.hidden_size
    size = width // encoder.config.num_attention_heads
    quarter = width // 4
    waves = torch.cat([torch.linspace(FASTEST, SLOWEST, quarter), torch.logspace(*COARSE, quarter)])
    places = encoder.embeddings.position_embeddings.weight
    angles = torch.arange(len(places))[:, None] * waves
    scale = VECTOR_SCALE * 2**0.5
    places[:, 0::2], places[:, 1::2] = scale * angles.sin(), scale * angles.cos()
    layers: Any = encoder.encoder.layer
    for layer, shifts in zip(layers, SHIFTS, strict=False):
        attention = layer.attention.self
        for head, shift in enumerate(shifts[: width // size]):
            first = (head * size // 2) % (quarter - size // 2 + 1)
            rows = slice(head * size, (head + 1) * size)
            chosen = waves[first : first + size // 2]
            attention.query.weight[rows] = SHARPNESS * _turned(chosen, first, shift, width)
            attention.key.weight[rows] = _turned(chosen, first, 0, width)
        for linear in (attention.value, layer.attention.output.dense):
            torch.nn.init.normal_(linear.weight, std=width**-0.5)


def _turned(waves: Tensor, first: int, shift: int, width: int) -> Tensor:
    """Return the map (2 * waves, width) from a place to some of its waves, `shift` places on."""
    found = torch.zeros(2 * len(waves), width)
    for i, angle in enumerate(shift * waves):
        row, column = 2 * i, 2 * (first + i)
        found[row, column], found[row, column + 1] = angle.cos(), angle.sin()
        found[row + 1, column], found[row + 1, column + 1] = -angle.sin(), angle.cos()
    return found
