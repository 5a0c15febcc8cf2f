"""More layers for an encoder that has learned: a new layer begins by passing on what it gets.

`python -m pipeline.training.classifier.grow --encoder DIR --layers N --out DIR` leaves an encoder
in `transformers` format, which `python -m pipeline.training.classifier --encoder` then fine-tunes.
A new layer is a copy of the last one whose two outputs are nought, so that nothing learned is lost
(Net2Net: Chen et al. 2016; stacking: Gong et al. 2019).
"""

from __future__ import annotations

import argparse
from copy import deepcopy
from pathlib import Path
from typing import Any

import torch
from torch import nn

from pipeline.errors import ModelError
from pipeline.training import hub_format
from pipeline.training.classifier.base import load_base
from pipeline.training.classifier.recipe import Recipe


def grow(encoder: Any, layers: int) -> None:
    """Put layers on top of a `BertModel` until it has `layers`, in place.

    Its states stay the same but for the spread from piece to piece of their mean and variance,
    which a new layer's norms take for constant.

    Raises:
        ModelError: the encoder is no `BertModel`, or has more layers already.
    """
    stack: Any = getattr(getattr(encoder, "encoder", None), "layer", None)
    if not isinstance(stack, nn.ModuleList) or not hasattr(stack[-1], "intermediate"):
        raise ModelError(
            f"{type(encoder).__name__} has no layers that can be copied",
            remedy="Name an encoder built like BERT.",
        )
    if len(stack) > layers:
        raise ModelError(
            f"the encoder has {len(stack)} layers already", remedy=f"Ask for more than {layers}."
        )
    while len(stack) < layers:
        stack.append(_passing_on(stack[-1]))
    encoder.config.num_hidden_layers = layers


def _passing_on(last: Any) -> Any:
    """A copy of the last layer that adds nothing and undoes its own norms."""
    made, norm = deepcopy(last), last.output.LayerNorm
    scale, shift = norm.weight.detach(), norm.bias.detach()
    mean = shift.mean()
    spread = (scale.square() + (shift - mean).square()).mean().sqrt()
    with torch.no_grad():
        for part in (made.attention.output, made.output):
            nn.init.zeros_(part.dense.weight)
            nn.init.zeros_(part.dense.bias)
            part.LayerNorm.weight.fill_(spread)
            part.LayerNorm.bias.fill_(mean)
    return made


def main() -> None:
    """Run the command line; see the module's description."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", required=True, help="folder or name on the hub")
    parser.add_argument("--layers", type=int, required=True, help="how many it is to have")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    base = load_base(options.encoder, Recipe().dropout)
    grow(base.encoder, options.layers)
    hub_format.save(base.encoder, base.hub_tokenizer, options.out)


if __name__ == "__main__":
    main()
