"""The training loop: rounds, early stopping, and checkpoints to go on from.

A run that was cut off and started again ends with the same weights as one that was not: batches and
chance are drawn from the seed and the number of the step alone.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.stages.classify.answers import Outputs
from pipeline.stages.classify.pieces import Encoded
from pipeline.training.calibrate import GRID
from pipeline.training.classifier import batches
from pipeline.training.classifier.batches import Targets, collate
from pipeline.training.classifier.display import Display
from pipeline.training.classifier.failures import CheckpointError
from pipeline.training.classifier.network import MeasureNetwork
from pipeline.training.classifier.objective import loss
from pipeline.training.classifier.recipe import Recipe

CHECKPOINT_SECONDS = 180.0
MOST_GRADIENT = 1.0


@dataclass(frozen=True)
class Marks:
    """Numbers of the pieces that pad and that mask."""

    pad: int
    mask: int


@dataclass(frozen=True)
class Coded:
    """Sentences as the network reads them, with what it should say."""

    encoded: list[Encoded]
    targets: Targets


Round = dict[str, float]
"""Loss, F1 on the validation sentences, and of how many found labels status and scope are right."""


class Trainer:
    """Fine-tunes a network in place; the checkpoint is removed by whoever has stored the result.

    Attributes:
        rounds: a record a round: loss, F1 on the validation sentences, and of accuracy.
    """

    def __init__(
        self,
        network: MeasureNetwork,
        marks: Marks,
        data: tuple[Coded, Coded],
        recipe: Recipe,
        checkpoint: Path,
    ) -> None:
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.network = network.to(self.device)
        self.train_set, self.validation = data
        self.recipe, self.marks, self.checkpoint = recipe, marks, checkpoint
        self.rounds: list[Round] = []
        self._optimiser = torch.optim.AdamW(_groups(network, recipe), betas=(0.9, 0.98), eps=1e-6)
        self._rates = [group["lr"] for group in self._optimiser.param_groups]
        self._lengths = np.array([len(one.ids) for one in self.train_set.encoded])
        self._epoch, self._step, self._losses = 0, 0, [0.0, 0.0]
        self._best: dict[str, Tensor] = {}
        self._between_steps = True
        self._key = self._fingerprint()

    def run(self, display: Display) -> None:
        """Train until the rounds are over or no longer help; keep the best round's weights."""
        if self.checkpoint.exists():
            self._resume()
            display.says(f"resumed in round {self._epoch + 1}, step {self._step}")
        with self._kept_on_interruption():
            while self._epoch < self.recipe.epochs and not self._tired():
                self._round(display)
        if self._best:
            self.network.load_state_dict(self._best)
        self.network.eval()

    def _round(self, display: Display) -> None:
        plan = batches.epoch(
            self._lengths, self.recipe.batch_pieces, (self.recipe.seed, self._epoch)
        )
        saved = time.monotonic()
        self.network.train()
        while self._step < len(plan):
            done = (self._epoch + self._step / len(plan)) / self.recipe.epochs
            self._between_steps = False
            value = self._learn(plan[self._step], done)
            self._losses = [self._losses[0] + value, self._losses[1] + 1]
            self._step += 1
            self._between_steps = True
            display.step(self._epoch, self._step, len(plan), self._losses[0] / self._losses[1])
            if time.monotonic() - saved > CHECKPOINT_SECONDS:
                self.save()
                saved = time.monotonic()
        figures = {"loss": round(self._losses[0] / self._losses[1], 4), **self._measure()}
        if figures["micro_f1"] > max((one["micro_f1"] for one in self.rounds), default=-1.0):
            self._best = {name: v.clone() for name, v in self.network.state_dict().items()}
        self.rounds.append(figures)
        self._epoch, self._step, self._losses = self._epoch + 1, 0, [0.0, 0.0]
        self.save()
        display.round(self._epoch, figures)

    def _learn(self, rows: Sequence[int], done: float) -> float:
        recipe = self.recipe
        torch.manual_seed((recipe.seed * 1000 + self._epoch) * 1_000_000 + self._step)
        ids, sentence, attention = collate(
            [self.train_set.encoded[row] for row in rows], self.marks.pad
        )
        if recipe.masked:
            chosen = (torch.rand(ids.shape) < recipe.masked) & sentence
            ids = ids.masked_fill(chosen, self.marks.mask)
        factor = min(done / recipe.warm_up, (1 - done) / (1 - recipe.warm_up))
        for group, rate in zip(self._optimiser.param_groups, self._rates, strict=True):
            group["lr"] = rate * factor
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            said = self.network(*(t.to(self.device) for t in (ids, sentence, attention)))
        value = loss(said, self.train_set.targets[rows].to(self.device), recipe)
        self._optimiser.zero_grad(set_to_none=True)
        value.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), MOST_GRADIENT)
        self._optimiser.step()
        return float(value.item())

    def _measure(self) -> dict[str, float]:
        """F1 at the best common threshold, and how often status and scope are right."""
        said = outputs(self.network, self.validation.encoded, self.marks.pad)
        targets = self.validation.targets
        truth, scored = targets.labels.numpy() > 0, targets.scored.numpy() > 0
        scores = 1 / (1 + np.exp(-said.margins))
        given = (scores[..., None] >= GRID) & scored[..., None]
        right = (given & truth[..., None]).sum(axis=(0, 1))
        counted = given.sum(axis=(0, 1)) + (truth & scored).sum()
        return {
            "micro_f1": round(float((2 * right / np.maximum(counted, 1)).max()), 4),
            "status_accuracy": _accuracy(said.statuses, targets.statuses),
            "scope_accuracy": _accuracy(said.scopes, targets.scopes),
        }

    def _tired(self) -> bool:
        scores = [one["micro_f1"] for one in self.rounds]
        return bool(scores) and len(scores) - 1 - scores.index(max(scores)) >= self.recipe.patience

    @contextmanager
    def _kept_on_interruption(self) -> Iterator[None]:
        try:
            yield
        except KeyboardInterrupt:
            if self._between_steps:
                self.save()
            raise

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        waiting = self.checkpoint.with_suffix(".part")
        state = {
            "key": self._key,
            "network": self.network.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "best": self._best,
            "place": (self._epoch, self._step, self._losses),
            "rounds": self.rounds,
        }
        torch.save(state, waiting)
        waiting.replace(self.checkpoint)

    def _resume(self) -> None:
        state: dict[str, Any] = torch.load(self.checkpoint, map_location=self.device)
        if state["key"] != self._key:
            raise CheckpointError(f"{self.checkpoint} is of another fine-tuning")
        self.network.load_state_dict(state["network"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._best, self.rounds = state["best"], state["rounds"]
        self._epoch, self._step, self._losses = state["place"]

    def _fingerprint(self) -> str:
        """A hash of everything that decides where training ends."""
        digest = hashlib.sha256(repr(sorted(asdict(self.recipe).items())).encode())
        for part in (self.train_set, self.validation):
            digest.update(repr(part.encoded).encode())
            for table in vars(part.targets).values():
                digest.update(table.numpy().tobytes())
        for name, value in self.network.encoder.state_dict().items():
            digest.update(name.encode() + value.cpu().numpy().tobytes())
        return digest.hexdigest()


def outputs(network: MeasureNetwork, encoded: Sequence[Encoded], pad: int) -> Outputs:
    """Return what a network says in single precision, without dropout; for any number."""
    network.eval()
    device = next(network.parameters()).device
    order = sorted(range(len(encoded)), key=lambda row: len(encoded[row].ids))
    tables: list[list[NDArray[np.float32]]] = [[], [], []]
    with torch.no_grad():
        for start in range(0, len(order), 32):
            some = collate([encoded[row] for row in order[start : start + 32]], pad)
            for table, part in zip(tables, network(*(t.to(device) for t in some)), strict=True):
                table.append(part.float().cpu().numpy())
    back = np.argsort(order)
    return Outputs(*(np.concatenate(table)[back] for table in tables))


def _groups(network: MeasureNetwork, recipe: Recipe) -> list[dict[str, Any]]:
    """Parameters by their depth in the encoder, each depth with its rate; heads on top.

    Embeddings, biases and norms do not decay: the vectors of pieces that do not occur would shrink.
    """
    config: Any = network.encoder.config
    groups: dict[tuple[float, float], list[Tensor]] = {}
    for name, parameter in network.named_parameters():
        rate = recipe.head_rate
        if name.startswith("encoder."):
            layer = re.search(r"\blayers?\.(\d+)\.", name)
            above = config.num_hidden_layers - (int(layer[1]) + 1 if layer else 0)
            rate = recipe.rate_width / config.hidden_size * recipe.layer_decay**above
            rate *= recipe.embedding_rate if "embeddings" in name else 1
        decays = parameter.ndim > 1 and "embeddings" not in name
        groups.setdefault((rate, recipe.weight_decay * decays), []).append(parameter)
    return [
        {"params": parameters, "lr": rate, "weight_decay": decay}
        for (rate, decay), parameters in groups.items()
    ]


def _accuracy(logits: NDArray[np.float32], allowed: Tensor) -> float:
    """Share of the labels that hold whose likeliest class is one of those allowed."""
    right = np.take_along_axis(allowed.numpy(), logits.argmax(axis=2)[..., None], axis=2)
    return round(float(right.sum() / max(1, allowed.any(dim=2).sum().item())), 4)
