"""An encoder with an attention of its own for each label, and heads for status and scope.

Label-wise attention: Mullenbach et al. (2018), section 2.2. Only the sentence's own pieces can be
attended to; what stands around it is known to them through the encoder.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from pipeline.codebook import LABELS, SCOPES, STATUSES

HIDDEN = -1e4
"""Score of pieces that are not the sentence's: their weight is nothing, in any precision."""
RARE = -2.0
"""Where the labels' biases begin: most sentences do not have a label."""


class MeasureNetwork(nn.Module):
    """`encoder`: a `transformers` model with `last_hidden_state`, such as `BertModel`."""

    def __init__(self, encoder: nn.Module, dropout: float) -> None:
        super().__init__()
        config: Any = encoder.config
        width = config.hidden_size
        self.encoder = encoder
        self._knows_types = getattr(config, "type_vocab_size", 0) > 1
        self.queries = nn.Parameter(0.02 * torch.randn(len(LABELS), width))
        self.label_weights = nn.Parameter(0.02 * torch.randn(len(LABELS), width))
        self.label_bias = nn.Parameter(torch.full((len(LABELS),), RARE))
        self.kinds = nn.Sequential(nn.Linear(width, width), nn.GELU())
        self.status = nn.Linear(width, len(STATUSES), bias=False)
        self.status_bias = nn.Parameter(torch.zeros(len(LABELS), len(STATUSES)))
        self.scope = nn.Linear(width, len(SCOPES), bias=False)
        self.scope_bias = nn.Parameter(torch.zeros(len(LABELS), len(SCOPES)))
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, ids: Tensor, sentence: Tensor, attention: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return margins [batch, labels], and of status and scope [batch, labels, classes].

        Args:
            ids: piece numbers, [batch, pieces].
            sentence: which pieces are the sentence's own, [batch, pieces].
            attention: which pieces are no padding; None where there is none.
        """
        return self.said_of(self.read(ids, sentence, attention), sentence)

    def read(self, ids: Tensor, sentence: Tensor, attention: Tensor | None = None) -> Tensor:
        """Return the encoder's last states, [batch, pieces, width]; see `forward`."""
        types = {"token_type_ids": sentence.long()} if self._knows_types else {}
        states: Tensor = self.encoder(
            input_ids=ids, attention_mask=attention, **types
        ).last_hidden_state
        return states

    def said_of(self, states: Tensor, sentence: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return what `forward` does, from states and which of them are the sentence's own."""
        scores = states @ (self.queries * self.queries.shape[1] ** -0.5).T
        scores = scores.float().masked_fill(~sentence[:, :, None], HIDDEN)
        pooled = self.dropout(scores.softmax(dim=1).to(states.dtype).transpose(1, 2) @ states)
        labels = (pooled * self.label_weights).sum(dim=2) + self.label_bias
        kinds = self.dropout(self.kinds(pooled))
        return labels, self.status(kinds) + self.status_bias, self.scope(kinds) + self.scope_bias
