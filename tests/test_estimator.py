"""The measure classifier as a scikit-learn estimator."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from early_batches import early_sentences
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import estimator_checks

from pipeline.codebook import LABELS
from pipeline.sklearn_estimator import MeasureClassifier, as_examples, as_xy
from pipeline.stages.classify.examples import Example

CORPUS = Path(__file__).parents[1] / "corpus" / "measures"
DELEGATION = LABELS.index("delegation")
LEARNED = 2595
"""Sentences learned from, of some 6,000."""


@pytest.fixture(scope="module")
def data() -> tuple[list[Example], Any, Any]:
    """Documents in the order of a hash: those of a batch, which follow each other, are alike."""
    sentences = early_sentences(CORPUS / "validation.jsonl")
    return as_xy(sorted(sentences, key=lambda one: hashlib.sha256(one.document.encode()).digest()))


@pytest.fixture(scope="module")
def fitted(data: tuple[list[Example], Any, Any]) -> MeasureClassifier:
    X, y, _ = data
    return MeasureClassifier().fit(X[:LEARNED], y[:LEARNED])


@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_tags_renamed,
        estimator_checks.check_valid_tag_types,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_do_not_raise_errors_in_init_or_set_params,
        estimator_checks.check_mixin_order,
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_set_params,
    ],
    ids=lambda check: check.__name__,
)
def test_estimator_checks_that_apply(check: Any) -> None:
    """scikit-learn's other checks feed tables of numbers; their like on sentences follow."""
    check("MeasureClassifier", MeasureClassifier())


def test_fit_and_predict_are_functions_of_their_input(fitted: MeasureClassifier, data: Any) -> None:
    X, y, _ = data
    model = MeasureClassifier(penalty=3.0)
    before = model.get_params()
    assert model.fit(X[:300], y[:300, :1] @ np.ones(1)) is model
    assert model.get_params() == before
    some = X[900:930]
    together = fitted.predict_proba(some)
    one_by_one = np.vstack([fitted.predict_proba([example]) for example in some])
    backwards = fitted.predict_proba(some[::-1])[::-1]
    assert np.allclose(together, one_by_one, atol=1e-5)
    assert np.allclose(together, backwards, atol=1e-5)


def test_learns_the_codebooks_labels(fitted: MeasureClassifier, data: Any) -> None:
    X, y, _ = data
    given, probable = fitted.predict(X[LEARNED:]), fitted.predict_proba(X[LEARNED:])
    assert given.shape == probable.shape == fitted.decision_function(X[LEARNED:]).shape
    assert given.shape == (len(X) - LEARNED, len(LABELS))
    right = (given & y[LEARNED:]).sum()
    assert 2 * right / (given.sum() + y[LEARNED:].sum()) > 0.35  # 0.47 when this was written
    assert ((probable >= 0) & (probable <= 1)).all()
    likely, holds = probable[:, DELEGATION], y[LEARNED:, DELEGATION] == 1
    assert likely[holds].mean() > max(0.3, 10 * likely[~holds].mean())


def test_probabilities_are_calibrated(fitted: MeasureClassifier, data: Any) -> None:
    X, y, _ = data
    assert abs(fitted.predict_proba(X[LEARNED:]).mean() - y[LEARNED:].mean()) < 0.03


def test_two_classes(data: Any) -> None:
    X, y, _ = data
    names = np.where(y[:, DELEGATION] == 1, "ja", "nej")
    model = MeasureClassifier().fit(X, names)
    assert model.classes_.tolist() == ["ja", "nej"]
    assert set(model.predict(X[:50])) <= {"ja", "nej"}
    assert model.predict_proba(X[:50]).shape == (50, 2)
    assert np.allclose(model.predict_proba(X[:50]).sum(axis=1), 1)
    assert model.score(X, names) > 0.9


def test_cross_validation_by_document_and_grid_search(data: Any) -> None:
    X, y, documents = data
    target = y[:, DELEGATION]
    model = MeasureClassifier(min_sentences=3)
    scores = cross_val_score(
        model, X, target, groups=documents, cv=GroupKFold(2), scoring="average_precision"
    )
    assert scores.min() > 2 * target.mean()
    search = GridSearchCV(model, {"penalty": [0.5, 5.0]}, cv=2, scoring="average_precision")
    assert search.fit(X, target).best_score_ > 2 * target.mean()


def test_clone_pickle_and_pipeline(fitted: MeasureClassifier, data: Any) -> None:
    X, _, _ = data
    copy = clone(fitted)
    with pytest.raises(NotFittedError):
        copy.predict(X[:1])
    again = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(again.predict_proba(X[:20]), fitted.predict_proba(X[:20]))
    upper = make_pipeline(FunctionTransformer(list), clone(fitted))
    assert upper.get_params()["measureclassifier__penalty"] == 5.0


def test_texts_frames_and_examples_are_the_same_sentences() -> None:
    frame = pd.DataFrame({"text": ["Vi anställer."], "heading": ["Personal"]})
    assert as_examples(frame) == [Example("", "Vi anställer.", "", "Personal")]
    assert as_examples(["Vi  anställer.\n"]) == [Example("", "Vi anställer.", "")]
    with pytest.raises(TypeError, match="column `text`"):
        as_examples(pd.DataFrame({"mening": ["Vi anställer."]}))
    with pytest.raises(TypeError, match="not int"):
        as_examples([3])


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        (["a", "b"], [1], "2 sentences, but labels of 1"),
        (["a"] * 20, [0] * 20, "sentences with and without"),
        (["a"] * 20, list(range(20)), "two classes"),
    ],
)
def test_labels_that_cannot_be_learned(texts: list[str], labels: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MeasureClassifier().fit(texts, labels)
