"""Pre-train the compact Swedish BERT by masked-language modelling.

`python -m pipeline.training.encoder.pretrain --work DIR --tokens 200e6` trains on the blocks that
`prepare` wrote, on one GPU where there is one, else on the CPU, in bfloat16 on both. It writes a
checkpoint every few minutes and goes on from it when started again with the same arguments; a
larger `--tokens` prolongs a run that had not yet decayed its learning rate. Embeddings start from
`DIR/vectors.npy` where `vectors` wrote it. The encoder, in `transformers` format, ends up in
`DIR/encoder`.
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
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from pipeline.training.encoder.initial import start_embeddings, start_local_heads
from pipeline.training.encoder.masking import Masked, WholeWordMasker

CHECKPOINT_SECONDS = 240
MASKED_SHARE = 0.2


@dataclass(frozen=True)
class Recipe:
    """What decides the outcome of a run, kept in the checkpoint and in the model card."""

    layers: int = 4
    width: int = 256
    heads: int = 4
    tokens: float = 50e6
    batch: int = 32
    rate: float = 1e-3
    warm_up: float = 0.04
    cool_down: float = 0.3
    weight_decay: float = 0.01
    seed: int = 1


class MaskedModel(nn.Module):
    """A `BertModel` with a head that predicts only the masked positions, tied to the embeddings."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.transform = nn.Sequential(
            nn.Linear(config.hidden_size, config.hidden_size),
            nn.GELU(),
            nn.LayerNorm(config.hidden_size),
        )
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))

    def forward(self, inputs: Tensor, positions: Tensor) -> Tensor:
        """Return logits (positions, vocabulary)."""
        states = self.encoder(input_ids=inputs).last_hidden_state
        hidden = self.transform(states.reshape(-1, states.shape[-1])[positions])
        return functional.linear(hidden, self.encoder.embeddings.word_embeddings.weight, self.bias)


def learning_rate(recipe: Recipe, done: float) -> float:
    """Warm up, stay, then cool down linearly; `done` is the share of the tokens seen."""
    if done < recipe.warm_up:
        return recipe.rate * done / recipe.warm_up
    left = 1 - done
    return recipe.rate * min(1.0, max(0.01, left / recipe.cool_down))


def build(recipe: Recipe, tokenizer: PreTrainedTokenizerFast, vectors: Path) -> MaskedModel:
    """A new model of the recipe's size; its embeddings start from `vectors` where that exists."""
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
        pad_token_id=tokenizer.pad_token_id,
    )
    model = MaskedModel(config)
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

    def loss(self, batch: Masked) -> Tensor:
        """Mean cross-entropy over the masked tokens, in nats."""
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            logits = self.model(batch.inputs.to(self.device), batch.positions.to(self.device))
        return functional.cross_entropy(logits.float(), batch.targets.to(self.device))

    def train(self, blocks: NDArray[np.uint16], held_out: NDArray[np.uint16]) -> None:
        """Train until the recipe's tokens are seen, walking through the blocks again and again."""
        recipe = self.recipe
        steps = math.ceil(recipe.tokens / (recipe.batch * blocks.shape[1]))
        masker = WholeWordMasker(self.tokenizer, MASKED_SHARE, recipe.seed + self.step)
        saved = logged = time.monotonic()
        sums: list[float] = []
        self.model.train()
        while self.step < steps:
            rows = np.arange(self.step * recipe.batch, (self.step + 1) * recipe.batch) % len(blocks)
            for group in self.optimiser.param_groups:
                group["lr"] = learning_rate(recipe, self.step / steps)
            loss = self.loss(masker(blocks[rows]))
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimiser.step()
            self.step += 1
            sums.append(loss.item())
            now = time.monotonic()
            if now - logged > 30:
                rate = len(sums) * recipe.batch * blocks.shape[1] / (now - logged)
                mean = float(np.mean(sums))
                print(f"step {self.step}/{steps} loss {mean:.3f} {rate:.0f} tokens/s", flush=True)
                logged, sums = now, []
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
        masker = WholeWordMasker(self.tokenizer, MASKED_SHARE, seed=7)
        losses, weights = [], []
        for start in range(0, min(blocks, len(held_out)), 64):
            batch = masker(held_out[start : start + 64])
            losses.append(self.loss(batch).item())
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
