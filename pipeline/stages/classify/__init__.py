"""Which measures a sentence speaks of, how far they have come, and who takes them."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from pipeline.config import ClassifyConfig
from pipeline.document import Document, Finding
from pipeline.offsets import Span
from pipeline.resources import model_folder
from pipeline.stages.classify.examples import Example, Label, MeasureModel, examples_of
from pipeline.stages.classify.load import load_model

__all__ = ["Classify", "Example", "Label", "MeasureModel", "finding_id", "load_model"]

SHIPPED = "linear"
ID_LENGTH = 24


class Classify:
    """The stage that adds `findings`: one a sentence and label, nobody credited yet.

    Raises:
        ModelError: the configured or the shipped model cannot be loaded.
    """

    name = "classify"

    def __init__(self, config: ClassifyConfig) -> None:
        self.model = load_model(config.model or model_folder(SHIPPED))
        self.threshold = config.threshold
        self.version = self.model.version
        if config.threshold is not None:
            self.version += f"-{config.threshold:g}"

    def __call__(self, document: Document) -> Document:
        """Label every sentence."""
        answers = self.model.predict(examples_of(document), self.threshold)
        findings = []
        for sentence, labels in zip(document.sentences, answers, strict=True):
            span = Span(sentence.start, sentence.end)
            raw = document.offsets.to_source(span)
            findings += [
                Finding(
                    finding_id(document.id, raw, label.label),
                    span,
                    label.label,
                    label.status,
                    label.scope,
                    label.score,
                )
                for label in labels
            ]
        return replace(document, findings=tuple(findings))


def finding_id(document_id: str, raw: Span, label: str) -> str:
    """Return an id that does not change with the model: of document, place in `raw` and label."""
    key = f"{document_id}:{raw.start}:{raw.end}:{label}"
    return hashlib.sha256(key.encode()).hexdigest()[:ID_LENGTH]
