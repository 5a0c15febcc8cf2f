"""A new label from a few examples: what the notebook on it calls."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="pip install 'kommunlupp[train]'")

from pipeline.training.few_examples import FineTuned

WITH = ["Nämnden inför en digital tjänst.", "En app tas i bruk i kommunen.", "Systemet byts ut."]
WITHOUT = ["Mötet öppnas av ordföranden.", "Protokollet justeras.", "Nästa möte hålls i maj."]


def test_the_encoder_learns_a_few_examples_and_the_same_each_time() -> None:
    texts, labels = [*WITH, *WITHOUT] * 4, [1, 1, 1, 0, 0, 0] * 4
    first, second = (FineTuned().fit(texts, labels).probabilities(texts[:6]) for _ in range(2))
    assert first.tolist() == pytest.approx(second.tolist(), abs=1e-6)
    assert min(first[:3]) > 0.5 > max(first[3:])
    assert FineTuned().probabilities([]).shape == (0,)
