"""Turn a fine-tuned network into ONNX, in eight bits where that answers alike.

Weights and activations of the encoder's matrices get fixed scales (one a column and one a tensor,
measured on training sentences): scales that were taken from each batch would make a sentence's
answer depend on its company. Embeddings get eight bits and a scale a row.
"""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn

from pipeline.stages.classify.encoder import arrays
from pipeline.stages.classify.pieces import Encoded
from pipeline.training.classifier.network import MeasureNetwork
from pipeline.training.classifier.own_pieces import only_own_pieces_leave

OPSET = 17
SAMPLES = 1024
"""Training sentences that activations are measured on."""
LEAST_WEIGHTS = 4096
"""Smaller tables stay in single precision."""


class RowScaled(nn.Module):
    """An embedding in eight bits, with a scale a row."""

    def __init__(self, embedding: nn.Embedding) -> None:
        super().__init__()
        table = embedding.weight.detach()
        scales = table.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("table", (table / scales).round().to(torch.int8))
        self.register_buffer("scales", scales)

    def forward(self, ids: Tensor) -> Tensor:
        """Look pieces up."""
        found: Tensor = self.table[ids].float() * self.scales[ids]  # type: ignore[index]
        return found


class _Sentences(CalibrationDataReader):  # type: ignore[misc]
    """Feeds sentences to the quantiser, which measures the range of each activation."""

    def __init__(self, encoded: Sequence[Encoded]) -> None:
        self._feeds: Iterator[dict[str, NDArray[Any]]] = (
            dict(zip(("ids", "sentence"), arrays([one]), strict=True)) for one in encoded
        )

    def get_next(self) -> dict[str, NDArray[Any]] | None:
        """Return the next sentence, or None after the last."""
        return next(self._feeds, None)


def single(network: MeasureNetwork, out: Path) -> None:
    """Write the network in single precision but for its embeddings."""
    exact = copy.deepcopy(network).cpu().eval()
    encoder: Any = exact.encoder
    encoder.set_attn_implementation("eager")
    words = encoder.get_input_embeddings()
    encoder.set_input_embeddings(RowScaled(words))
    ids = torch.arange(32).reshape(2, 16) % words.num_embeddings
    torch.onnx.export(
        only_own_pieces_leave(exact),
        (ids, (ids > 2) & (ids % 16 < 9)),
        str(out),
        input_names=["ids", "sentence"],
        output_names=["labels", "statuses", "scopes"],
        dynamic_axes={
            **{name: {0: "batch", 1: "pieces"} for name in ("ids", "sentence")},
            **{name: {0: "batch"} for name in ("labels", "statuses", "scopes")},
        },
        opset_version=OPSET,
        dynamo=False,
    )


def int8(exact: Path, out: Path, encoded: Sequence[Encoded]) -> None:
    """Write `exact` with the encoder's matrices in eight bits."""
    with tempfile.TemporaryDirectory() as scratch:
        ready = Path(scratch) / "ready.onnx"
        quant_pre_process(str(exact), str(ready), skip_symbolic_shape=True)
        quantize_static(
            str(ready),
            str(out),
            _Sentences(encoded[:: max(1, len(encoded) // SAMPLES)]),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            # Without VNNI, sums of two full eight-bit products overflow.
            reduce_range=True,
            op_types_to_quantize=["MatMul"],
            nodes_to_quantize=_matrices(ready),
            calibrate_method=CalibrationMethod.MinMax,
            extra_options={
                "MatMulConstBOnly": True,
                "OpTypesToExcludeOutputQuantization": ["MatMul"],
            },
        )


def float16(exact: Path, out: Path, encoded: Sequence[Encoded]) -> None:
    """Write `exact` with its matrices stored in half precision; they are computed in single."""
    model = onnx.load(exact)
    graph = model.graph
    casts = []
    for stored in graph.initializer:
        values = onnx.numpy_helper.to_array(stored)
        if values.dtype != np.float32 or values.size < LEAST_WEIGHTS:
            continue
        name = stored.name
        stored.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
        casts.append(
            onnx.helper.make_node("Cast", [f"{name}_half"], [name], to=onnx.TensorProto.FLOAT)
        )
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, out)


WRITERS: dict[str, Callable[[Path, Path, Sequence[Encoded]], None]] = {
    "int8": int8,
    "float16": float16,
}
"""What is tried, in this order; the first that answers like the network is shipped."""


def _matrices(path: Path) -> list[str]:
    """Names of the nodes that multiply with a large matrix of weights."""
    graph = onnx.load(path).graph
    large = {one.name for one in graph.initializer if np.prod(one.dims) >= LEAST_WEIGHTS}
    return [n.name for n in graph.node if n.op_type == "MatMul" and large & set(n.input)]
