"""The shipped restorer: lexicon, language model and tagger, checked against their manifest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from pipeline.errors import ModelError
from pipeline.stages.restore.alphabet import Alphabet
from pipeline.stages.restore.gate import Gate
from pipeline.stages.restore.language_model import LanguageModel
from pipeline.stages.restore.neighbours import Neighbours
from pipeline.stages.restore.plausibility import Plausibility, Weights
from pipeline.stages.restore.tagger import Tagger

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class RestorerModel:
    """Everything that repair needs; `version` names the build."""

    version: str
    language: LanguageModel
    tagger: Tagger
    neighbours: Neighbours
    gate: Gate
    plausibility: Plausibility

    @classmethod
    def load(cls, folder: Path) -> RestorerModel:
        """Load a model folder.

        Raises:
            ModelError: a file is missing, damaged, or not the one that the manifest names.
        """
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            for name, digest in manifest["files"].items():
                if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
                    raise ModelError(f"{folder / name} is not the file that {MANIFEST} names")
            described = json.loads((folder / "tagger.json").read_text(encoding="utf-8"))
            alphabet = Alphabet(described["characters"], tuple(described["outputs"]))
            language = LanguageModel.load(folder)
            tagger = Tagger.load(folder / "tagger.onnx", alphabet)
            neighbours = Neighbours(
                np.asarray(np.load(folder / "shape_keys.npy", mmap_mode="r")),
                np.asarray(np.load(folder / "shape_words.npy", mmap_mode="r")),
                list(language.ids),
            )
            plausibility = Plausibility(language, Weights(**manifest["weights"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{folder} is no complete restorer: {error}") from error
        gate = Gate.of(language.ids)
        return cls(manifest["version"], language, tagger, neighbours, gate, plausibility)


@lru_cache(maxsize=2)
def load_model(folder: Path) -> RestorerModel:
    """Load a model folder once in a process (see `RestorerModel.load`)."""
    return RestorerModel.load(folder)
