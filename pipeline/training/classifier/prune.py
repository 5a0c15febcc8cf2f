"""Fewer units in an encoder's feed-forward layers: the mean stands in for what varies least."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from pipeline.errors import ModelError
from pipeline.stages.classify.pieces import Encoded
from pipeline.training.classifier.batches import collate
from pipeline.training.classifier.network import MeasureNetwork

SAMPLE, BATCH = 4096, 32
"""Sentences that units are watched on, and how many of them at once."""


def prune(network: MeasureNetwork, pad: int, sentences: Sequence[Encoded], units: int) -> None:
    """Keep `units` of each layer's feed-forward units, in place.

    Kept are those whose part of the layer's output varies most over the pieces of the sentences;
    the mean of what the others say goes into the layer's bias. Layers are pruned one after the
    other, each on what the pruned ones before it say.

    Raises:
        ModelError: the encoder has no feed-forward layers like `BertModel`'s.
    """
    layers = _layers(network)
    network.eval()
    sample = sentences[:: 1 + len(sentences) // SAMPLE]
    for layer in layers:
        up, down = layer.intermediate.dense, layer.output.dense
        mean, variance = _moments(network, pad, sample, down)
        order = (variance * down.weight.detach().square().sum(dim=0)).argsort(descending=True)
        kept, rest = order[:units].sort().values, order[units:]
        bias = down.bias + down.weight[:, rest] @ mean[rest]
        layer.intermediate.dense = _linear(up.weight[kept], up.bias[kept])
        layer.output.dense = _linear(down.weight[:, kept], bias)
    config: Any = network.encoder.config
    config.intermediate_size = min(units, config.intermediate_size)


def _layers(network: MeasureNetwork) -> Sequence[Any]:
    layers: Sequence[Any] = getattr(getattr(network.encoder, "encoder", None), "layer", ())
    if not layers or not all(hasattr(one, "intermediate") for one in layers):
        raise ModelError(
            f"{type(network.encoder).__name__} has no layers that can be pruned",
            remedy="Train with --units 0.",
        )
    return layers


def _moments(
    network: MeasureNetwork, pad: int, sentences: Sequence[Encoded], layer: nn.Module
) -> tuple[Tensor, Tensor]:
    """Return mean and variance of each of a layer's inputs, over all pieces: [inputs] each."""
    number, first, second = 0, torch.zeros(()), torch.zeros(())
    for states in _inputs(network, pad, sentences, layer):
        number += len(states)
        first, second = first + states.sum(dim=0), second + states.square().sum(dim=0)
    mean = first / number
    return mean, (second / number - mean.square()).clamp(min=0)


def _inputs(
    network: MeasureNetwork, pad: int, sentences: Sequence[Encoded], layer: nn.Module
) -> Iterator[Tensor]:
    """Yield what goes into a layer, [pieces, inputs], a batch of sentences at a time."""
    seen: list[Tensor] = []
    hook = layer.register_forward_pre_hook(lambda _, given: seen.append(given[0].float()))
    device = next(network.parameters()).device
    by_length = sorted(sentences, key=lambda one: len(one.ids))
    try:
        for start in range(0, len(by_length), BATCH):
            batch = collate(by_length[start : start + BATCH], pad)
            ids, sentence, attention = (table.to(device) for table in batch)
            with torch.no_grad():
                network(ids, sentence, attention)
            yield seen.pop()[attention > 0]
    finally:
        hook.remove()


def _linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    made = nn.Linear(weight.shape[1], weight.shape[0], device=weight.device)
    with torch.no_grad():
        made.weight.copy_(weight)
        made.bias.copy_(bias)
    return made
