"""Train the linear model: `python -m pipeline.training.linear [--sentences FILE.jsonl]`.

Trains on `corpus/measures/train.jsonl`, and on a file of single sentences where one is given;
calibrates and sets thresholds on `corpus/measures/validation.jsonl`; measures that, the test split
and further files, which nothing is fitted to. Deterministic: the same files give the same weights.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.evaluation.measures import evaluate
from pipeline.stages.classify.examples import MeasureModel
from pipeline.stages.classify.linear import LinearModel, Weights, in_eight_bits, score
from pipeline.stages.classify.vocabulary import Vocabulary
from pipeline.training.calibrate import calibrate
from pipeline.training.corpus_data import LabelledSentence, read_labelled

SEED = 20
TOLERANCE = 1e-3
UNSEEN = -10.0
"""Margin of a label, status or scope that does not occur in the sentences learned from."""


@dataclass(frozen=True)
class Recipe:
    """What was chosen on validation data; see the model card for what was tried.

    Attributes:
        min_sentences: rarer features are dropped.
        block_weights: words and pairs, characters, before, after, heading.
        single_weight: how much a sentence counts that one annotator labelled, outside the corpus.
        label_penalty, kind_penalty: inverse regularisation of labels, and of status and scope.
    """

    min_sentences: int = 2
    block_weights: tuple[float, ...] = (1.0, 1.0, 0.3, 0.3, 0.5)
    single_weight: float = 0.5
    label_penalty: float = 5.0
    kind_penalty: float = 5.0


def train(
    sentences: Sequence[LabelledSentence],
    validation: Sequence[LabelledSentence],
    recipe: Recipe,
    weights: Sequence[float] | None = None,
    kind_weights: Sequence[float] | None = None,
) -> LinearModel:
    """Return a calibrated model.

    Args:
        validation: sentences to calibrate on.
        weights: how much the sentences count; None: all alike.
        kind_weights: how much they count in telling status and scope; None: as in labels.
    """
    importance = np.ones(len(sentences)) if weights is None else np.array(weights)
    in_kinds = importance if kind_weights is None else np.array(kind_weights)
    examples = [sentence.example for sentence in sentences]
    vocabulary = Vocabulary.learn(
        examples, min_sentences=recipe.min_sentences, block_weights=recipe.block_weights
    )
    fitted = _fit(vocabulary, sentences, importance, in_kinds, recipe)
    margins = score(vocabulary, fitted, [sentence.example for sentence in validation])
    return LinearModel(vocabulary, fitted, calibrate(margins[:, : len(LABELS)], validation))


def _fit(
    vocabulary: Vocabulary,
    sentences: Sequence[LabelledSentence],
    importance: NDArray[np.float64],
    in_kinds: NDArray[np.float64],
    recipe: Recipe,
) -> Weights:
    matrix = vocabulary.rows([sentence.example for sentence in sentences])
    columns, bias = [], np.zeros(len(LABELS), np.float32)
    for index, label in enumerate(LABELS):
        truth = [any(gold.label == label for gold in s.gold) for s in sentences]
        if all(truth) or not any(truth):
            columns.append(np.zeros((1, matrix.shape[1])))
            bias[index] = -UNSEEN if truth[0] else UNSEEN
            continue
        fitted = label_regression(recipe.label_penalty).fit(matrix, truth, importance)
        columns.append(fitted.coef_)
        bias[index] = fitted.intercept_[0]
    places = [(row, gold) for row, s in enumerate(sentences) for gold in s.gold]
    rows = [row for row, _ in places]
    one_hot = csr_matrix(
        np.eye(len(LABELS), dtype=np.float32)[[LABELS.index(gold.label) for _, gold in places]]
    )
    inside = hstack([matrix[rows], one_hot]).tocsr()
    kinds = []
    for names, values in (
        (STATUSES, [gold.statuses[0] for _, gold in places]),
        (SCOPES, [gold.scopes[0] for _, gold in places]),
    ):
        coefficients = _multinomial(inside, values, names, in_kinds[rows], recipe.kind_penalty)
        columns.append(coefficients[:, : matrix.shape[1]])
        kinds.append(coefficients[:, matrix.shape[1] :].T.astype(np.float32))
    return Weights(*in_eight_bits(np.vstack(columns).T), bias, *kinds)


def label_regression(penalty: float) -> LogisticRegression:
    """Return the unfitted regression that tells one label; `penalty` is inverse regularisation."""
    return LogisticRegression(
        C=penalty,
        class_weight="balanced",
        solver="liblinear",
        tol=TOLERANCE,
        random_state=SEED,
    )


def _multinomial(
    matrix: csr_matrix,
    values: list[str],
    names: Sequence[str],
    importance: NDArray[np.float64],
    penalty: float,
) -> NDArray[np.float64]:
    """Fit one of `names` a row; the constant is left to the labels' own columns."""
    seen = sorted(set(values))
    coefficients = np.zeros((len(names), matrix.shape[1]))
    coefficients[[name not in seen for name in names], -len(LABELS) :] = UNSEEN
    if len(seen) > 1:
        fitted = LogisticRegression(
            C=penalty, fit_intercept=False, solver="lbfgs", tol=TOLERANCE, max_iter=300
        ).fit(matrix, values, importance)
        # Of two classes scikit-learn keeps the difference.
        halves = np.vstack([-fitted.coef_, fitted.coef_]) / 2
        rows = [names.index(name) for name in seen]
        coefficients[rows] = fitted.coef_ if len(seen) > 2 else halves
    return coefficients


