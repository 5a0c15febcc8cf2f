"""The linear measure classifier as a scikit-learn estimator: cross-validate it, compare it.

It learns whatever labels it is given, those of the codebook or new ones, from sentences alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted

from pipeline.stages.classify.examples import Example
from pipeline.stages.classify.linear import Weights, score
from pipeline.stages.classify.vocabulary import Vocabulary
from pipeline.training.calibrate import best_thresholds, platt
from pipeline.training.corpus_data import LabelledSentence, truth_of
from pipeline.training.linear import SEED, Recipe, label_regression

Numbers = NDArray[np.float64]
_RUNS = 40
"""Into so many runs of neighbours sentences are divided."""


class MeasureClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """TF-IDF of words, characters, neighbours and heading; one logistic regression a label.

    Sentences are texts, `Example`s with neighbours and heading, or a data frame with the columns
    `text` and, where known, `before`, `after` and `heading`. Labels are a table [sentences, labels]
    of 0 and 1 or a list of two classes.

    Args:
        min_sentences: features of fewer sentences are dropped.
        penalty: inverse regularisation.
        calibration_share: share of the sentences that probabilities and thresholds are fitted on,
            taken in runs of neighbours, so that most documents stay whole.

    Attributes:
        classes_: the two classes, or the numbers of the labels.
        thresholds_: the lowest probability at which a label is given.

    >>> texts = ["Vi anställer två till.", "Mötet öppnas.", "Nya tjänster tillsätts.", "Paus."] * 8
    >>> model = MeasureClassifier().fit(texts, [1, 0, 1, 0] * 8)
    >>> model.predict(["Fler tjänster tillsätts nu."]).tolist()
    [1]
    """

    def __init__(
        self, min_sentences: int = 2, penalty: float = 5.0, calibration_share: float = 0.25
    ) -> None:
        self.min_sentences = min_sentences
        self.penalty = penalty
        self.calibration_share = calibration_share

    def fit(self, X: Any, y: ArrayLike) -> MeasureClassifier:
        """Learn the labels.

        Raises:
            ValueError: sentences and labels differ in number, a column has one class only, or too
                few sentences are left to calibrate on.
        """
        examples, truth = as_examples(X), self._table(y)
        if len(examples) != len(truth):
            raise ValueError(f"{len(examples)} sentences, but labels of {len(truth)}")
        held = held_out(len(examples), self.calibration_share)
        known, later = truth[~held], truth[held]
        for part, name in ((known, "learn from"), (later, "calibrate on")):
            if not (part.any(axis=0) & ~part.all(axis=0)).all():
                raise ValueError(f"every label needs sentences with and without it to {name}")
        learned = [example for example, h in zip(examples, held, strict=True) if not h]
        self.vocabulary_ = Vocabulary.learn(
            learned, min_sentences=self.min_sentences, block_weights=Recipe().block_weights
        )
        matrix = self.vocabulary_.rows(learned)
        fitted = [label_regression(self.penalty).fit(matrix, column) for column in known.T]
        self.coef_ = np.vstack([one.coef_ for one in fitted]).T.astype(np.float32)
        self.intercept_ = np.array([one.intercept_[0] for one in fitted], dtype=np.float32)
        scored = np.ones_like(later)
        margins = self._margins([example for example, h in zip(examples, held, strict=True) if h])
        self.slope_, self.shifts_ = platt(margins, later, scored)
        self.thresholds_ = best_thresholds(self._probabilities(margins), later, scored)
        return self

    def decision_function(self, X: Any) -> Numbers:
        """Return margins: [sentences, labels], or [sentences] for two classes."""
        check_is_fitted(self)
        margins = self._margins(as_examples(X)).astype(np.float64)
        return margins[:, 0] if self._binary else margins

    def predict_proba(self, X: Any) -> Numbers:
        """Return calibrated probabilities: [sentences, labels], or [sentences, 2]."""
        check_is_fitted(self)
        found = self._probabilities(self._margins(as_examples(X)))
        return np.hstack([1 - found, found]) if self._binary else found

    def predict(self, X: Any) -> NDArray[Any]:
        """Return 0 and 1 for every label, [sentences, labels], or the class of each sentence."""
        check_is_fitted(self)
        given = self._probabilities(self._margins(as_examples(X))) >= self.thresholds_
        return self.classes_[given[:, 0].astype(int)] if self._binary else given.astype(int)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.classifier_tags.multi_class = False
        tags.classifier_tags.multi_label = True
        tags.target_tags.required = True
        tags.no_validation = True
        return tags

    def _table(self, y: ArrayLike) -> NDArray[np.bool_]:
        kind = type_of_target(y, raise_unknown=True)
        self._binary = kind == "binary"
        if self._binary:
            self.classes_, numbers = np.unique(np.asarray(y), return_inverse=True)
            return numbers.reshape(-1, 1).astype(bool)
        if kind != "multilabel-indicator":
            raise ValueError(f"labels are two classes or a table of 0 and 1, not {kind}")
        table = np.asarray(y).astype(bool)
        self.classes_ = np.arange(table.shape[1])
        return table

    def _margins(self, examples: Sequence[Example]) -> NDArray[np.float32]:
        nothing = np.zeros((0, 0), dtype=np.float32)
        ones = np.ones(self.coef_.shape[1], dtype=np.float32)
        weights = Weights(self.coef_, ones, self.intercept_, nothing, nothing)
        return score(self.vocabulary_, weights, examples)

    def _probabilities(self, margins: NDArray[np.float32]) -> Numbers:
        return np.asarray(1 / (1 + np.exp(-(self.slope_ * margins + self.shifts_))), np.float64)


def held_out(count: int, share: float) -> NDArray[np.bool_]:
    """Return which of `count` sentences to calibrate on: runs of neighbours drawn with one seed."""
    run = np.arange(count) // max(1, count // _RUNS)
    runs = int(run.max(initial=-1)) + 1
    drawn = np.random.default_rng(SEED).permutation(runs)[: round(runs * share)]
    marks: NDArray[np.bool_] = np.isin(run, drawn)
    return marks


def as_examples(sentences: Any) -> list[Example]:
    """Return texts, examples or the rows of a data frame as examples.

    Raises:
        TypeError: an item is neither a text nor an example, or a frame has no column `text`.
    """
    if hasattr(sentences, "columns"):
        if "text" not in sentences.columns:
            raise TypeError("a data frame of sentences needs a column `text`")
        columns = [
            sentences[name] if name in sentences.columns else [""] * len(sentences)
            for name in ("before", "text", "after", "heading")
        ]
        return [Example(*map(str, row)) for row in zip(*columns, strict=True)]
    return [_example(sentence) for sentence in sentences]


def _example(sentence: object) -> Example:
    if isinstance(sentence, Example):
        return sentence
    if isinstance(sentence, str):
        return Example("", " ".join(sentence.split()), "")
    raise TypeError(f"a sentence is a text or an Example, not {type(sentence).__name__}")


def as_xy(
    sentences: Sequence[LabelledSentence],
) -> tuple[list[Example], NDArray[np.int64], NDArray[np.str_]]:
    """Return examples, labels [sentences, labels of the codebook] and documents, to group by.

    Sentences with disputed labels should be left out before: here such a label counts as absent.
    """
    truth, _ = truth_of(sentences)
    documents = np.array([sentence.document for sentence in sentences])
    return [sentence.example for sentence in sentences], truth.astype(np.int64), documents
