"""Thresholds: as many labels are given as hold."""

from __future__ import annotations

import numpy as np

from pipeline.training.calibrate import GRID, best_thresholds


def test_as_many_labels_are_given_as_hold() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random((20_000, 2)) < (0.3, 0.2)
    scores = np.where(truth, rng.beta(4, 2, truth.shape), rng.beta(2, 5, truth.shape))
    scores[:, 1] = scores[:, 1] * 0.7
    scored = np.ones_like(truth)
    thresholds = best_thresholds(scores, truth, scored)
    given = (scores >= thresholds).sum(axis=0)
    assert np.all(np.abs(given - truth.sum(axis=0)) < 0.1 * truth.sum(axis=0))
    assert thresholds[1] < thresholds[0], "each label's own, where it has positives enough"


def test_few_positives_follow_the_threshold_for_all() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random((20_000, 2)) < 0.3
    scores = np.where(truth, rng.beta(4, 2, truth.shape), rng.beta(2, 5, truth.shape))
    scored = np.ones_like(truth)
    scored[20:, 1] = False
    scores[:, 1] /= 2
    frequent, rare = best_thresholds(scores, truth, scored)
    assert abs(frequent - rare) < 0.01


def test_what_is_not_scored_does_not_count() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random((5_000, 1)) < 0.3
    scores = np.where(truth, rng.beta(4, 2, truth.shape), rng.beta(2, 5, truth.shape))
    disputed = np.arange(5_000)[:, None] % 2 == 0
    kept = ~disputed[:, 0]
    alone = best_thresholds(scores[kept], truth[kept], np.ones_like(truth[kept]))
    wrong = np.where(disputed, ~truth, truth)
    assert best_thresholds(scores, wrong, ~disputed) == alone
    assert GRID[0] <= alone[0] <= GRID[-1]
