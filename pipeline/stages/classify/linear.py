"""The linear model: TF-IDF and logistic regression, an output a label, status and scope.

A folder holds `model.json` (settings, calibration, thresholds), `vocabulary.txt.gz` (a feature a
line) and `weights.npz` (in 8 bits). SciPy multiplies; scikit-learn, which trains the model, is not
needed to run it.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.errors import ModelError
from pipeline.stages.classify.answers import Outputs, answers
from pipeline.stages.classify.calibration import Calibration, rounded, sigmoid, vector
from pipeline.stages.classify.examples import Example, Floats, Label
from pipeline.stages.classify.features import clauses
from pipeline.stages.classify.vocabulary import N_BLOCKS, Vocabulary

VOCABULARY = "vocabulary.txt.gz"
BATCH = 512
N_LABELS = len(LABELS)
STATUS_COLUMNS = slice(N_LABELS, N_LABELS + len(STATUSES))
SCOPE_COLUMNS = slice(STATUS_COLUMNS.stop, STATUS_COLUMNS.stop + len(SCOPES))
N_OUTPUTS = SCOPE_COLUMNS.stop


@dataclass(frozen=True)
class Weights:
    """What was learned.

    Attributes:
        weights: [features, outputs]: labels, statuses, scopes in the codebook's order.
        scales: [outputs]: what a weight of 1 is worth.
        bias: [labels].
        status_bias, scope_bias: [labels, statuses] and [labels, scopes]: what is usual for a label.
    """

    weights: NDArray[np.number[Any]]
    scales: Floats
    bias: Floats
    status_bias: Floats
    scope_bias: Floats

    @cached_property
    def scaled(self) -> Floats:
        """The weights as they count, in C order: SciPy copies anything else at every call."""
        return np.ascontiguousarray(self.weights * self.scales, np.float32)


def score(vocabulary: Vocabulary, weights: Weights, examples: Sequence[Example]) -> Floats:
    """Return [examples, outputs]; a label's margin is the largest of the sentence and its clauses.

    (Weighed as a whole, one measure in a long list of others would be diluted.) Labels are as many
    as there are biases, and come first.
    """
    n_labels = len(weights.bias)
    result: Floats = np.zeros((len(examples), weights.weights.shape[1]), dtype=np.float32)
    for start in range(0, len(examples), BATCH):
        batch = examples[start : start + BATCH]
        parts = [(i, clause) for i, e in enumerate(batch) for clause in clauses(e.text)]
        clauses_of = [replace(batch[i], text=clause) for i, clause in parts]
        sums = vocabulary.rows([*batch, *clauses_of]) @ weights.scaled
        margins = sums[: len(batch), :n_labels]
        np.maximum.at(margins, [i for i, _ in parts], sums[len(batch) :, :n_labels])
        result[start : start + len(batch)] = sums[: len(batch)]
    result[:, :n_labels] += weights.bias
    return result


def in_eight_bits(weights: NDArray[np.floating[Any]]) -> tuple[NDArray[np.int8], Floats]:
    """Return [features, outputs] as whole numbers from -127 to 127, and each output's scale."""
    scales = np.maximum(np.abs(weights).max(axis=0), np.finfo(np.float32).tiny) / 127
    return np.rint(weights / scales).astype(np.int8), scales.astype(np.float32)


class LinearModel:
    """A `MeasureModel`; see the module's description."""

    def __init__(
        self, vocabulary: Vocabulary, weights: Weights, calibration: Calibration, version: str = ""
    ) -> None:
        self.vocabulary = vocabulary
        self.weights = weights
        self.calibration = calibration
        self.version = version
        self.review_below = calibration.review_below

    def probabilities(self, examples: Sequence[Example]) -> Floats:
        """Return calibrated probabilities, [examples, labels]."""
        return sigmoid(self.outputs(examples).margins)

    def outputs(self, examples: Sequence[Example]) -> Outputs:
        """Return what the model says; the margins are log odds, calibrated already."""
        found = score(self.vocabulary, self.weights, examples)
        return Outputs(
            self.calibration.log_odds(found[:, :N_LABELS]),
            found[:, None, STATUS_COLUMNS] + self.weights.status_bias,
            found[:, None, SCOPE_COLUMNS] + self.weights.scope_bias,
        )

    def predict(
        self, examples: Sequence[Example], threshold: float | None = None
    ) -> list[list[Label]]:
        """See `MeasureModel`."""
        said = self.outputs(examples)
        least = self.calibration.thresholds if threshold is None else threshold
        return answers(sigmoid(said.margins), least, said.statuses, said.scopes)

    def save(self, folder: Path) -> None:
        """Write the model's three files; a card and figures lie beside them."""
        folder.mkdir(parents=True, exist_ok=True)
        settings = {
            "kind": "linear",
            "labels": LABELS,
            "statuses": STATUSES,
            "scopes": SCOPES,
            "features": len(self.vocabulary.features),
            "pivots": rounded(self.vocabulary.pivots),
            "block_weights": rounded(self.vocabulary.block_weights),
            **self.calibration.settings(),
        }
        (folder / "model.json").write_text(
            json.dumps(settings, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        lines = "".join(f"{feature}\n" for feature in self.vocabulary.features)
        (folder / VOCABULARY).write_bytes(gzip.compress(lines.encode(), mtime=0))
        np.savez_compressed(
            folder / "weights.npz",
            idf=self.vocabulary.idf.astype(np.float16),
            weights=self.weights.weights,
            scales=self.weights.scales,
            bias=self.weights.bias,
            status_bias=self.weights.status_bias,
            scope_bias=self.weights.scope_bias,
        )

    @classmethod
    def load(cls, folder: Path, settings: dict[str, Any], version: str) -> LinearModel:
        """Read a folder whose `model.json` says `settings`; raises `ModelError`."""
        try:
            lines = gzip.decompress((folder / VOCABULARY).read_bytes()).decode()
            features = lines.split("\n")[:-1]
            with np.load(folder / "weights.npz", allow_pickle=False) as stored:
                idf = stored["idf"].astype(np.float32)
                weights = Weights(**{field.name: stored[field.name] for field in fields(Weights)})
            calibration = Calibration.of(settings)
            pivots = vector(settings, "pivots", N_BLOCKS)
            block_weights = vector(settings, "block_weights", N_BLOCKS)
        except (
            OSError,
            EOFError,
            KeyError,
            TypeError,
            ValueError,
            BadZipFile,
            zlib.error,
        ) as error:
            raise ModelError(f"{folder} is incomplete: {error}") from error
        if weights.weights.shape != (len(features), N_OUTPUTS) or len(idf) != len(features):
            raise ModelError(f"{folder}: vocabulary and weights do not belong together")
        return cls(Vocabulary(features, idf, pivots, block_weights), weights, calibration, version)
