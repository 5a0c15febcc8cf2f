"""Turn the trained tagger into ONNX with 8-bit weights and activations.

`python -m pipeline.training.export_tagger --work DIR --pairs DIR --out models/restorer`
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn

from pipeline.stages.restore.alphabet import Alphabet
from pipeline.training.aligned_pages import load_pages
from pipeline.training.tagger_network import Tagger

CALIBRATION_PAGES = 24


class _LogProbabilities(nn.Module):
    """The tagger as it is run: log probabilities of shape (batch, characters, outputs)."""

    def __init__(self, tagger: Tagger) -> None:
        super().__init__()
        self.tagger = tagger

    def forward(self, ids: Tensor, profile: Tensor) -> Tensor:
        """See `Tagger.forward`."""
        logits: Tensor = self.tagger(ids, profile)
        return logits.transpose(1, 2).log_softmax(dim=2)


class _Pages(CalibrationDataReader):  # type: ignore[misc]
    """Feeds rendered pages to the quantiser, which measures the range of each activation."""

    def __init__(self, texts: list[str], alphabet: Alphabet) -> None:
        self._feeds = self._prepare(texts, alphabet)

    @staticmethod
    def _prepare(texts: list[str], alphabet: Alphabet) -> Iterator[dict[str, Any]]:
        for text in texts:
            ids = alphabet.encode(text)
            yield {"ids": ids[None], "profile": alphabet.profile(ids)[None]}

    def get_next(self) -> dict[str, Any] | None:
        """Return the next page, or None after the last."""
        return next(self._feeds, None)


def export(options: argparse.Namespace) -> None:
    """Write `tagger.onnx` and `tagger.json` (alphabet and outputs)."""
    state = torch.load(options.work / "tagger.pt")
    alphabet = Alphabet(*state["alphabet"])
    model = Tagger(alphabet.size, len(alphabet.outputs))
    model.load_state_dict(state["average"])
    model.eval()
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    pages = [page.raw for page in load_pages(options.pairs) if not page.held_out]
    with tempfile.TemporaryDirectory() as scratch:
        exact, ready = Path(scratch) / "exact.onnx", Path(scratch) / "ready.onnx"
        torch.onnx.export(
            _LogProbabilities(model),
            (torch.zeros((2, 64), dtype=torch.long), torch.zeros((2, alphabet.size))),
            str(exact),
            input_names=["ids", "profile"],
            output_names=["log_probabilities"],
            dynamic_axes={"ids": {0: "batch", 1: "length"}, "profile": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
        if options.quantize:
            quant_pre_process(str(exact), str(ready), skip_symbolic_shape=True)
            quantize_static(
                str(ready),
                str(out / "tagger.onnx"),
                _Pages(pages[:CALIBRATION_PAGES], alphabet),
                quant_format=QuantFormat.QDQ,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                per_channel=True,
                op_types_to_quantize=["Conv", "Add", "Relu"],
                calibrate_method=CalibrationMethod.MinMax,
            )
        else:
            (out / "tagger.onnx").write_bytes(exact.read_bytes())
    (out / "tagger.json").write_text(
        json.dumps(
            {"characters": alphabet.characters, "outputs": alphabet.outputs}, ensure_ascii=False
        ),
        encoding="utf-8",
    )
    minutes = state["spent"] / 60
    print(f"exported after {minutes:.0f} minutes, {state['steps']} steps; numpy {np.__version__}")


def main() -> None:
    """Read the command line and export."""
    parser = argparse.ArgumentParser(description=re.split(r"\n", __doc__ or "")[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("models/restorer"))
    parser.add_argument("--quantize", action=argparse.BooleanOptionalAction, default=True)
    export(parser.parse_args())


if __name__ == "__main__":
    main()
