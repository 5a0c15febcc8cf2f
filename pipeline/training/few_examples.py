"""The project's encoder, fine-tuned on a few examples of one new label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers.utils import logging

from pipeline.resources import model_folder
from pipeline.stages.classify.examples import Example
from pipeline.training.classifier.base import Base, load_base

ENCODER = "encoder"
SEED = 20
ROUNDS = 8
BATCH = 8
ENCODER_RATE, HEAD_RATE = 2e-4, 1e-3


class FineTuned:
    """A label's probability by the encoder and one layer above the states averaged over a sentence.

    There are too few examples to hold some back: rounds and rates are fixed, probabilities are not
    calibrated.

    Raises:
        ModelError: the encoder is not there; it comes with a checkout.
    """

    def __init__(self) -> None:
        torch.manual_seed(SEED)
        told = logging.get_verbosity()
        logging.set_verbosity_error()  # nothing needs the part that predicts masked words
        self._base: Base = load_base(str(model_folder(ENCODER)), dropout=0.1)
        logging.set_verbosity(told)
        # A few examples hold few words: to change the vectors of those would help no other.
        self._base.encoder.embeddings.requires_grad_(False)
        self._head = nn.Linear(self._base.encoder.config.hidden_size, 1)

    def fit(self, texts: Sequence[str], labels: Sequence[int]) -> FineTuned:
        """Learn a label of 0 and 1; the same examples give the same weights on one machine."""
        groups: list[dict[str, Any]] = [
            {"params": self._base.encoder.encoder.parameters(), "lr": ENCODER_RATE},
            {"params": self._head.parameters(), "lr": HEAD_RATE},
        ]
        optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
        steps = ROUNDS * -(-len(texts) // BATCH)
        falling = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, total_iters=steps)
        truth = torch.tensor(list(labels), dtype=torch.float32)
        encoded = self._encoded(texts)
        self._base.encoder.train()
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # batches are small: more threads wait for each other
        for _ in range(ROUNDS):
            for rows in torch.randperm(len(encoded)).split(BATCH):  # type: ignore[no-untyped-call]
                margins = self._margins([encoded[row] for row in rows.tolist()])
                loss = nn.functional.binary_cross_entropy_with_logits(margins, truth[rows])
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                falling.step()
        torch.set_num_threads(threads)
        return self

    @torch.no_grad()
    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return how probable the label is of each sentence."""
        self._base.encoder.eval()
        batches = _batches(self._encoded(texts))
        found = [torch.sigmoid(self._margins(batch)).numpy() for batch in batches]
        return np.concatenate(found).astype(np.float64) if found else np.zeros(0)

    def _encoded(self, texts: Sequence[str]) -> list[list[int]]:
        examples = [Example("", text, "") for text in texts]
        return [one.ids for one in self._base.reader()(examples)]

    def _margins(self, pieces: list[list[int]]) -> torch.Tensor:
        longest = max(map(len, pieces))
        pad = self._base.marks.pad
        ids = torch.tensor([one + [pad] * (longest - len(one)) for one in pieces])
        kept = torch.tensor([[1] * len(one) + [0] * (longest - len(one)) for one in pieces])
        states = self._base.encoder(input_ids=ids, attention_mask=kept).last_hidden_state
        mean = (states * kept.unsqueeze(-1)).sum(1) / kept.sum(1, keepdim=True)
        margins: torch.Tensor = self._head(mean)[:, 0]
        return margins


def _batches(encoded: list[list[int]]) -> Iterator[list[list[int]]]:
    for start in range(0, len(encoded), BATCH):
        yield encoded[start : start + BATCH]
