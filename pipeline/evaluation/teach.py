"""A new label from a few examples: how many are needed, and which way of learning does best."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import StratifiedGroupKFold

from pipeline.api import Analysis
from pipeline.errors import MissingDependencyError
from pipeline.sklearn_estimator import MeasureClassifier

if TYPE_CHECKING:
    from pipeline.training.few_examples import FineTuned

SEED = 20


def some_of_each(labelled: pd.DataFrame, label: str, count: int = 3) -> pd.DataFrame:
    """The first examples with a label and the first without it."""
    some: pd.DataFrame = labelled.groupby(label).head(count)
    return some


def learning_curve(
    labelled: pd.DataFrame, label: str, amounts: Sequence[int], folds: int = 4
) -> pd.DataFrame:
    """Average precision on documents that were not learned from, by number of examples.

    As somebody would who teaches a label, half of the examples with it are taken, half without.

    Args:
        labelled: columns `text`, `document` and `label`'s, 0 or 1.
    """
    split = StratifiedGroupKFold(folds, shuffle=True, random_state=SEED)
    rows = []
    for train, test in split.split(labelled["text"], labelled[label], labelled["document"]):
        known = _alternating(labelled.iloc[train], label)
        held = labelled.iloc[test]
        for amount in amounts:
            some = known.iloc[:amount]
            model = MeasureClassifier().fit(some[["text"]], some[label])
            ranked = model.decision_function(held[["text"]])
            rows.append((amount, average_precision_score(held[label], ranked)))
    curve = pd.DataFrame(rows, columns=["exempel", "medelprecision"])
    return curve.groupby("exempel").mean()


def _alternating(labelled: pd.DataFrame, label: str) -> pd.DataFrame:
    """Examples with the label and without it by turns, as far as both last."""
    mixed = labelled.iloc[np.random.default_rng(SEED).permutation(len(labelled))]
    with_it, without = mixed[mixed[label] == 1], mixed[mixed[label] == 0]
    pairs = min(len(with_it), len(without))
    turns = [with_it.iloc[[n // 2]] if n % 2 else without.iloc[[n // 2]] for n in range(2 * pairs)]
    return pd.concat(turns)


def compare(labelled: pd.DataFrame, label: str, words: str, folds: int = 4) -> pd.DataFrame:
    """The linear model, the fine-tuned encoder and a list of words, on documents held out.

    Args:
        words: a pattern; a sentence in which it is found is given the label.

    Raises:
        MissingDependencyError: torch or transformers are not installed.
    """
    fine_tuned = _fine_tuning()
    split = StratifiedGroupKFold(folds, shuffle=True, random_state=SEED)
    ways = ["linjär modell", "finjusterad kodare", "ordlista"]
    answers = pd.DataFrame(index=labelled.index, columns=ways)
    for train, test in split.split(labelled["text"], labelled[label], labelled["document"]):
        known, held = labelled.iloc[train], labelled.iloc[test]
        model = MeasureClassifier().fit(known[["text"]], known[label])
        answers.iloc[test, 0] = model.predict(held[["text"]])
        encoder = fine_tuned().fit(list(known["text"]), list(known[label]))
        answers.iloc[test, 1] = encoder.probabilities(list(held["text"])) >= 0.5
        answers.iloc[test, 2] = [bool(re.search(words, t, re.I)) for t in held["text"]]
    truth = labelled[label]
    rows = {}
    for name, given in answers.astype(int).items():
        right = int((given & truth).sum())
        rows[name] = {
            "precision": right / max(1, given.sum()),
            "täckning": right / truth.sum(),
            "F1": f1_score(truth, given),
        }
    return pd.DataFrame(rows).T.round(2)


def _fine_tuning() -> type[FineTuned]:
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "IProgress not found")  # no progress bar is drawn
            from pipeline.training.few_examples import FineTuned
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            f"{error.name} is not installed", remedy="pip install 'kommunlupp[train]'"
        ) from error
    return FineTuned


def use(model: MeasureClassifier, docs: Sequence[Analysis], at_most: int = 10) -> pd.DataFrame:
    """The sentences of documents that a two-class model is surest of."""
    rows = [
        {
            "dokument": doc.document.source.rpartition("/")[2],
            "mening": " ".join(doc.text[one.start : one.end].split()),
        }
        for doc in docs
        for one in doc.document.sentences
    ]
    frame = pd.DataFrame(rows)
    frame["sannolikhet"] = model.predict_proba(frame["mening"])[:, 1].round(2)
    best = frame.sort_values("sannolikhet", ascending=False, kind="stable").head(at_most)
    return best.reset_index(drop=True)


def to_label_next(
    model: MeasureClassifier, docs: Sequence[Analysis], at_most: int = 8
) -> pd.DataFrame:
    """The sentences nearest to a two-class model's threshold: they teach most."""
    everything = use(model, docs, at_most=sum(len(doc.document.sentences) for doc in docs))
    away = (everything["sannolikhet"] - model.thresholds_[0]).abs()
    nearest: pd.DataFrame = everything.loc[away.sort_values(kind="stable").index].head(at_most)
    return nearest
