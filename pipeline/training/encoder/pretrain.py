"""Pre-train the compact Swedish BERT: it predicts masked words, and spots replaced pieces.

`python -m pipeline.training.encoder.pretrain --work DIR --tokens 200e6` trains on the blocks that
`prepare` wrote, on one GPU where there is one, else on the CPU, in bfloat16 on both. It writes a
checkpoint every few minutes and goes on from it when started again with the same arguments; a
larger `--tokens` prolongs a run that had not yet decayed its learning rate. `--start FOLDER` begins
from the first layers of a published encoder; else embeddings start from `DIR/vectors.npy` where
`vectors` wrote it. The encoder, in `transformers` format, ends up in `DIR/encoder`.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from transformers import (
    AutoModelForMaskedLM,
    BertConfig,
    BertForMaskedLM,
    BertModel,
    PreTrainedTokenizerFast,
)
from transformers.activations import ACT2FN

from pipeline.training.encoder.initial import start_embeddings, start_local_heads
from pipeline.training.encoder.masking import Masked, WholeWordMasker
from pipeline.training.encoder.replacing import Corrupted, Corruptor, NeighbourReplacer

CHECKPOINT_SECONDS = 240
MEASURED_SHARE = 0.2
"""Share of the words that are masked when the loss on held-out text is measured."""
RARE = -2.0
"""Where the bias for a replaced piece begins: most are not."""
HEAD = {
    "transform.0": "cls.predictions.transform.dense",
    "transform.2": "cls.predictions.transform.LayerNorm",
}
"""The masked-language head's parts, and the names that `transformers` gives them."""


@dataclass(frozen=True)
class Recipe:
    """What decides the outcome of a run, kept in the checkpoint and in the model card.

    Attributes:
        start: folder of a published encoder whose first layers the run begins from; "": none.
        masked: share of the words that are masked.
        replaced: share of the pieces that others take the place of.
        detect_weight: how much the loss of telling these weighs.
    """

    layers: int = 2
    width: int = 256
    heads: int = 4
    activation: str = "relu"
    start: str = ""
    masked: float = 0.12
    replaced: float = 0.12
    detect_weight: float = 15.0
    tokens: float = 50e6
    batch: int = 32
    rate: float = 1e-3
    warm_up: float = 0.04
    cool_down: float = 0.5
    weight_decay: float = 0.01
    seed: int = 1


class PretrainedModel(nn.Module):
    """A `BertModel` with two heads.

    One predicts the masked positions only, tied to the embeddings; the other tells, of every piece,
    whether it is the one that stood there.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.transform = nn.Sequential(
            nn.Linear(config.hidden_size, config.hidden_size),
            ACT2FN[config.hidden_act],
            nn.LayerNorm(config.hidden_size),
        )
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))
        verdict = nn.Linear(config.hidden_size, 1)
        nn.init.constant_(verdict.bias, RARE)
        self.detect = nn.Sequential(
            nn.Linear(config.hidden_size, config.hidden_size), nn.GELU(), verdict
        )

    def forward(self, inputs: Tensor, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (positions, vocabulary), and of being replaced (batch, length)."""
        states = self.encoder(input_ids=inputs).last_hidden_state
        hidden = self.transform(states.reshape(-1, states.shape[-1])[positions])
        words = functional.linear(hidden, self.encoder.embeddings.word_embeddings.weight, self.bias)
        return words, self.detect(states).squeeze(-1)

    def named_as_published(self) -> dict[str, Tensor]:
        """Encoder and masked-language head under the names that `transformers` gives them."""
        named = {}
        for name, value in self.state_dict().items():
            part, _, rest = name.rpartition(".")
            if name.startswith("encoder."):
                named["bert." + name.removeprefix("encoder.")] = value
            elif name == "bias":
                named["cls.predictions.bias"] = named["cls.predictions.decoder.bias"] = value
            elif part in HEAD:
                named[f"{HEAD[part]}.{rest}"] = value
        named["cls.predictions.decoder.weight"] = named["bert.embeddings.word_embeddings.weight"]
        return named

    @torch.no_grad()
    def start_from(self, published: BertForMaskedLM) -> None:
        """Take over a published encoder of the same shape, and its head."""
        held = published.state_dict()
        for name, value in self.named_as_published().items():
            value.copy_(held[name])


def learning_rate(recipe: Recipe, done: float) -> float:
    """Warm up, stay, then cool down linearly; `done` is the share of the tokens seen."""
    if done < recipe.warm_up:
        return recipe.rate * done / recipe.warm_up
    left = 1 - done
    return recipe.rate * min(1.0, max(0.01, left / recipe.cool_down))


def build(recipe: Recipe, tokenizer: PreTrainedTokenizerFast, vectors: Path) -> PretrainedModel:
    """A new model of the recipe's size; see the module's description for where it starts."""
    torch.manual_seed(recipe.seed)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=recipe.width,
        num_hidden_layers=recipe.layers,
        num_attention_heads=recipe.heads,
        intermediate_size=4 * recipe.width,
        max_position_embeddings=512,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        hidden_act=recipe.activation,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = PretrainedModel(config)
    if recipe.start:
        kept = {"num_hidden_layers": recipe.layers}
        model.start_from(AutoModelForMaskedLM.from_pretrained(recipe.start, **kept))
        return model
    start_local_heads(model.encoder)
    if vectors.exists():
        start_embeddings(model.encoder, np.load(vectors))
    return model


