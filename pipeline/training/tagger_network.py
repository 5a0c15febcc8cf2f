"""The character tagger: dilated convolutions over characters, told the page's profile."""

from __future__ import annotations

import torch
from torch import Tensor, nn

DILATIONS = (1, 1, 2, 4, 8, 1, 2, 4, 8, 16)
"""Together they see 47 characters to each side, about seven words."""


class Block(nn.Module):
    """A dilated convolution with batch normalisation, added to its input."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.norm = nn.BatchNorm1d(width)

    def forward(self, hidden: Tensor) -> Tensor:
        """Map (batch, width, characters) to the same shape."""
        added: Tensor = hidden + torch.relu(self.norm(self.convolution(hidden)))
        return added


class Tagger(nn.Module):
    """Logits over outputs for every character.

    Args:
        inputs: size of the input alphabet.
        outputs: number of output classes.
        width: channels of every layer.
    """

    def __init__(self, inputs: int, outputs: int, width: int = 192) -> None:
        super().__init__()
        self.embedding = nn.Embedding(inputs, width, padding_idx=0)
        self.profile = nn.Sequential(nn.Linear(inputs, 64), nn.ReLU(), nn.Linear(64, width))
        self.blocks = nn.Sequential(*[Block(width, dilation) for dilation in DILATIONS])
        self.head = nn.Conv1d(width, outputs, 1)

    def forward(self, ids: Tensor, profile: Tensor) -> Tensor:
        """Map ids (batch, characters) and page profiles (batch, inputs) to logits.

        Returns:
            Logits of shape (batch, outputs, characters).
        """
        hidden = self.embedding(ids) + self.profile(profile)[:, None, :]
        if torch.is_autocast_enabled("cpu"):
            # Mixed precision pays only where the sums between the layers are short, too.
            hidden = hidden.to(torch.get_autocast_dtype("cpu"))
        logits: Tensor = self.head(self.blocks(hidden.transpose(1, 2)))
        return logits
