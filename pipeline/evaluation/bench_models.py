"""How large the classifier is, and the peer that it is measured against.

    python -m pipeline.evaluation.bench_models FOLDER

looks at what `bench_peers extract` has left in FOLDER, which the peer's vocabulary is made of, and
prints JSON.
"""

from __future__ import annotations

import json
import re
import sys
from math import prod
from pathlib import Path
from typing import Any

from pipeline.evaluation.bench_peers import peer_and_sentences
from pipeline.resources import model_folder
from pipeline.stages.classify import SHIPPED
from pipeline.stages.classify.encoder import NETWORK

_LAYER = re.compile(r"encoder\.layer\.(\d+)\.")
_EMBEDDINGS = "word_embeddings"


def sizes(folder: Path) -> dict[str, dict[str, Any]]:
    """Return kind, layers, width and number of parameters of both."""
    return {"classify": _ours(model_folder(SHIPPED)), "transformers": _peer(folder)}


def _ours(folder: Path) -> dict[str, Any]:
    import onnx

    about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    if not (folder / NETWORK).is_file():
        return {"what": about["kind"]}
    weights = onnx.load(folder / NETWORK).graph.initializer
    layers = {found[1] for one in weights if (found := _LAYER.search(one.name))}
    return {
        "what": f"{about['kind']}, {about['precision']}, trained",
        "layers": len(layers),
        "width": max(one.dims[1] for one in weights if _EMBEDDINGS in one.name),
        "parameters": sum(prod(one.dims) for one in weights),
    }


def _peer(folder: Path) -> dict[str, Any]:
    peer, _ = peer_and_sentences(folder)
    config = peer.model.config
    return {
        "what": "transformers.pipeline, BERT of random weights, as no model of the hub can be had",
        "layers": config.num_hidden_layers,
        "width": config.hidden_size,
        "parameters": peer.model.num_parameters(),
    }


if __name__ == "__main__":
    print(json.dumps(sizes(Path(sys.argv[1]))))
