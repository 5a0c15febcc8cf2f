"""Make a model folder of a fine-tuned network: export, mixture, calibration."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.codebook import LABELS
from pipeline.stages.classify.answers import Outputs
from pipeline.stages.classify.calibration import Calibration
from pipeline.stages.classify.encoder import (
    LINEAR,
    MIXED,
    NETWORK,
    TOKENIZER,
    EncoderModel,
    Mixture,
    settings_of,
)
from pipeline.stages.classify.linear import LinearModel
from pipeline.stages.classify.pieces import Encoded
from pipeline.training import hub_format
from pipeline.training.calibrate import calibrate
from pipeline.training.classifier import export
from pipeline.training.classifier.base import Base
from pipeline.training.classifier.batches import Targets
from pipeline.training.classifier.equality import Difference, difference
from pipeline.training.classifier.failures import ExportError
from pipeline.training.classifier.mixing import (
    best_share,
    best_shares,
    kind_surprises,
    least_odds,
    surprises,
)
from pipeline.training.classifier.network import MeasureNetwork
from pipeline.training.classifier.trainer import outputs
from pipeline.training.corpus_data import LabelledSentence


@dataclass(frozen=True)
class Shipped:
    """What was made.

    Attributes:
        precision: of the export.
        differences: of each precision that was tried.
        surprises: what each share of the linear model would give, in labels and in status and
            scope; empty where there is none.
        shares: of the linear model in each label; and in status and scope.
    """

    precision: str
    differences: dict[str, Difference]
    surprises: list[dict[float, Any]]
    shares: tuple[list[float], float]


@dataclass(frozen=True)
class Compared:
    """What an export is compared on: the whole model, the linear one included.

    Attributes:
        exact: what it says with the network as it was trained.
        whole: from what an encoder alone says to what the whole model says.
    """

    sentences: Sequence[LabelledSentence]
    exact: Outputs
    whole: Callable[[Outputs], Outputs]


def ship(
    network: MeasureNetwork,
    base: Base,
    learned: Sequence[Encoded],
    validation: Sequence[LabelledSentence],
    linear: LinearModel | None,
    folder: Path,
) -> Shipped:
    """Write the model's files to a folder that exists; card and figures are not among them.

    Beside what runs lies the encoder as `transformers` loads it, for the next fine-tuning.

    Args:
        learned: sentences to measure activations on.
        linear: a model to mix in, if it helps on the validation sentences.

    Raises:
        ExportError: no precision answers as the network does.
    """
    examples = [one.example for one in validation]
    exact = outputs(network, base.reader()(examples), base.marks.pad)
    mixture: Mixture | None = None
    tried: list[dict[float, Any]] = []
    shares, kind_share = [0.0] * len(LABELS), 0.0
    if linear is not None:
        beside = linear.outputs(examples)
        targets = Targets.of(validation)
        in_labels = surprises(exact, beside, validation)
        in_kinds = kind_surprises(exact, beside, targets)
        tried = [in_labels, in_kinds]
        shares, kind_share = best_shares(in_labels), best_share(in_kinds)
        if any(shares) or kind_share:
            share = np.array(shares, np.float32)
            least = least_odds(exact.mixed(beside, share, kind_share), beside, validation)
            mixture = Mixture(linear, share, kind_share, least)

    def whole(said: Outputs) -> Outputs:
        return mixture.of(said, beside) if mixture else said

    precision, differences, said = _export(
        network, base, learned, Compared(validation, whole(exact), whole), folder / NETWORK
    )
    settings = settings_of(
        base.limits, base.opens, base.closes, calibrate(said.margins, validation)
    )
    settings |= {"base": base.name, "precision": precision}
    if mixture:
        mixture.linear.save(folder / LINEAR)
        settings |= dict(zip(MIXED, [shares, kind_share, mixture.least], strict=True))
    hub_format.save(network.encoder, base.hub_tokenizer, folder)
    base.tokenizer.save(str(folder / TOKENIZER), pretty=False)
    (folder / "model.json").write_text(
        json.dumps(settings, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return Shipped(precision, differences, tried, (shares, kind_share))


_ONES = np.ones(len(LABELS), np.float32)
_PLAIN = Calibration(_ONES, _ONES, _ONES, 1.0)
"""For a model whose margins alone are asked for."""


def _export(
    network: MeasureNetwork,
    base: Base,
    learned: Sequence[Encoded],
    compared: Compared,
    out: Path,
) -> tuple[str, dict[str, Difference], Outputs]:
    """Write the first precision that answers like the network.

    Returns it, how each that was tried differs, and what the model says with it.
    """
    validation = compared.sentences
    examples = [one.example for one in validation]
    calibration = calibrate(compared.exact.margins, validation)
    differences: dict[str, Difference] = {}
    with tempfile.TemporaryDirectory() as scratch:
        single = Path(scratch) / "single.onnx"
        export.single(network, single)
        for precision, write in export.WRITERS.items():
            write(single, out, learned)
            alone = EncoderModel(base.reader(), out, _PLAIN).outputs(examples)
            said = compared.whole(alone)
            differences[precision] = difference(compared.exact, said, calibration, validation)
            if differences[precision].acceptable:
                return precision, differences, said
    raise ExportError(f"the exports differ from the network: {differences}")
