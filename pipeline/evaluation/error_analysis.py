"""Where a measure model errs: confusions, thresholds, slices by genre and by OCR quality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from pipeline.codebook import LABELS, SWEDISH
from pipeline.evaluation.reliability import reliability
from pipeline.explore import html
from pipeline.explore.html import Html
from pipeline.explore.plots import BLUE, COMMA, Plot
from pipeline.explore.slider import slider
from pipeline.stages.classify import MeasureModel
from pipeline.training.corpus_data import LabelledSentence, truth_of

SEED = 20
_MISREAD = str.maketrans("åäöÅÄÖ", "adbAAO")
"""What a recogniser without Swedish makes of the letters it lacks: a coarse model of damage."""


@dataclass(frozen=True)
class Judged:
    """A model's answers to labelled sentences.

    Attributes:
        scores, truth, scored, given: [sentences, labels]; `scored`: not disputed.
    """

    sentences: Sequence[LabelledSentence]
    scores: NDArray[np.float32]
    truth: NDArray[np.bool_]
    scored: NDArray[np.bool_]
    given: NDArray[np.bool_]


def judge(model: MeasureModel, sentences: Sequence[LabelledSentence]) -> Judged:
    """Ask a model about labelled sentences."""
    examples = [sentence.example for sentence in sentences]
    truth, scored = truth_of(sentences)
    given = np.zeros_like(truth)
    for row, labels in enumerate(model.predict(examples)):
        given[row, [LABELS.index(label.label) for label in labels]] = True
    return Judged(sentences, model.probabilities(examples), truth, scored, given & scored)


def confusions(judged: Judged) -> pd.DataFrame:
    """Of sentences that lack a right label: what was given in its place; rows missed labels.

    The last column counts those that got no label at all; the last row labels given where the
    sentence speaks of no measure.
    """
    names = [SWEDISH[label] for label in LABELS]
    table = np.zeros((len(LABELS) + 1, len(LABELS) + 1), dtype=int)
    missed = judged.truth & ~judged.given
    extra = judged.given & ~judged.truth
    for row in range(len(judged.sentences)):
        lost, added = np.flatnonzero(missed[row]), np.flatnonzero(extra[row])
        for label in lost:
            for other in added if len(added) else (-1,):
                table[label, other] += 1
        if not judged.truth[row].any():
            table[-1, added] += 1
    return pd.DataFrame(table, index=[*names, "ingen åtgärd"], columns=[*names, "inget givet"])


def at_thresholds(judged: Judged, begin: float = 0.4) -> Html:
    """The figures of every label behind a slider of thresholds."""
    thresholds = [n / 10 for n in range(1, 10)]
    views = {html.decimal(t): html.table(per_label(judged, t), index=True) for t in thresholds}
    return slider(views, "Tröskel", begin=thresholds.index(begin))


def calibration(judged: Judged, title: str) -> Plot:
    """Draw the share of given labels that are right against the score that they were given."""
    figure = reliability(judged.scores[judged.given], judged.truth[judged.given])
    filled = [one for one in figure.bins if one.count]
    most = max((one.count for one in filled), default=1)

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color="#999", linestyle="--", label="perfekt kalibrering")
        axes.scatter(
            [one.mean_score for one in filled],
            [one.share_right for one in filled],
            s=[20 + 280 * one.count / most for one in filled],
            color=BLUE,
            alpha=0.75,
            label="etiketter (yta: antal)",
        )
        axes.set_xlabel("modellens sannolikhet")
        axes.set_ylabel("andel som är rätt")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(COMMA)
        axes.legend(frameon=False, loc="upper left")

    error = f"{figure.error:.3f}".replace(".", ",")
    return Plot(draw, f"{title} (ECE {error})", (5.2, 4.6))


def by_threshold(judged: Judged) -> pd.DataFrame:
    """Precision, recall and F1 of all labels together, at one threshold for all."""
    thresholds = np.round(np.arange(0.05, 1.0, 0.05), 2)
    rows = [_figures((judged.scores >= t) & judged.scored, judged.truth) for t in thresholds]
    return pd.DataFrame(rows, index=pd.Index(thresholds, name="tröskel"))


def per_label(judged: Judged, threshold: float | None = None) -> pd.DataFrame:
    """Figures a label, at its own threshold or at one for all."""
    given = judged.given
    if threshold is not None:
        given = (judged.scores >= threshold) & judged.scored
    rows = [_figures(given[:, i], judged.truth[:, i]) for i in range(len(LABELS))]
    frame = pd.DataFrame(rows, index=[SWEDISH[label] for label in LABELS])
    return frame.assign(förekomster=judged.truth.sum(axis=0)).round(2)


def by_genre(judged: Judged, least: int = 15) -> pd.DataFrame:
    """Figures a genre, those left out that have fewer than `least` labels in the truth."""
    genres = np.array([sentence.genre for sentence in judged.sentences])
    rows = {}
    for genre in sorted(set(genres)):
        mine = genres == genre
        if judged.truth[mine].sum() >= least:
            rows[genre] = _figures(judged.given[mine], judged.truth[mine]) | {
                "etiketter": int(judged.truth[mine].sum())
            }
    return pd.DataFrame(rows).T.sort_values("F1").round(2).astype({"etiketter": int})


def by_damage(
    model: MeasureModel, sentences: Sequence[LabelledSentence], shares: Sequence[float]
) -> pd.DataFrame:
    """F1 when a share of the sentences' å, ä and ö is misread and nothing repairs it."""
    rows = {}
    for share in shares:
        damaged = [_damaged(sentence, share, row) for row, sentence in enumerate(sentences)]
        judged = judge(model, damaged)
        rows[share] = _figures(judged.given, judged.truth)
    return pd.DataFrame(rows).T.rename_axis("andel felläst")


def surest_mistakes(judged: Judged, at_most: int = 8) -> pd.DataFrame:
    """The labels given most surely that the truth does not have."""
    wrong = np.argwhere(judged.given & ~judged.truth).tolist()
    places = sorted(wrong, key=lambda place: -float(judged.scores[tuple(place)]))
    rows = [
        {
            "given åtgärd": SWEDISH[LABELS[column]],
            "sannolikhet": round(float(judged.scores[row, column]), 2),
            "rätt": ", ".join(SWEDISH[gold.label] for gold in judged.sentences[row].gold) or "–",
            "mening": judged.sentences[row].example.text,
        }
        for row, column in places[:at_most]
    ]
    return pd.DataFrame(rows)


def _damaged(sentence: LabelledSentence, share: float, seed: int) -> LabelledSentence:
    random = np.random.default_rng([SEED, seed])
    text = "".join(
        c.translate(_MISREAD) if c in "åäöÅÄÖ" and random.random() < share else c
        for c in sentence.example.text
    )
    return replace(sentence, example=replace(sentence.example, text=text))


def _figures(given: NDArray[np.bool_], truth: NDArray[np.bool_]) -> dict[str, float]:
    right, found, there = int((given & truth).sum()), int(given.sum()), int(truth.sum())
    return {
        "precision": right / found if found else 0.0,
        "täckning": right / there if there else 0.0,
        "F1": 2 * right / (found + there) if found + there else 0.0,
    }
