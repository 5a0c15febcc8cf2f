"""Which measures a sentence speaks of, how far they have come, and who takes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.config import ClassifyConfig
from pipeline.document import Document, Finding
from pipeline.offsets import Span
from pipeline.resources import model_folder
from pipeline.stages.classify.examples import Example, Label, MeasureModel, examples_of
from pipeline.stages.classify.load import load_model

__all__ = ["Classify", "Example", "Label", "MeasureModel", "finding_id", "load_model"]

SHIPPED = "classifier"
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
        return self.many([document])[0]

    def many(self, documents: Sequence[Document]) -> list[Document]:
        """Label the sentences of several documents; which ones are asked together changes nothing.

        They are asked in order of length, so that a model which pads has little to pad.
        """
        examples = [example for document in documents for example in examples_of(document)]
        order = sorted(range(len(examples)), key=lambda i: len(examples[i].text))
        answers: list[list[Label]] = [[] for _ in examples]
        found = self.model.predict([examples[i] for i in order], self.threshold)
        for i, labels in zip(order, found, strict=True):
            answers[i] = labels
        remaining = iter(answers)
        return [
            replace(document, findings=_findings(document, remaining)) for document in documents
        ]


def _findings(document: Document, answers: Iterator[list[Label]]) -> tuple[Finding, ...]:
    """The findings of a document, whose sentences the next of `answers` are for."""
    findings = []
    for sentence in document.sentences:
        labels = next(answers)
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
    return tuple(findings)


def finding_id(document_id: str, raw: Span, label: str) -> str:
    """Return an id that does not change with the model: of document, place in `raw` and label."""
    key = f"{document_id}:{raw.start}:{raw.end}:{label}"
    return hashlib.sha256(key.encode()).hexdigest()[:ID_LENGTH]
