"""The fine-tuned encoder: a compact BERT with an attention of its own for each label.

A folder holds `model.json` (settings, calibration, thresholds), `tokenizer.json`, `encoder.onnx`,
and in `linear/` a linear model where the two are mixed. ONNX Runtime, tokenizers and NumPy run it;
torch and transformers, which trained it, are not needed.

Sentences are run together only with others of exactly the same length: nothing that is attended to
is padded, so what a sentence is answered does not depend on the company that it is read in.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.errors import ModelError
from pipeline.stages.classify.answers import Outputs, answers
from pipeline.stages.classify.calibration import Calibration
from pipeline.stages.classify.examples import Example, Floats, Label
from pipeline.stages.classify.linear import LinearModel
from pipeline.stages.classify.pieces import Encoded, Limits, PieceReader

NETWORK = "encoder.onnx"
TOKENIZER = "tokenizer.json"
MIXED = ("linear_share", "linear_kind_share", "linear_least")
"""Entries of `model.json` where a linear model is mixed in."""
LINEAR = "linear"
"""Name of the folder within the model's that holds the linear model of a mixture."""
BATCH_PIECES = 1024
"""Pieces that are run together: more do not stay in the processor's cache."""


@dataclass(frozen=True)
class Mixture:
    """A linear model beside the encoder.

    Attributes:
        share: how much its log odds count of each label's margin, 0 to 1.
        kind_share: how much its log probabilities count in status and scope.
        least: the encoder does not read a sentence for whose every label the linear model's log
            odds are lower.
    """

    linear: LinearModel
    share: Floats
    kind_share: float
    least: float

    def worth_reading(self, linear: Outputs) -> NDArray[np.bool_]:
        """Return which sentences the encoder should read, by what the linear model says."""
        found: NDArray[np.bool_] = linear.margins.max(axis=1, initial=-np.inf) >= self.least
        return found

    def of(self, encoder: Outputs, linear: Outputs) -> Outputs:
        """Return both together; the linear model's alone where the encoder need not read."""
        mixed = encoder.mixed(linear, self.share, self.kind_share)
        read = self.worth_reading(linear)[:, None]
        return mixed._replace(margins=np.where(read, mixed.margins, linear.margins))


class EncoderModel:
    """A `MeasureModel`; see the module's description."""

    def __init__(
        self,
        reader: PieceReader,
        network: Path,
        calibration: Calibration,
        mixture: Mixture | None = None,
        version: str = "",
    ) -> None:
        self.calibration = calibration
        self.mixture = mixture
        self.version = version
        self.review_below = calibration.review_below
        self._reader = reader
        self._session = _open(network)
        # A batch's workers are told to keep to one thread.
        self._threads = int(os.environ.get("OMP_NUM_THREADS") or 0) or os.cpu_count() or 1

    def probabilities(self, examples: Sequence[Example]) -> Floats:
        """Return calibrated probabilities, [examples, labels]."""
        return self.calibration.probabilities(self.outputs(examples).margins)

    def predict(
        self, examples: Sequence[Example], threshold: float | None = None
    ) -> list[list[Label]]:
        """See `MeasureModel`."""
        outputs = self.outputs(examples)
        scores = self.calibration.probabilities(outputs.margins)
        least = self.calibration.thresholds if threshold is None else threshold
        return answers(scores, least, outputs.statuses, outputs.scopes)

    def outputs(self, examples: Sequence[Example]) -> Outputs:
        """Return what the model says before calibration, mixed where it is a mixture."""
        if self.mixture is None:
            return self._read(examples, range(len(examples)))
        linear = self.mixture.linear.outputs(examples)
        rows = np.flatnonzero(self.mixture.worth_reading(linear)).tolist()
        return self.mixture.of(self._read(examples, rows), linear)

    def _read(self, examples: Sequence[Example], asked: Sequence[int]) -> Outputs:
        """Return what the encoder says of those asked for; zeros for the others."""
        found = Outputs(
            np.zeros((len(examples), len(LABELS)), np.float32),
            np.zeros((len(examples), len(LABELS), len(STATUSES)), np.float32),
            np.zeros((len(examples), len(LABELS), len(SCOPES)), np.float32),
        )
        encoded = self._reader([examples[row] for row in asked])
        places = np.array(asked, np.int64)

        def run(rows: list[int]) -> None:
            ids, sentence = arrays([encoded[row] for row in rows])
            said = self._session.run(None, {"ids": ids, "sentence": sentence})
            for table, part in zip(found, said, strict=True):
                table[places[rows]] = part

        with ThreadPoolExecutor(self._threads) as pool:
            list(pool.map(run, _batches(encoded)))
        return found

    @classmethod
    def load(
        cls, folder: Path, settings: dict[str, Any], version: str, linear: LinearModel | None
    ) -> EncoderModel:
        """Read a folder whose `model.json` says `settings`; raises `ModelError`.

        Args:
            linear: the linear model of the folder, where the settings say that there is one.
        """
        try:
            tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            limits = Limits(**{one.name: settings["limits"][one.name] for one in fields(Limits)})
            reader = PieceReader(tokenizer, int(settings["opens"]), int(settings["closes"]), limits)
            mixture = None
            if linear:
                share, kind_share, least = (settings[key] for key in MIXED)
                mixture = Mixture(
                    linear, np.array(share, np.float32), float(kind_share), float(least)
                )
            return cls(reader, folder / NETWORK, Calibration.of(settings), mixture, version)
        except Exception as error:  # what tokenizers and ONNX Runtime raise derives from no less
            raise ModelError(f"{folder} is incomplete: {error}") from error


def settings_of(
    limits: Limits, opens: int, closes: int, calibration: Calibration
) -> dict[str, Any]:
    """Return the entries of `model.json` that `EncoderModel.load` reads."""
    return {
        "kind": "encoder",
        "labels": LABELS,
        "statuses": STATUSES,
        "scopes": SCOPES,
        "limits": asdict(limits),
        "opens": opens,
        "closes": closes,
        **calibration.settings(),
    }


def _open(network: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Batches run side by side, each in a thread: faster than sharing out their small products.
    options.intra_op_num_threads = 1
    # Every length would get a plan of its own, and hold on to its memory.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(
        str(network),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=["SkipLayerNormFusion"],  # the fused kernel takes longer than its parts
    )


def _batches(encoded: Sequence[Encoded]) -> Iterator[list[int]]:
    """Yield rows of one length, no more than `BATCH_PIECES` together.

    Sentences of like length go together: in the last layer the shorter are padded to the longest.
    """
    lengths: dict[int, list[int]] = defaultdict(list)
    for row, one in enumerate(encoded):
        lengths[len(one.ids)].append(row)
    for length, rows in sorted(lengths.items()):
        rows.sort(key=lambda row: encoded[row].stop - encoded[row].start)
        size = max(1, BATCH_PIECES // length)
        for start in range(0, len(rows), size):
            yield rows[start : start + size]


def arrays(encoded: Sequence[Encoded]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return piece numbers and which pieces are the sentence's own, [sentences, pieces]."""
    ids = np.array([one.ids for one in encoded], np.int64)
    places = np.arange(ids.shape[1])
    start = np.array([[one.start] for one in encoded])
    stop = np.array([[one.stop] for one in encoded])
    return ids, (places >= start) & (places < stop)
