"""Several fine-tunings of one network, and the mean of their weights (Wortsman et al. 2022)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from pipeline.training.classifier.display import Display
from pipeline.training.classifier.network import MeasureNetwork
from pipeline.training.classifier.recipe import Recipe
from pipeline.training.classifier.trainer import Coded, Marks, Round, Trainer


def soup(
    network: MeasureNetwork,
    marks: Marks,
    data: tuple[Coded, Coded],
    recipe: Recipe,
    checkpoints: Path,
    display: Display,
) -> list[list[Round]]:
    """Train `recipe.runs` times from where the network stands; it ends with the mean weights.

    Runs differ in seed, and so in the order of batches and in what is dropped and masked. `{}` in
    the name of `checkpoints` stands for a run's number. Returns the records of each run's rounds.

    Raises:
        CheckpointError: a checkpoint is of another fine-tuning.
    """
    start, weights, rounds = deepcopy(network.state_dict()), [], []
    for run in range(recipe.runs):
        if recipe.runs > 1:
            display.says(f"run {run + 1} of {recipe.runs}")
        network.load_state_dict(start)
        checkpoint = checkpoints.with_name(checkpoints.name.format(run + 1))
        own = replace(recipe, seed=recipe.seed + run)
        trainer = Trainer(network, marks, data, own, checkpoint)
        trainer.run(display)
        weights.append(deepcopy(network.state_dict()))
        rounds.append(trainer.rounds)
    network.load_state_dict(mean(weights))
    return rounds


def mean(weights: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Return the mean of tensors of the same names and shapes."""
    return {
        name: torch.stack([one[name] for one in weights]).mean(dim=0, dtype=torch.float32).to(value)
        for name, value in weights[0].items()
    }
