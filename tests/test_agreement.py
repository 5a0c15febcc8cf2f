"""Agreement figures: known values, and the corpus's own double annotation."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.evaluation.agreement import agreement, krippendorff_alpha, read_pairs

CORPUS = Path(__file__).parents[1] / "corpus"


def test_alpha_of_a_worked_example() -> None:
    """Ten items, two coders, binary data: Krippendorff (2011), section A, alpha = 0.095."""
    first = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    second = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    ratings = np.array([first, second], dtype=bool).T
    assert krippendorff_alpha(ratings) == pytest.approx(0.095, abs=0.001)


def test_full_and_no_agreement() -> None:
    same = {"funding": ("taken", "named")}
    assert agreement([(same, same), ({}, {})])["micro_f1"] == 1
    assert agreement([(same, {}), ({}, same), (same, same)])["micro_f1"] == 0.5


def test_the_corpus_was_annotated_twice() -> None:
    figures = agreement(list(read_pairs(CORPUS)))
    assert figures["sentences"] >= 600
    assert figures["alpha"] > 0.8
