"""How much a linear model counts beside the encoder, and which sentences it answers alone."""

from __future__ import annotations

import numpy as np
import pytest
from made_up_answers import said, sentence

from pipeline.codebook import LABELS, STATUSES
from pipeline.training.corpus_data import Gold

pytest.importorskip("torch")

from pipeline.training.classifier.batches import Targets
from pipeline.training.classifier.mixing import (
    SHARES,
    best_share,
    best_shares,
    kind_surprises,
    least_odds,
    surprises,
)


def test_linear_model_is_mixed_in_only_where_it_helps() -> None:
    rng = np.random.default_rng(0)
    holds = rng.random(400) < 0.3
    gold = Gold(LABELS[0], ("taken",), ("named",))
    sentences = [sentence(f"{n}", *([gold] if h else [])) for n, h in enumerate(holds)]
    noise = rng.normal(size=(2, 400, 12)).astype(np.float32)
    known = noise.copy()
    known[:, :, 0] += np.where(holds, 1.5, -1.5)
    one, other, none = (said(margins) for margins in (known[0], known[1], noise[1]))
    assert best_shares(surprises(one, other, sentences))[0] > 0
    assert best_shares(surprises(one, none, sentences))[0] == 0


def test_share_that_surprises_least_is_taken_if_it_gains_enough() -> None:
    assert best_share({0.0: 1.1, 0.5: 1.0, 0.6: 1.005, 0.7: 1.02}) == 0.5
    assert best_share({0.0: 1.01, 0.5: 1.0}) == 0.0
    assert best_shares({0.0: [1.1, 1.01], 0.5: [1.0, 1.0], 0.6: [1.005, 1.02]}) == [0.5, 0.0]


def test_statuses_are_mixed_where_the_linear_model_knows_better() -> None:
    rng = np.random.default_rng(0)
    gold = [Gold(LABELS[0], (STATUSES[n],), ("named",)) for n in rng.integers(0, 2, 200)]
    sentences = [sentence(f"{n}", one) for n, one in enumerate(gold)]
    targets = Targets.of(sentences)
    noise = said(np.zeros((200, 12), np.float32))
    knows = noise._replace(statuses=4.0 * targets.statuses.numpy().astype(np.float32))
    assert best_share(kind_surprises(noise, knows, targets)) == SHARES[-1]
    assert best_share(kind_surprises(knows, noise, targets)) == 0


def test_encoder_is_asked_wherever_it_finds_what_the_linear_model_misses() -> None:
    """The encoder is right about all; the linear model doubts some of what holds, by their odds."""
    holds = np.arange(400) % 4 == 0
    gold = Gold(LABELS[0], ("taken",), ("named",))
    sentences = [sentence(f"{n}", *([gold] if h else [])) for n, h in enumerate(holds)]
    margins = np.full((400, 12), -6, np.float32)
    margins[:, 0] = np.where(holds, 4, -6)
    knows = said(margins)
    doubts = margins.copy()
    doubts[:, 0] = np.where(holds, -2.5, -5)
    least = least_odds(knows, said(doubts), sentences)
    assert -3.5 < least < -2.5, "not below what is never right, not above what it would lose"
    assert least_odds(knows, knows, sentences) > -1, "where both agree, nothing is lost"
