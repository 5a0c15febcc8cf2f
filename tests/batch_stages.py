"""Pipelines whose stages break on purpose, as worker processes build them: by name."""

from __future__ import annotations

import ctypes
import time
from pathlib import Path

from pipeline.batch import inputs, work
from pipeline.config import Config
from pipeline.document import Document
from pipeline.flow import Pipeline, Stage
from pipeline.stages.extract.failures import FileMissing

SEGFAULT, HANG, RAISE, EAT = "KRASCHAR HÄR", "FASTNAR HÄR", "FELAR HÄR", "SVÄLLER HÄR"


class _Breaking:
    """A stage that breaks on documents that ask for it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.name = stage.name
        self.version = stage.version

    def __call__(self, document: Document) -> Document:
        if SEGFAULT in document.raw:
            ctypes.string_at(0)
        if HANG in document.raw:
            time.sleep(1000)
        if RAISE in document.raw:
            raise ValueError("asked for")
        if EAT in document.raw:
            len(bytearray(8 << 30))
        return self._stage(document)


class _Away(_Breaking):
    """Extraction while the share is away."""

    def __call__(self, document: Document) -> Document:
        raise FileMissing("no such file")


class _BreakingMany(_Breaking):
    def many(self, documents: list[Document]) -> list[Document]:
        return [self(document) for document in documents]


def restore_breaks(config: Config) -> Pipeline:
    pipeline = Pipeline.from_config(config)
    return Pipeline([_Breaking(s) if s.name == "restore" else s for s in pipeline.stages])


def share_is_away(config: Config) -> Pipeline:
    pipeline = Pipeline.from_config(config)
    return Pipeline([_Away(s) if s.name == "extract" else s for s in pipeline.stages])


def fetching_hangs(config: Config) -> Pipeline:
    """Of one file, for good: every process that fetches it hangs."""

    def hanging(url: str, path: Path, max_bytes: int) -> None:
        if url.endswith("hang.txt"):
            time.sleep(1000)
        inputs.fetch(url, path, max_bytes)

    vars(work)["fetch"] = hanging
    return Pipeline.from_config(config)


def classify_breaks(config: Config) -> Pipeline:
    pipeline = Pipeline.from_config(config)
    return Pipeline([_BreakingMany(s) if s.name == "classify" else s for s in pipeline.stages])
