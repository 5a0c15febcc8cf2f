"""What a measure model reads and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Document, Scope, Status

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence with the sentence before and after it and its heading ("" where there is none).

    White space is single blanks; nothing is lower-cased.
    """

    before: str
    text: str
    after: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A measure that a sentence speaks of; `score` is the calibrated probability, 0 to 1."""

    label: str
    status: Status
    scope: Scope
    score: float


class MeasureModel(Protocol):
    """A trained model: linear or a fine-tuned encoder.

    Attributes:
        version: changes whenever the same sentence could get another answer.
        review_below: findings with a lower score should be looked at by a person; those above
            were right nine times out of ten on validation data.
    """

    version: str
    review_below: float

    def predict(
        self, examples: Sequence[Example], threshold: float | None = None
    ) -> list[list[Label]]:
        """Return each example's labels in the codebook's order.

        Args:
            examples: any number.
            threshold: one lowest score for all labels; None: the model's own, one a label.
        """
        ...

    def probabilities(self, examples: Sequence[Example]) -> Floats:
        """Return calibrated probabilities, one row an example, one column a label."""
        ...


def examples_of(document: Document) -> list[Example]:
    """Return the sentences of a segmented document; neighbours count under the same heading."""
    words = [" ".join(document.text[s.start : s.end].split()) for s in document.sentences]
    headings = [sentence.heading for sentence in document.sentences]
    return in_sequence(words, headings)


def in_sequence(sentences: Sequence[str], headings: Sequence[str]) -> list[Example]:
    """Return sentences that stand in this order as examples; see `examples_of`."""
    examples = []
    for i, (sentence, heading) in enumerate(zip(sentences, headings, strict=True)):
        before = sentences[i - 1] if i and headings[i - 1] == heading else ""
        follows = i + 1 < len(sentences) and headings[i + 1] == heading
        examples.append(Example(before, sentence, sentences[i + 1] if follows else "", heading))
    return examples
