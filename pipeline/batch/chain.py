"""What each stage's answer depends on, as one hash a stage: the ledger's key beside the content.

A stage's hash covers its version (which covers its model), its section of the configuration, its
code, and the hash of the stage before it. So a changed threshold leaves the hashes of extraction
and repair as they were, and a changed extraction changes all.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Config
from pipeline.flow import Pipeline
from pipeline.packages import package_versions
from pipeline.resources import gazetteer_folder

Chain = tuple[str, ...]
"""A hash a stage, in the stages' order."""


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of a run: their versions by name, and their hashes."""

    versions: dict[str, str]
    chain: Chain


_PACKAGE = Path(__file__).parents[1]


def stages_of(pipeline: Pipeline, config: Config) -> Stages:
    """Describe the stages of a pipeline that was made from `config`."""
    digests: list[str] = []
    for stage in pipeline.stages:
        section = getattr(config, stage.name, None)
        parts = {
            "before": digests[-1] if digests else _surroundings(),
            "name": stage.name,
            "version": stage.version,
            "section": section.model_dump(mode="json") if section else None,
            "code": _code(stage.name),
        }
        if stage.name == "attribute":
            parts["gazetteer"] = _content(gazetteer_folder().glob("*"))
        text = json.dumps(parts, sort_keys=True)
        digests.append(hashlib.sha256(text.encode()).hexdigest()[:24])
    return Stages({stage.name: stage.version for stage in pipeline.stages}, tuple(digests))


def shared_stages(left: Chain, right: Chain) -> int:
    """How many stages from the first on answer the same in both."""
    same = 0
    while same < min(len(left), len(right)) and left[same] == right[same]:
        same += 1
    return same


def _surroundings() -> str:
    """Libraries and programs that decide what is read from a file."""
    return json.dumps([package_versions(), _tesseract()], sort_keys=True)


def _tesseract() -> str:
    try:
        done = subprocess.run(["tesseract", "--list-langs"], capture_output=True, timeout=60)
        version = subprocess.run(["tesseract", "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return "not installed"
    return (version.stdout + done.stdout).decode("utf-8", "replace")


def _code(stage: str) -> str:
    """The stage's own modules and those that all stages share."""
    shared = [*_PACKAGE.glob("*.py"), *(_PACKAGE / "stages").glob("*.py")]
    own = [*(_PACKAGE / "stages" / stage).rglob("*.py")]
    if stage == "attribute":
        own += (_PACKAGE / "gazetteer").glob("*.py")
    return _content([*shared, *own])


def _content(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file()):
        digest.update(f"{path.name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
