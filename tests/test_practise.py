"""What an encoder practises on: prose of municipalities, as an earlier model reads it."""

from __future__ import annotations

import lzma
from pathlib import Path

import numpy as np
import pytest

from pipeline.codebook import LABELS, STATUSES
from pipeline.resources import model_folder
from pipeline.stages.classify import load_model

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from pipeline.training.classifier import practise  # noqa: E402
from pipeline.training.seen_text import LabelledText  # noqa: E402

KEPT = (
    "Socialnämnden i den lilla kommunen har anställt tre nya handläggare under hösten. "
    "Förvaltningen redovisade dessutom hur länge utredningarna hade tagit i genomsnitt."
)
LABELLED = (
    "Kommunen har infört en ny rutin för hur orosanmälningar ska tas emot efter kontorstid. "
    "Nämnden fick information om den vid sitt senaste sammanträde i kommunhuset vid ån."
)
ELSEWHERE = "Statsministern reste till Bryssel. " * 5


def test_paragraphs_of_municipalities_without_labelled_sentences(tmp_path: Path) -> None:
    for source in practise.SOURCES:
        with lzma.open(tmp_path / f"{source}.txt.xz", "wt", encoding="utf-8") as out:
            if source == "government":
                out.write("\n".join((KEPT, LABELLED, ELSEWHERE, "Kommunen och nämnden.")))
    known = LabelledText.of([LABELLED[: LABELLED.index(". ") + 1]])
    found = list(practise.local_prose(tmp_path, known))
    assert [one.text for one in found] == [KEPT[:82].strip(), KEPT[82:].strip()]
    assert found[0].after == found[1].text and found[1].before == found[0].text


def test_teacher_says_what_is_learned() -> None:
    texts = [KEPT[:82], "Sommaren var varm och torr.", "Torget är stort.", "Solen sken."]
    examples = [practise.Example("", text.strip(), "") for text in texts]
    teacher = load_model(model_folder("linear"))
    chosen, targets = practise.taught(teacher, examples)
    assert [one.text for one in chosen] == [examples[0].text, examples[3].text]
    scores = teacher.probabilities(chosen)
    assert np.allclose(targets.labels.numpy(), scores) and scores[1].max() < practise.SPEAKS
    column = LABELS.index("recruitment")
    assert targets.statuses[0, column, STATUSES.index("taken")]
    holds = targets.statuses.any(dim=2).numpy()
    assert np.array_equal(holds, scores >= practise.LIKELY)
    assert np.array_equal(holds, targets.scopes.any(dim=2).numpy())
