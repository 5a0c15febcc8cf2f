"""What the tagger is trained on: alignment, noise, and what is kept out."""

from __future__ import annotations

import json
import lzma
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.evaluation.ocr_bed import read_bed
from pipeline.resources import gazetteer_folder
from pipeline.stages.restore.alphabet import KEEP
from pipeline.stages.restore.model import RestorerModel
from pipeline.training.aligned_pages import (
    MASKED,
    PagePair,
    build_alphabet,
    fold,
    labels,
    load_pages,
)
from pipeline.training.development_bed import write_bed
from pipeline.training.noise import NoiseSampler, count_confusions
from pipeline.training.restorer import Recipe, make, read_recipe
from pipeline.training.seen_text import SeenText

GOLD = "Åtgärder för ökad trygghet gäller både små och stora skolor i området."
RAW = "Atgdrder for dkad trygghet gdller bade sma och stora skolor i omradet."
PAGE = PagePair(GOLD, RAW, "eng", held_out=False)


def test_labels_turn_the_reading_into_the_print() -> None:
    alphabet = build_alphabet([PAGE], characters=100, outputs=50)
    marks = labels(RAW, GOLD, alphabet)
    assert MASKED not in marks
    read = [alphabet.outputs[m].replace(KEEP, c) for m, c in zip(marks, RAW, strict=True)]
    assert "".join(read) == GOLD


def test_unreadable_stretches_teach_nothing() -> None:
    alphabet = build_alphabet([PAGE], characters=100, outputs=50)
    garbled = RAW.replace("trygghet", "|||||||||||||||")
    assert (labels(garbled, GOLD, alphabet) == MASKED).sum() > 8


def test_noise_repeats_what_one_page_confused() -> None:
    counts = count_confusions(PAGE)
    assert counts["ä"] == {"d": 2}
    assert counts["å"] == {"a": 3}
    noisy = NoiseSampler([PAGE], seed=1)("små åtgärder i både små skolor")
    assert noisy == "sma atgdrder i bade sma skolor"


def test_pages_are_folded_and_split_by_number(tmp_path: Path) -> None:
    page = {"gold": "Ett  ord\n\n\nändå ett till ", "raw": "Ett ord\nanda ett  till", "lang": "eng"}
    hopeless = {**page, "raw": "#" * 40}
    lines = [json.dumps(page)] * 10 + [json.dumps(hopeless)]
    (tmp_path / "pages-0.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    pages = load_pages(tmp_path)
    assert [page.held_out for page in pages] == [n == 7 for n in range(10)]
    assert pages[0].gold == fold(page["gold"]) == "Ett ord\nändå ett till"


def test_what_a_bed_holds_is_kept_out(tmp_path: Path) -> None:
    text = "Nämnden har beslutat att anställa två handläggare vid enheten för barn och unga."
    (tmp_path / "000.gold.txt").write_text(
        "Rubrik\n" + text.replace("två ", "två\n"), encoding="utf-8"
    )
    seen = SeenText.of_beds([tmp_path])
    assert seen.holds(text)
    assert not seen.holds("Förvaltningen återkommer till nämnden med ett förslag i höst, sägs det.")


def test_the_shipped_recipe_is_read_and_wrong_ones_are_refused(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[1] / "configs" / "training" / "restorer.toml"
    assert read_recipe(shipped).pages == 1000
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(shipped.read_text(encoding="utf-8") + "paegs = 3\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="paegs"):
        read_recipe(wrong)


def test_pages_are_not_begun_without_every_language(tmp_path: Path) -> None:
    if not shutil.which("tesseract"):
        pytest.skip("Tesseract is not installed")
    command = [sys.executable, "-m", "pipeline.training.ocr_pairs", "--out", str(tmp_path / "out")]
    empty = {**os.environ, "TESSDATA_PREFIX": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, env=empty)
    assert done.returncode != 0
    assert "lacks the language data" in done.stderr and "tesseract-ocr-nld" in done.stderr
    assert not (tmp_path / "out").exists()


def test_one_command_makes_a_restorer_and_does_nothing_twice(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    if not shutil.which("tesseract"):
        pytest.skip("Tesseract is not installed")
    text = tmp_path / "text"
    text.mkdir()
    for number, source in enumerate(("government", "parliament", "law", "city_council_debate")):
        draw = random.Random(number)  # no two alike: what was rendered is not drawn from again
        lines = [
            f"{' '.join(draw.choices(GOLD.split(), k=30))} {n} och nämnden sade ja"
            for n in range(60)
        ]
        with lzma.open(text / f"{source}.txt.xz", "wt", encoding="utf-8") as file:
            file.write("\n".join(lines))
    own = tmp_path / "own.jsonl"
    sentences = [{"text": "Trygghetsvandringar ordnas."}, {"text": "Fler trygghetsvandringar."}]
    own.write_text(json.dumps({"sections": [{"sentences": sentences}]}), encoding="utf-8")
    recipe = Recipe(
        text=text,
        corpus=(own,),
        gazetteer=gazetteer_folder(),
        work=tmp_path / "work",
        model=tmp_path / "model",
        pages=8,
        workers=1,
        minutes=0.01,
    )
    assert make(recipe) == [
        "ocr_pairs", "count_ngrams", "train_tagger", "export_tagger", "seal_restorer",
    ]  # fmt: skip
    bed = tmp_path / "bed"
    assert write_bed(recipe.work / "pairs", text, [], bed) == 1
    (held_out,) = read_bed(bed)
    assert held_out.raw != held_out.gold and "nämnden" in (held_out.reread or "")
    model = RestorerModel.load(recipe.model)
    version = model.version
    assert "trygghetsvandringar" in model.language.ids and "fler" not in model.language.ids
    assert make(recipe) == []
    other = recipe.model_copy(update={"seed": 2})
    assert make(other) == ["train_tagger", "export_tagger", "seal_restorer"]
    assert RestorerModel.load(recipe.model).version != version
