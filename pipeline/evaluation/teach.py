"""A new label from a few examples: how many are needed, and what a list of words would do."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import StratifiedGroupKFold

from pipeline.api import Analysis
from pipeline.sklearn_estimator import MeasureClassifier

SEED = 20


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
    """F1 of the classifier and of a list of words (a pattern), on documents held out."""
    split = StratifiedGroupKFold(folds, shuffle=True, random_state=SEED)
    answers = pd.DataFrame(index=labelled.index, columns=["klassificeraren", "ordlistan"])
    for train, test in split.split(labelled["text"], labelled[label], labelled["document"]):
        known, held = labelled.iloc[train], labelled.iloc[test]
        model = MeasureClassifier().fit(known[["text"]], known[label])
        answers.iloc[test, 0] = model.predict(held[["text"]])
        answers.iloc[test, 1] = [bool(re.search(words, t, re.I)) for t in held["text"]]
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
