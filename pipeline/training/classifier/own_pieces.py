"""Spare a BERT's last layer what nobody reads: all but the sentence's own pieces.

Labels attend to the sentence alone (network.py): in the last layer only its pieces ask, and only
they go on, one row of them a sentence. Answers stay the same.
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
    own = _Own()
    attention: Any = encoder.encoder.layer[-1].attention
    attention.self = _OwnAsk(attention.self, own)
    attention.output = _OwnGoOn(attention.output, own)
    return _OwnAnswer(network, own)


class _Own:
    """Which pieces are their sentence's own.

    Attributes:
        places: where they stand in the flattened batch, [sentences, pieces of the longest].
        real: which of `places` are no padding.
    """

    def look_at(self, sentence: Tensor) -> None:
        """Take in a batch, [sentences, pieces]; own pieces stand side by side."""
        count, width = sentence.shape
        lengths = sentence.sum(dim=1, keepdim=True)
        steps = torch.arange(width, device=sentence.device)[None, : lengths.max()]
        starts = sentence.long().argmax(dim=1, keepdim=True)
        rows = torch.arange(count, device=sentence.device)[:, None]
        self.real = steps < lengths
        self.places = rows * width + (starts + steps).clamp(max=width - 1)

    def of(self, states: Tensor) -> Tensor:
        """Return the states of own pieces, [sentences, own pieces, width]."""
        picked: Tensor = states.flatten(0, 1)[self.places.flatten()]
        return picked.view(*self.places.shape, -1)


class _Around(nn.Module):
    """Stands for a module that it holds, and knows the sentence's own pieces."""

    def __init__(self, module: Any, own: _Own) -> None:
        super().__init__()
        self.module, self.own = module, own


class _OwnAsk(_Around):
    """Self-attention in which own pieces ask and all pieces answer."""

    def forward(self, states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, None]:
        """Return what own pieces learn, [sentences, own pieces, width]; nothing is masked."""
        parts = self.module.query(self.own.of(states)), self.module.key(states)
        queries, keys, values = map(self._by_head, (*parts, self.module.value(states)))
        scores = queries @ keys.transpose(2, 3) * queries.shape[3] ** -0.5
        found = scores.softmax(dim=3) @ values
        return found.transpose(1, 2).flatten(2), None

    def _by_head(self, table: Tensor) -> Tensor:
        heads: int = self.module.num_attention_heads
        return table.view(*table.shape[:2], heads, -1).transpose(1, 2)


class _OwnGoOn(_Around):
    """What follows attention in a layer, for own pieces alone."""

    def forward(self, found: Tensor, states: Tensor) -> Tensor:
        """Finish attention."""
        result: Tensor = self.module(found, self.own.of(states))
        return result


class _OwnAnswer(_Around):
    """The network, asked without padding."""

    def forward(self, ids: Tensor, sentence: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See `MeasureNetwork`."""
        self.own.look_at(sentence)
        states = self.module.read(ids, sentence)
        said: tuple[Tensor, Tensor, Tensor] = self.module.said_of(states, self.own.real)
        return said
