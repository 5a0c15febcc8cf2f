"""Shares of labelled text that a learning curve is drawn from."""

from itertools import pairwise
from pathlib import Path

from pipeline.evaluation.learning_curve import SHARES, share_of
from pipeline.training.corpus_data import read_labelled

VALIDATION = Path(__file__).parents[1] / "corpus" / "measures" / "validation.jsonl"


def test_shares_hold_whole_documents_and_each_other() -> None:
    sentences = read_labelled(VALIDATION)
    parts = [share_of(sentences, share) for share in SHARES]
    assert parts[-1] == sentences
    for smaller, larger in pairwise(parts):
        names = {one.document for one in smaller}
        assert smaller == [one for one in larger if one.document in names]
    documents = [len({one.document for one in part}) for part in parts]
    for share, count in zip(SHARES, documents, strict=True):
        assert abs(count / documents[-1] - share) < 0.08
