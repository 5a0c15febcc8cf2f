"""Open a model folder, whatever kind of model lies in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.errors import ModelError
from pipeline.stages.classify.encoder import LINEAR, EncoderModel
from pipeline.stages.classify.examples import MeasureModel
from pipeline.stages.classify.linear import LinearModel

ASIDE = {
    *("README.md", "metrics.json"),
    *("config.json", "model.safetensors", "tokenizer_config.json"),
}
"""Files that do not change what a model answers: its card, and what a fine-tuning starts from."""


def load_model(folder: Path) -> MeasureModel:
    """Load the model in `folder`.

    Raises:
        ModelError: no readable `model.json`, an unknown kind, labels that are not the codebook's,
            or files that are missing or do not belong together.
    """
    try:
        settings = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"no model in {folder}: {error}") from error
    if not isinstance(settings, dict) or settings.get("kind") not in KINDS:
        kind = settings.get("kind") if isinstance(settings, dict) else settings
        raise ModelError(f"{folder}: unknown kind of model {kind!r}; known: {', '.join(KINDS)}")
    for key, expected in (("labels", LABELS), ("statuses", STATUSES), ("scopes", SCOPES)):
        if tuple(settings.get(key, ())) != expected:
            raise ModelError(f"{folder}: its {key} are not those of the codebook")
    return KINDS[settings["kind"]](folder, settings, version_of(folder))


def version_of(folder: Path) -> str:
    """Return a hash of everything in a model folder that decides what the model answers."""
    digest = hashlib.sha256()
    for path in sorted([*folder.iterdir(), *(folder / LINEAR).glob("*")]):
        if path.is_file() and path.name not in ASIDE:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _encoder(folder: Path, settings: dict[str, Any], version: str) -> MeasureModel:
    linear = load_model(folder / LINEAR) if "linear_share" in settings else None
    if linear is not None and not isinstance(linear, LinearModel):
        raise ModelError(f"{folder / LINEAR} holds no linear model")
    return EncoderModel.load(folder, settings, version, linear)


KINDS: dict[str, Callable[[Path, dict[str, Any], str], MeasureModel]] = {
    "linear": LinearModel.load,
    "encoder": _encoder,
}
"""What `kind` in `model.json` may say, and what reads such a folder."""
