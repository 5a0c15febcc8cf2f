"""The labels of the four real documents find their sentences again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.evaluation.chain_on_seeds import agreement
from pipeline.evaluation.seed_sentences import with_text
from pipeline.training.corpus_data import read_labelled

ROOT = Path(__file__).parents[1]
ANNOTATION = ROOT / "corpus" / "seeds" / "annotation.jsonl"
SEEDS = ROOT.parent / "shared" / "seeds"


def test_the_annotation_holds_no_text() -> None:
    for line in ANNOTATION.read_text(encoding="utf-8").splitlines():
        assert set(json.loads(line)) == {"source", "check", "labels", "disputed"}


@pytest.mark.skipif(not SEEDS.is_dir(), reason="shared/seeds is not in this checkout")
def test_nearly_every_sentence_is_found_again(tmp_path: Path) -> None:
    found = list(with_text(ANNOTATION, SEEDS))
    wanted = ANNOTATION.read_text(encoding="utf-8").splitlines()
    assert len(found) >= 0.95 * len(wanted)
    file = tmp_path / "seeds.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in found), encoding="utf-8")
    assert sum(bool(one.gold) for one in read_labelled(file)) > 150


@pytest.mark.skipif(not SEEDS.is_dir(), reason="shared/seeds is not in this checkout")
def test_the_document_tells_who_acts_where_a_sentence_alone_does_not() -> None:
    shares = agreement(ANNOTATION, SEEDS)
    assert shares["attribute"]["scope"] > shares["classify"]["scope"] + 0.05
    assert shares["attribute"]["status"] == shares["classify"]["status"] > 0.75
