"""The pipeline, told in one page: extract, restore, segment, classify, attribute."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from pipeline.config import Config
from pipeline.document import Document
from pipeline.errors import DocumentError, KommunluppError


class StageFault(DocumentError):
    """A stage failed in a way that nobody foresaw."""

    code = "stage-fault"
    remedy = "The fault is kommunlupp's, not the document's: please report it with the message."


class Stage(Protocol):
    """One step: takes a document, returns it with one more layer, earlier layers untouched.

    `version` changes whenever the same input could give another output.
    """

    name: str
    version: str

    def __call__(self, document: Document) -> Document:
        """Add this stage's layer; raise `DocumentError` where the document cannot be handled."""
        ...


@runtime_checkable
class ManyAtOnce(Protocol):
    """A stage that takes several documents at once in less time than one by one."""

    name: str

    def many(self, documents: Sequence[Document]) -> list[Document]:
        """What the stage answers for each: the same whatever documents are asked together."""
        ...


class Pipeline:
    """The stages in order, with their models loaded once."""

    def __init__(self, stages: list[Stage]) -> None:
        self.stages = stages
        self.seconds = {stage.name: 0.0 for stage in stages}

    @classmethod
    def from_config(cls, config: Config) -> Pipeline:
        """Build the five stages; raises `ModelError` or `MissingDependencyError` early."""
        from pipeline.stages.attribute import Attribute
        from pipeline.stages.classify import Classify
        from pipeline.stages.extract import Extract
        from pipeline.stages.restore import Restore
        from pipeline.stages.segment import Segment

        extract = Extract(config.extract)
        if config.restore.reocr == "always":
            extract.swedish_tesseract()
        return cls(
            [
                extract,
                Restore(config.restore, read_again=extract.read_again),
                Segment(),
                Classify(config.classify),
                Attribute(),
            ]
        )

    def __call__(
        self, document: Document, *, after: Callable[[str, Document], None] | None = None
    ) -> Document:
        """Run every stage; a `DocumentError` ends the document's run and becomes its issue.

        Args:
            document: as made by `identify`.
            after: called with a stage's name and its result, e.g. to inspect it.
        """
        for stage in self.stages:
            document, went_on = self.step(stage, document)
            if not went_on:
                return document
            if after:
                after(stage.name, document)
        return document

    def step(self, stage: Stage, document: Document) -> tuple[Document, bool]:
        """Run one stage; returns the document and whether the next stage may have it."""
        began = time.perf_counter()
        try:
            return stage(document), True
        except DocumentError as error:
            return replace(document, issues=(*document.issues, error.issue())), False
        except KommunluppError:
            raise
        except Exception as error:  # a fault of ours costs one document, not the batch
            fault = StageFault(f"{stage.name}: {type(error).__name__}: {error}")
            return replace(document, issues=(*document.issues, fault.issue())), False
        finally:
            self.seconds[stage.name] += time.perf_counter() - began


def identify(path: Path) -> Document:
    """Return an empty document for a file, its id the SHA-256 of the file's bytes.

    Raises:
        DocumentError: the file cannot be read (one subclass a reason).
    """
    from pipeline.stages.extract.failures import FileBroken
    from pipeline.stages.extract.intake import open_regular

    digest = hashlib.sha256()
    try:
        with open_regular(path) as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise FileBroken(f"cannot be read: {error}") from error
    return Document(id=digest.hexdigest(), source=str(path))
