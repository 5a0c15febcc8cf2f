"""Batches of sentences of like length, and what the network should say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.stages.classify.encoder import arrays
from pipeline.stages.classify.pieces import Encoded
from pipeline.training.corpus_data import LabelledSentence, truth_of

POOL = 64
"""Batches whose sentences are sorted by length together: more would leave little to chance."""


@dataclass(frozen=True)
class Targets:
    """What holds, [sentences, labels] and [sentences, labels, classes].

    Attributes:
        scored: labels that are not disputed.
        statuses, scopes: classes that count as right; none where the label does not hold.
        weights: how much each sentence counts.
        kind_weights: how much its status and scope do.
    """

    labels: Tensor
    scored: Tensor
    statuses: Tensor
    scopes: Tensor
    weights: Tensor
    kind_weights: Tensor

    def __getitem__(self, rows: Sequence[int]) -> Targets:
        """The targets of some sentences."""
        return Targets(*(table[rows] for table in vars(self).values()))

    def to(self, device: torch.device) -> Targets:
        """The same tables on a device."""
        return Targets(*(table.to(device) for table in vars(self).values()))

    @classmethod
    def of(
        cls,
        sentences: Sequence[LabelledSentence],
        weights: Sequence[float] | None = None,
        kind_weights: Sequence[float] | None = None,
    ) -> Targets:
        """Tables of labelled sentences; without weights all count alike, in labels and in kinds."""
        weights = weights or [1.0] * len(sentences)
        truth, scored = truth_of(sentences)
        statuses = np.zeros((*truth.shape, len(STATUSES)), bool)
        scopes = np.zeros((*truth.shape, len(SCOPES)), bool)
        for row, sentence in enumerate(sentences):
            for gold in sentence.gold:
                column = LABELS.index(gold.label)
                if scored[row, column]:
                    statuses[row, column, [STATUSES.index(one) for one in gold.statuses]] = True
                    scopes[row, column, [SCOPES.index(one) for one in gold.scopes]] = True
        return cls(
            torch.from_numpy(truth).float(),
            torch.from_numpy(scored).float(),
            torch.from_numpy(statuses),
            torch.from_numpy(scopes),
            torch.tensor(weights, dtype=torch.float32),
            torch.tensor(kind_weights or weights, dtype=torch.float32),
        )


def epoch(lengths: NDArray[np.int64], most: int, seed: tuple[int, int]) -> list[list[int]]:
    """Return one round's batches: rows of like length, no more than `most` pieces with padding."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(lengths))
    mean = max(1, int(POOL * most / lengths.mean()))
    batches: list[list[int]] = []
    for start in range(0, len(order), mean):
        pool = order[start : start + mean]
        batch: list[int] = []
        for row in pool[np.argsort(lengths[pool], kind="stable")].tolist():
            if batch and lengths[row] * (len(batch) + 1) > most:
                batches.append(batch)
                batch = []
            batch.append(row)
        batches.append(batch)
    return [batches[i] for i in rng.permutation(len(batches))]


def collate(encoded: Sequence[Encoded], pad: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return piece numbers, which are the sentence's own, and which are no padding."""
    longest = max(len(one.ids) for one in encoded)
    filled = [one._replace(ids=one.ids + [pad] * (longest - len(one.ids))) for one in encoded]
    ids, sentence = arrays(filled)
    lengths = np.array([[len(one.ids)] for one in encoded])
    attention = (np.arange(longest) < lengths).astype(np.int64)
    return torch.from_numpy(ids), torch.from_numpy(sentence), torch.from_numpy(attention)
