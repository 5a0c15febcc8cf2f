"""What a fine-tuning learns from, stops and calibrates by, and is measured on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.errors import UsageError
from pipeline.training.classifier.drawing import drawn
from pipeline.training.classifier.recipe import Recipe
from pipeline.training.corpus_data import LabelledSentence

HELD_OUT_SHARE = 0.12
"""Of the documents, where validation or test sentences are not given."""
HELD_OUT_SINGLES = 0.1
HELD_OUT_SILVER = 0.025
"""Of the sentences of real prose: a model is surer of invented text, so real prose takes part in
saying how sure it may be."""


@dataclass(frozen=True)
class Parts:
    """Labelled sentences as they are given; what is empty is made from `train`."""

    train: list[LabelledSentence] = field(default_factory=list)
    validation: list[LabelledSentence] = field(default_factory=list)
    test: list[LabelledSentence] = field(default_factory=list)

    def __add__(self, other: Parts) -> Parts:
        """Both together."""
        return Parts(
            self.train + other.train, self.validation + other.validation, self.test + other.test
        )


@dataclass(frozen=True)
class Material:
    """No document is in two of the three.

    Attributes:
        weights: how much each training sentence counts, 1 the most.
        kind_weights: how much its labels' status and scope do.
        validation: decides when to stop, calibrates and sets thresholds.
        test: decides nothing.
    """

    train: list[LabelledSentence]
    weights: list[float]
    kind_weights: list[float]
    validation: list[LabelledSentence]
    test: list[LabelledSentence]


def gather(
    parts: Parts,
    singles: Sequence[LabelledSentence],
    silver: Sequence[LabelledSentence],
    recipe: Recipe,
) -> Material:
    """Put the material together.

    Args:
        singles: real sentences that one annotator labelled; some of them are held out.
        silver: real sentences that a model helped to label; some of them are held out too.

    Raises:
        UsageError: no sentence to learn from holds a measure, or there are too few documents.
    """
    train, validation, test = parts.train, parts.validation, parts.test
    if not test:
        train, test = hold_out(train, HELD_OUT_SHARE, "test")
    if not validation:
        train, validation = hold_out(train, HELD_OUT_SHARE, "validation")
    if not any(one.gold for one in train):
        raise UsageError(
            "the data holds no measure to learn from", remedy="Label sentences that speak of one."
        )
    if singles:
        singles, later = hold_out(singles, HELD_OUT_SINGLES, "validation")
        validation = [*validation, *later]
    if silver:
        silver, later = hold_out(silver, HELD_OUT_SILVER, "validation")
        validation = [*validation, *later]
    weights, kind_weights = (
        [1.0] * len(train) + [recipe.single_weight] * len(singles) + [of_silver] * len(silver)
        for of_silver in (recipe.silver_weight, recipe.silver_kind_weight)
    )
    learned = [_some_without_heading(one, recipe) for one in [*train, *singles, *silver]]
    checked = [_some_without_heading(one, recipe) for one in validation]
    return Material(learned, weights, kind_weights, checked, test)


def _some_without_heading(sentence: LabelledSentence, recipe: Recipe) -> LabelledSentence:
    """The sentence, without its heading if the hash of its words falls among `headless`."""
    example = sentence.example
    if drawn(example.text) >= recipe.headless:
        return sentence
    return replace(sentence, example=replace(example, heading=""))


def hold_out(
    sentences: Sequence[LabelledSentence], share: float, what_for: str
) -> tuple[list[LabelledSentence], list[LabelledSentence]]:
    """Return the rest and a share of the documents, drawn by the hash of their ids.

    Raises:
        UsageError: there are fewer than two documents.
    """
    documents = sorted(
        {one.document for one in sentences},
        key=lambda name: hashlib.sha256(f"{what_for}:{name}".encode()).digest(),
    )
    if len(documents) < 2:
        raise UsageError(
            f"{len(documents)} documents are too few to hold one out for {what_for}",
            remedy=f"Label more documents, or name a file with --{what_for}.",
        )
    held = set(documents[: max(1, round(share * len(documents)))])
    rest = [one for one in sentences if one.document not in held]
    return rest, [one for one in sentences if one.document in held]
