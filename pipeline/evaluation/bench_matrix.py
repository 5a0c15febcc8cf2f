"""How near classification comes to what this machine can multiply, on one thread.

    OMP_NUM_THREADS=1 python -m pipeline.evaluation.bench_matrix FOLDER

classifies what `bench_peers extract` has left in FOLDER and prints JSON. The multiplications are
counted by ONNX Runtime, which writes down the shapes of every product that it makes; the peak is
that of a large product in the same arithmetic (single precision, 8-bit integers), in the same
process. A model without products has no share: that is said instead.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from pipeline.config import Config
from pipeline.evaluation.bench_peers import segmented
from pipeline.flow import Pipeline
from pipeline.resources import model_folder
from pipeline.stages.classify import SHIPPED
from pipeline.stages.classify.encoder import NETWORK, EncoderModel
from pipeline.stages.classify.features import tokens

_SIDE = 1024
_FLOAT = frozenset({"MatMul", "FusedMatMul", "Gemm", "FusedGemm"})
_INTEGER = frozenset(
    {"MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul", "QLinearMatMul", "QGemm"}
)
_BATCH = 8
_PASSES = 7
"""A peak is the best of so many. Of the stage, the middle one stands, and each begins anew: words
that the pass before has prepared are forgotten."""


class _Recorder:
    """Stands for a session: keeps what it is asked, and the time that the answers take."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.asked: list[dict[str, Any]] = []
        self.seconds = 0.0

    def run(self, names: Any, feeds: dict[str, Any]) -> Any:
        began = time.perf_counter()
        answer = self._session.run(names, feeds)
        self.seconds += time.perf_counter() - began
        self.asked.append(feeds)
        return answer


def measure(folder: Path) -> dict[str, Any]:
    """Return the figures; operations are 10⁹ a second, a multiplication and an addition being two.

    `share_of_stage` and `share_of_network` are the time that the products would take at the peak
    by the time of the whole stage, and by that of the network alone.
    """
    stage: Any = Pipeline.from_config(Config()).stages[3]
    documents = segmented(folder)
    batches = [documents[at : at + _BATCH] for at in range(0, len(documents), _BATCH)]
    kind = json.loads((model_folder(SHIPPED) / "model.json").read_text(encoding="utf-8"))["kind"]
    if not isinstance(stage.model, EncoderModel):
        return {"model": kind, "note": "the model makes no matrix products: it has no share"}
    stage.many(batches[0])
    session = stage.model._session
    passes = []
    for _ in range(_PASSES):
        tokens.cache_clear()
        recorder = stage.model._session = _Recorder(session)
        began = time.perf_counter()
        for batch in batches:
            stage.many(batch)
        passes.append((time.perf_counter() - began, recorder.seconds))
    seconds, network_seconds = sorted(passes)[_PASSES // 2]
    work = _products(model_folder(SHIPPED) / NETWORK, recorder.asked)
    peaks = {"float": _peak_float(), "integer": _peak_integer()}
    ideal = sum(work[arithmetic] / peaks[arithmetic] for arithmetic in work)
    return {
        "model": kind,
        "sentences": sum(len(document.sentences) for document in documents),
        "seconds": {"stage": round(seconds, 3), "network": round(network_seconds, 3)},
        "operations": {name: round(amount / 1e9, 2) for name, amount in work.items()},
        "peak_per_second": {name: round(amount / 1e9, 1) for name, amount in peaks.items()},
        "share_of_stage": round(ideal / seconds, 3),
        "share_of_network": round(ideal / network_seconds, 3),
    }


def _products(network: Path, asked: list[dict[str, Any]]) -> dict[str, float]:
    """Multiplications and additions of all matrix products, by arithmetic."""
    with tempfile.TemporaryDirectory() as scratch:
        options = _options()
        options.enable_profiling = True
        options.profile_file_prefix = f"{scratch}/profile"
        session = onnxruntime.InferenceSession(str(network), options, _PROVIDERS)
        for feeds in asked:
            session.run(None, feeds)
        events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    work = {"float": 0.0, "integer": 0.0}
    for event in events:
        about = event.get("args", {})
        name = about.get("op_name", "")
        if name not in _FLOAT | _INTEGER or not about.get("output_type_shape"):
            continue
        ((first, *_),) = (list(shape.values()) for shape in about["input_type_shape"][:1])
        ((result, *_),) = (list(shape.values()) for shape in about["output_type_shape"][:1])
        work["integer" if name in _INTEGER else "float"] += 2 * prod(result) * first[-1]
    return work


_PROVIDERS = ["CPUExecutionProvider"]


def _options() -> Any:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS") or 0)
    return options


def _peak_float() -> float:
    """Operations a second: the better of NumPy's library and ONNX Runtime."""
    from onnx import TensorProto

    rng = np.random.default_rng(0)
    left, right = (rng.random((_SIDE, _SIDE), dtype=np.float32) for _ in range(2))
    session = _product(TensorProto.FLOAT, TensorProto.FLOAT, "MatMul", right)
    return max(_rate(lambda: left @ right), _rate(lambda: session.run(None, {"left": left})))


def _peak_integer() -> float:
    from onnx import TensorProto

    rng = np.random.default_rng(0)
    left = rng.integers(0, 255, (_SIDE, _SIDE), dtype=np.uint8)
    right = rng.integers(-63, 63, (_SIDE, _SIDE), dtype=np.int8)
    session = _product(TensorProto.UINT8, TensorProto.INT32, "MatMulInteger", right)
    return _rate(lambda: session.run(None, {"left": left}))


def _product(of: int, to: int, operator: str, right: Any) -> Any:
    """A session that multiplies by a constant matrix, as layers do."""
    from onnx import helper, numpy_helper

    square = [_SIDE, _SIDE]
    graph = helper.make_graph(
        [helper.make_node(operator, ["left", "right"], ["out"])],
        "product",
        [helper.make_tensor_value_info("left", of, square)],
        [helper.make_tensor_value_info("out", to, square)],
        [numpy_helper.from_array(right, "right")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return onnxruntime.InferenceSession(model.SerializeToString(), _options(), _PROVIDERS)


def _rate(work: Callable[[], object]) -> float:
    """Operations a second of a product, at best."""
    best = float("inf")
    for _ in range(_PASSES):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return 2 * _SIDE**3 / best


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