def figures(model: MeasureModel, sentences: Sequence[LabelledSentence]) -> dict[str, Any]:
    """Return the figures that a model card quotes for labelled sentences.

    `labels` holds each label's precision, recall and positives: aggregation corrects its counts
    by them.
    """
    report = evaluate(model, sentences)
    return {
        "sentences": report.sentences,
        "micro_f1": round(report.micro_f1.value, 6),
        "micro_f1_low": round(report.micro_f1.low, 6),
        "micro_f1_high": round(report.micro_f1.high, 6),
        "macro_f1": round(report.macro_f1.value, 6),
        "any_kappa": round(report.any_kappa.value, 6),
        "status_accuracy": round(report.status_accuracy.value, 6),
        "scope_accuracy": round(report.scope_accuracy.value, 6),
        "ece_given": round(report.given.error, 6),
        "ece_every": round(report.every.error, 6),
        "sure_precision": round(report.sure_precision, 6),
        "sure_share": round(report.sure_share, 6),
        "labels": [
            {
                "label": one.label,
                "precision": round(one.precision, 6),
                "recall": round(one.recall, 6),
                "positives": one.positives,
            }
            for one in report.labels
        ],
    }


def main() -> None:
    """Run the command line; see the module's description."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpus/measures"))
    parser.add_argument(
        "--sentences", type=Path, nargs="*", default=[], help="single sentences, labelled once"
    )
    parser.add_argument("--measure", type=Path, nargs="*", default=[], help="more sets to measure")
    parser.add_argument("--out", type=Path, default=Path("models/linear"))
    arguments = parser.parse_args()
    validation, test = (arguments.corpus / f"{name}.jsonl" for name in ("validation", "test"))
    recipe = Recipe()
    corpus = read_labelled(arguments.corpus / "train.jsonl")
    singles = [sentence for path in arguments.sentences for sentence in read_labelled(path)]
    weights = [1.0] * len(corpus) + [recipe.single_weight] * len(singles)
    model = train([*corpus, *singles], read_labelled(validation), recipe, weights)
    model.save(arguments.out)
    measured = {
        path.stem: figures(model, read_labelled(path))
        for path in (validation, test, *arguments.measure)
    }
    (arguments.out / "metrics.json").write_text(
        json.dumps(measured, indent=2) + "\n", encoding="utf-8"
    )
    print(json.dumps(measured, indent=2))


if __name__ == "__main__":
    main()
