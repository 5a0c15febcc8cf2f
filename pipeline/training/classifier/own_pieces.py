"""Spare a BERT's last layer what nobody reads: behind attention, all but the sentence's own pieces.

Labels attend to the sentence alone (network.py), so answers stay the same.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertModel

from pipeline.training.classifier.network import MeasureNetwork


def only_own_pieces_leave(network: MeasureNetwork) -> nn.Module:
    """Change the network's last layer in place; call what is returned instead.

    A network whose encoder is no `BertModel` is returned as it is.
    """
    encoder: Any = network.encoder
    if not isinstance(encoder, BertModel):
        return network
    layer: Any = encoder.encoder.layer[-1]
    own = _Own()
    layer.attention.output = _Picked(layer.attention.output, own)
    layer.output = _PutBack(layer.output, own)
    return _Told(network, own)


class _Own:
    """Which pieces are their sentence's own, [batch, pieces]."""

    def __init__(self) -> None:
        self.sentence = torch.empty(0, 0, dtype=torch.bool)

    def places(self) -> Tensor:
        """Where they stand in the batch, row after row."""
        return self.sentence.flatten().nonzero().squeeze(1)


class _Around(nn.Module):
    """Stands for a module that it holds, and knows the sentence's own pieces."""

    def __init__(self, module: nn.Module, own: _Own) -> None:
        super().__init__()
        self.module, self.own = module, own


class _Told(_Around):
    """The network: tells which pieces are the sentence's own before it runs."""

    def forward(self, ids: Tensor, sentence: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See `MeasureNetwork`."""
        self.own.sentence = sentence
        said: tuple[Tensor, Tensor, Tensor] = self.module(ids, sentence)
        return said


class _Picked(_Around):
    """What follows attention in a layer, for own pieces alone, [1, own, width]."""

    def forward(self, found: Tensor, states: Tensor) -> Tensor:
        """Pick them out and go on."""
        places = self.own.places()
        picked = [table.flatten(0, 1)[places].unsqueeze(0) for table in (found, states)]
        result: Tensor = self.module(*picked)
        return result


class _PutBack(_Around):
    """The end of a layer: what was picked goes back to its place, between zeros."""

    def forward(self, found: Tensor, states: Tensor) -> Tensor:
        """Finish the layer and put back."""
        result = self.module(found, states).squeeze(0)
        batch, pieces = self.own.sentence.shape
        nothing = result.new_zeros(batch * pieces, result.shape[1])
        whole: Tensor = nothing.index_put((self.own.places(),), result)
        return whole.view(batch, pieces, -1)