class Run:
    """A training run in a folder: model, optimiser, position, log."""

    def __init__(self, work: Path, recipe: Recipe) -> None:
        self.work, self.recipe = work, recipe
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.tokenizer = PreTrainedTokenizerFast.from_pretrained(work / "tokenizer")
        self.model = build(recipe, self.tokenizer, work / "vectors.npy").to(self.device)
        decayed = [p for p in self.model.parameters() if p.ndim > 1]
        plain = [p for p in self.model.parameters() if p.ndim <= 1]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": decayed, "weight_decay": recipe.weight_decay},
                {"params": plain, "weight_decay": 0.0},
            ],
            lr=recipe.rate,
            betas=(0.9, 0.98),
            eps=1e-6,
            fused=True,
        )
        self.step = 0
        self.checkpoint = work / "checkpoint.pt"
        if self.checkpoint.exists():
            self._resume()

    def _resume(self) -> None:
        state: dict[str, Any] = torch.load(self.checkpoint, map_location=self.device)
        self.model.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step = state["step"]
        print(f"resumed at step {self.step}", flush=True)

    def save(self) -> None:
        """Write checkpoint and encoder, whole or not at all."""
        waiting = self.checkpoint.with_suffix(".tmp")
        state = {
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "recipe": asdict(self.recipe),
        }
        torch.save(state, waiting)
        waiting.replace(self.checkpoint)
        folder = self.work / "encoder"
        self.model.encoder.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)

    def losses(self, batch: Corrupted) -> tuple[Tensor, Tensor]:
        """Mean cross-entropy over the masked tokens and over the pieces asked about, in nats."""
        words, scores = self._said(batch.masked)
        asked = batch.asked.to(self.device)
        return (
            functional.cross_entropy(words, batch.masked.targets.to(self.device)),
            functional.binary_cross_entropy_with_logits(
                scores[asked], batch.replaced.to(self.device)[asked]
            ),
        )

    def _said(self, batch: Masked) -> tuple[Tensor, Tensor]:
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            words, scores = self.model(
                batch.inputs.to(self.device), batch.positions.to(self.device)
            )
        return words.float(), scores.float()

    def train(self, blocks: NDArray[np.uint16], held_out: NDArray[np.uint16]) -> None:
        """Train until the recipe's tokens are seen, walking through the blocks again and again."""
        recipe = self.recipe
        steps = math.ceil(recipe.tokens / (recipe.batch * blocks.shape[1]))
        order = np.random.default_rng(recipe.seed).permutation(len(blocks))
        corruptor = Corruptor(
            WholeWordMasker(self.tokenizer, recipe.masked, recipe.seed + self.step),
            NeighbourReplacer(blocks, len(self.tokenizer)),
            self.tokenizer.all_special_ids,
            recipe.replaced,
            recipe.seed + self.step,
        )
        saved = logged = time.monotonic()
        seen: list[tuple[float, float]] = []
        self.model.train()
        while self.step < steps:
            turn = np.arange(self.step * recipe.batch, (self.step + 1) * recipe.batch)
            rows = np.sort(order[turn % len(order)])
            for group in self.optimiser.param_groups:
                group["lr"] = learning_rate(recipe, self.step / steps)
            of_words, of_replaced = self.losses(corruptor(blocks[rows]))
            loss = of_words + recipe.detect_weight * of_replaced
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimiser.step()
            self.step += 1
            seen.append((of_words.item(), of_replaced.item()))
            now = time.monotonic()
            if now - logged > 30:
                rate = len(seen) * recipe.batch * blocks.shape[1] / (now - logged)
                losses = " ".join(f"{mean:.3f}" for mean in np.mean(seen, axis=0))
                print(f"step {self.step}/{steps} losses {losses} {rate:.0f} tokens/s", flush=True)
                logged, seen = now, []
            if now - saved > CHECKPOINT_SECONDS:
                self.save()
                saved = now
        self.save()
        loss_held_out = self.evaluate(held_out)
        figures = {
            **asdict(recipe),
            "held_out_loss": round(loss_held_out, 4),
            "held_out_perplexity": round(math.exp(loss_held_out), 2),
            "parameters": sum(p.numel() for p in self.model.encoder.parameters()),
        }
        (self.work / "metrics.json").write_text(json.dumps(figures, indent=2) + "\n")
        print(figures, flush=True)

    @torch.no_grad()
    def evaluate(self, held_out: NDArray[np.uint16], blocks: int = 1024) -> float:
        """Masked-token loss in nats on held-out blocks, always masked alike."""
        self.model.eval()
        masker = WholeWordMasker(self.tokenizer, MEASURED_SHARE, seed=7)
        losses, weights = [], []
        for start in range(0, min(blocks, len(held_out)), 64):
            batch = masker(held_out[start : start + 64])
            words, _ = self._said(batch)
            losses.append(functional.cross_entropy(words, batch.targets.to(self.device)).item())
            weights.append(len(batch.targets))
        self.model.train()
        return float(np.average(losses, weights=weights))


def main() -> None:
    """Read the command line and train."""
    defaults = Recipe()
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True, help="folder that `prepare` wrote")
    for name, value in asdict(defaults).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    options = vars(parser.parse_args())
    work: Path = options.pop("work")
    run = Run(work, Recipe(**options))
    blocks = np.load(work / "train.npy", mmap_mode="r")
    run.train(blocks, np.load(work / "held_out.npy", mmap_mode="r"))


if __name__ == "__main__":
    main()
