"""Labelled sentences and answers of models that exist only as numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.classify import Example
from pipeline.stages.classify.answers import Outputs
from pipeline.training.corpus_data import Gold, LabelledSentence


def sentence(document: str, *gold: Gold, disputed: tuple[str, ...] = ()) -> LabelledSentence:
    return LabelledSentence(Example("", document, ""), gold, document, frozenset(disputed))


def said(margins: NDArray[np.float32]) -> Outputs:
    n = len(margins)
    return Outputs(margins, np.zeros((n, 12, 5), np.float32), np.zeros((n, 12, 4), np.float32))
