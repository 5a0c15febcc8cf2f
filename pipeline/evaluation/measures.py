"""Figures for a measure model on labelled sentences; intervals by bootstrap over documents.

A label counts as found where the sentence has it, whatever status and scope were given; these are
judged on found labels alone, and any value that annotators allow is right. Disputed labels are
scored neither way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.codebook import LABELS
from pipeline.evaluation.reliability import Reliability, reliability
from pipeline.stages.classify.examples import Label, MeasureModel
from pipeline.training.corpus_data import LabelledSentence, truth_of

SAMPLES = 1000
SEED = 20
N = len(LABELS)
Counts = NDArray[np.float64]
"""[..., columns]: right, wrong and missed a label; the four cells of "any"; found, and how many of
these have the right status and scope."""
RIGHT, WRONG, MISSED = (slice(i * N, (i + 1) * N) for i in range(3))
ANY = slice(3 * N, 3 * N + 4)
FOUND, STATUS_RIGHT, SCOPE_RIGHT = range(ANY.stop, ANY.stop + 3)
COLUMNS = SCOPE_RIGHT + 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """How well one label is found; `positives` is how often it stands in the gold."""

    label: str
    precision: float
    recall: float
    f1: Figure
    positives: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything `kommunlupp evaluate measures` says of one model on one set.

    Attributes:
        macro_f1: mean over the labels that occur in the gold.
        any_kappa: Cohen's kappa for "this sentence speaks of a measure"; sentences that hold
            disputed labels and no other are left out.
        status_accuracy, scope_accuracy: on labels found.
        given: reliability of the labels that the model gives: what a reader sees.
        every: reliability of every label's probability for every sentence.
        sure_precision, sure_share: of the labels with at least the model's `review_below`, how
            many are right, and what share of all labels given they are.
    """

    sentences: int
    documents: int
    labels: tuple[LabelFigures, ...]
    micro_precision: float
    micro_recall: float
    micro_f1: Figure
    macro_f1: Figure
    any_kappa: Figure
    status_accuracy: Figure
    scope_accuracy: Figure
    given: Reliability
    every: Reliability
    sure_precision: float
    sure_share: float


def evaluate(model: MeasureModel, sentences: Sequence[LabelledSentence]) -> Report:
    """Run a model over labelled sentences (at least one) and return its figures."""
    examples = [sentence.example for sentence in sentences]
    answers = model.predict(examples)
    counts, documents = _by_document(sentences, answers)
    samples = _resampled(counts)
    total = counts.sum(axis=0)
    occurs = total[RIGHT] + total[MISSED] > 0

    def figure(of: Callable[[Counts], Counts]) -> Figure:
        low, high = np.quantile(of(samples), (0.025, 0.975))
        return Figure(float(of(total)), float(low), float(high))

    def per_label(column: int) -> LabelFigures:
        right, wrong, missed = (float(total[part][column]) for part in (RIGHT, WRONG, MISSED))
        f1 = figure(lambda c: _f1(c[..., RIGHT], c[..., WRONG], c[..., MISSED])[..., column])
        precision, recall = _ratio(right, right + wrong), _ratio(right, right + missed)
        return LabelFigures(LABELS[column], precision, recall, f1, int(right + missed))

    scores = model.probabilities(examples)
    truth, scored = truth_of(sentences)
    given = np.array([[_score(labels, name) for name in LABELS] for labels in answers])
    shown = (given > 0) & scored
    sure = shown & (given >= model.review_below)
    right, wrong, missed = (float(total[part].sum()) for part in (RIGHT, WRONG, MISSED))
    return Report(
        sentences=len(sentences),
        documents=documents,
        labels=tuple(per_label(column) for column in range(N)),
        micro_precision=_ratio(right, right + wrong),
        micro_recall=_ratio(right, right + missed),
        micro_f1=figure(_micro_f1),
        macro_f1=figure(
            lambda c: _f1(c[..., RIGHT], c[..., WRONG], c[..., MISSED])[..., occurs].mean(axis=-1)
        ),
        any_kappa=figure(lambda c: _kappa(c[..., ANY])),
        status_accuracy=figure(lambda c: c[..., STATUS_RIGHT] / np.maximum(c[..., FOUND], 1)),
        scope_accuracy=figure(lambda c: c[..., SCOPE_RIGHT] / np.maximum(c[..., FOUND], 1)),
        given=reliability(given[shown], truth[shown]),
        every=reliability(scores[scored], truth[scored]),
        sure_precision=_ratio(float(truth[sure].sum()), float(sure.sum())),
        sure_share=_ratio(float(sure.sum()), float(shown.sum())),
    )


def _by_document(
    sentences: Sequence[LabelledSentence], answers: Sequence[Sequence[Label]]
) -> tuple[Counts, int]:
    """Count what is right and wrong, a row a document."""
    rows = {name: i for i, name in enumerate(dict.fromkeys(s.document for s in sentences))}
    counts = np.zeros((len(rows), COLUMNS))
    for sentence, labels in zip(sentences, answers, strict=True):
        row = counts[rows[sentence.document]]
        gold = {g.label: g for g in sentence.gold if g.label not in sentence.disputed}
        found = {label.label: label for label in labels if label.label not in sentence.disputed}
        for column, name in enumerate(LABELS):
            row[RIGHT][column] += name in gold and name in found
            row[WRONG][column] += name not in gold and name in found
            row[MISSED][column] += name in gold and name not in found
        if gold or not sentence.disputed:
            row[ANY][2 * bool(gold) + bool(found)] += 1
        for name in gold.keys() & found.keys():
            row[FOUND] += 1
            row[STATUS_RIGHT] += found[name].status in gold[name].statuses
            row[SCOPE_RIGHT] += found[name].scope in gold[name].scopes
    return counts, len(rows)


def _resampled(counts: Counts) -> Counts:
    """Return sums over documents drawn with replacement, a row a sample."""
    documents = len(counts)
    draws = np.random.default_rng(SEED).multinomial(
        documents, np.full(documents, 1 / documents), size=SAMPLES
    )
    return draws.astype(np.float64) @ counts


def _f1(right: Counts, wrong: Counts, missed: Counts) -> Counts:
    return np.asarray(2 * right / np.maximum(2 * right + wrong + missed, 1e-9))


def _micro_f1(counts: Counts) -> Counts:
    return _f1(*(counts[..., part].sum(axis=-1) for part in (RIGHT, WRONG, MISSED)))


def _kappa(cells: Counts) -> Counts:
    """Cohen's kappa of the cells neither, only found, only gold, both; 0 where it is undefined."""
    n = np.maximum(cells.sum(axis=-1), 1)
    agree = (cells[..., 0] + cells[..., 3]) / n
    gold, found = (cells[..., 2] + cells[..., 3]) / n, (cells[..., 1] + cells[..., 3]) / n
    chance = gold * found + (1 - gold) * (1 - found)
    return np.asarray(np.where(chance < 1, (agree - chance) / np.maximum(1 - chance, 1e-9), 0.0))


def _score(labels: Sequence[Label], name: str) -> float:
    return next((label.score for label in labels if label.label == name), 0.0)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
