"""The fine-tuned encoder at run time: what it reads, and that company does not change answers."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny_bert import documents, tiny_bert, write
from tokenizers import Tokenizer

from pipeline.errors import ModelError
from pipeline.stages.classify import Example, load_model
from pipeline.stages.classify.encoder import EncoderModel, arrays
from pipeline.stages.classify.load import version_of
from pipeline.stages.classify.pieces import Encoded, Limits, PieceReader
from pipeline.training.corpus_data import read_labelled

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("onnx")

from pipeline.training.classifier.base import load_base  # noqa: E402
from pipeline.training.classifier.network import MeasureNetwork  # noqa: E402
from pipeline.training.classifier.shipping import ship  # noqa: E402
from pipeline.training.linear import Recipe, train  # noqa: E402


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    path = write(tmp_path_factory.mktemp("data") / "d.jsonl", documents(8))
    return [one.example for one in read_labelled(path)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of random weights: an int8 encoder with a linear model beside."""
    made = tmp_path_factory.mktemp("encoder-model")
    base = load_base(str(tiny_bert(tmp_path_factory.mktemp("bert"))), 0.0)
    network = MeasureNetwork(base.encoder, 0.0).eval()
    sentences = read_labelled(write(made / "d.jsonl", documents(8)))
    (made / "d.jsonl").unlink()
    encoded = base.reader()([one.example for one in sentences])
    ship(network, base, encoded, sentences, train(sentences, sentences, Recipe()), made)
    return made


@pytest.fixture(scope="module")
def reader(folder: Path) -> PieceReader:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return PieceReader(
        tokenizer, 2, 3, Limits(30, text=15, heading=3, before=6, opening=2, after=4)
    )


def load(folder: Path) -> EncoderModel:
    model = load_model(folder)
    assert isinstance(model, EncoderModel)
    return model


def words(reader: PieceReader, text: str) -> list[int]:
    return reader([Example("", text, "")])[0].ids[3:-2]


def test_what_is_read(reader: PieceReader) -> None:
    one = reader([Example("Nämnden har infört rutiner.", "Enhet 3.", "Torget.", "Åtgärder")])[0]
    assert one.ids[0] == 2 and one.ids.count(3) == 4 and one.ids[-1] == 3
    assert one.ids[one.start : one.stop] == words(reader, "Enhet 3.")
    heading = words(reader, "Åtgärder")[:3]
    assert one.ids[1 : 1 + len(heading)] == heading
    whole = words(reader, "Nämnden har infört rutiner.")
    before = whole if len(whole) <= 6 else whole[:2] + whole[-4:]
    assert one.ids[one.start - 1 - len(before) : one.start - 1] == before


def test_of_what_stands_before_the_opening_and_the_end_are_read(reader: PieceReader) -> None:
    long = "Nämnden har anställt tre kuratorer i enhet 5 vid torget."
    pieces = words(reader, long)
    assert len(pieces) > 6
    one = reader([Example(long, "Enhet.", "")])[0]
    assert one.ids[2 : one.start - 1] == pieces[:2] + pieces[-4:]


def test_what_does_not_fit_is_cut_from_the_far_ends(reader: PieceReader) -> None:
    long = "Nämnden har anställt tre kuratorer i enhet 5 vid torget. " * 4
    pieces = words(reader, long)
    one = reader([Example(long, long, long, long)])[0]
    assert len(one.ids) == 30
    assert one.ids[one.start : one.stop] == pieces == words(reader, long)[:15]
    assert one.ids[1:4] == pieces[:3] and one.ids[4] == 3, "the heading's beginning"
    assert one.ids[one.start - 1] == 3
    tail = reader([Example("", "Enhet.", "", "")])[0]
    assert tail.ids[tail.start : tail.stop] == words(reader, "Enhet.")
    assert len(reader([Example("", "", "", "")])[0].ids) == 6, "an empty sentence has a piece"


def test_limits_within_a_small_encoder() -> None:
    small = Limits().within(64)
    assert small.total == 64 and small.text == 59
    assert Limits().within(512) == Limits()


def test_company_does_not_change_an_answer(folder: Path, examples: list[Example]) -> None:
    model = load(folder)
    together = model.outputs(examples)
    backwards = model.outputs(examples[::-1])
    for row in range(0, len(examples), 7):
        alone = model.outputs([examples[row]])
        for whole, turned, one in zip(together, backwards, alone, strict=True):
            assert np.array_equal(whole[row], one[0])
            assert np.array_equal(turned[len(examples) - 1 - row], one[0])


def test_threads_do_not_change_an_answer(
    folder: Path, examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = []
    for threads in ("1", "2"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        scores.append(load(folder).probabilities(examples))
    assert np.array_equal(*scores)


def test_nothing_asked_nothing_said(folder: Path) -> None:
    model = load(folder)
    assert model.predict([]) == [] and model.probabilities([]).shape == (0, 12)
    assert len(model.predict([Example("", "", "")])) == 1


def test_mixture(folder: Path, examples: list[Example]) -> None:
    """The linear model learned what the random encoder cannot know, so it is taken up."""
    model = load(folder)
    assert model.mixture and 0 < model.mixture.share.max() < 1
    mixture = replace(model.mixture, least=0.0)
    linear = mixture.linear.outputs(examples)
    model.mixture = mixture
    mixed = model.outputs(examples).margins
    model.mixture = None
    alone = model.outputs(examples).margins
    share = np.array(json.loads((folder / "model.json").read_text())["linear_share"])
    read = mixture.worth_reading(linear)
    assert read.any() and not read.all()
    both = (1 - share) * alone + share * linear.margins
    assert np.allclose(mixed[read], both[read], atol=1e-5)
    assert np.array_equal(mixed[~read], linear.margins[~read])


def test_a_model_that_does_not_say_what_it_reads_is_refused(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    settings = json.loads((folder / "model.json").read_text())
    del settings["limits"]["opening"]
    (tmp_path / "model.json").write_text(json.dumps(settings))
    with pytest.raises(ModelError, match="opening"):
        load_model(tmp_path)


def test_version_follows_the_linear_model(folder: Path) -> None:
    before = version_of(folder)
    weights = folder / "linear" / "vocabulary.txt.gz"
    kept = weights.read_bytes()
    weights.write_bytes(kept + b"x\n")
    assert version_of(folder) != before
    weights.write_bytes(kept)
    (folder / "README.md").write_text("A card.", encoding="utf-8")
    assert version_of(folder) == before


def test_sentence_marks() -> None:
    ids, sentence = arrays([Encoded([2, 7, 3], 1, 2), Encoded([2, 8, 3], 0, 2)])
    assert ids.tolist() == [[2, 7, 3], [2, 8, 3]]
    assert sentence.tolist() == [[False, True, False], [True, True, False]]
