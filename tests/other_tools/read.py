"""Reads a file as Label Studio or doccano does; runs in their environment, knows nothing of ours.

python read.py label-studio config.xml tasks.json    prints what is wrong, a JSON list
python read.py doccano export.jsonl                  prints texts and spans, and what is wrong
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock


def label_studio(config: str, tasks: str) -> list[Any]:
    """Errors that the SDK finds in the predictions and annotations of tasks."""
    from label_studio_sdk.label_interface import LabelInterface

    interface = LabelInterface(Path(config).read_text(encoding="utf-8"))
    interface.validate()
    wrong: list[Any] = []
    for task in json.loads(Path(tasks).read_text(encoding="utf-8")):
        wrong += [one.name for one in interface.objects if one.value_name not in task["data"]]
        # The SDK checks both alike, but tells what is wrong of predictions only.
        for said in (*task.get("predictions", ()), *task.get("annotations", ())):
            wrong += interface.validate_prediction(said, return_errors=True)
    return wrong


def doccano(export: str) -> dict[str, Any]:
    """What doccano's import for sequence labelling makes of a file.

    Its reader, its checks and its makers are its own; only its database models are stood in for.
    """
    spec = importlib.util.find_spec("backend")
    assert spec and spec.submodule_search_locations
    sys.path.insert(0, spec.submodule_search_locations[0])
    for name in ("examples", "label_types", "labels", "projects"):
        sys.modules[name] = sys.modules[f"{name}.models"] = MagicMock(Example=SimpleNamespace)
    for name in ("pyexcel", "pyexcel.exceptions", "seqeval", "seqeval.scheme"):  # other formats'
        sys.modules[name] = MagicMock()
    from data_import.pipeline.data import TextData
    from data_import.pipeline.label import SpanLabel
    from data_import.pipeline.makers import ExampleMaker, LabelMaker
    from data_import.pipeline.parsers import JSONLParser
    from data_import.pipeline.readers import FileName, Reader

    reader = Reader([FileName(export, export, export)], JSONLParser(encoding="utf_8"))
    examples = ExampleMaker(None, TextData, exclude_columns=["label"])
    labels = LabelMaker("label", SpanLabel)
    texts: list[str] = []
    spans: list[list[list[Any]]] = []
    for frame in reader.batch(1000):
        place = {}
        for example in examples.make(frame):
            place[example.uuid] = len(texts)
            texts.append(example.text)
            spans.append([])
        for one in labels.make(frame):
            spans[place[one.example_uuid]].append([one.start_offset, one.end_offset, one.label])
    wrong = [str(error) for error in (*reader.errors, *examples.errors, *labels.errors)]
    return {"texts": texts, "spans": spans, "wrong": wrong}


if __name__ == "__main__":
    tool, *files = sys.argv[1:]
    print(json.dumps({"label-studio": label_studio, "doccano": doccano}[tool](*files)))
