"""The parts of the restorer, each by itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import UsageError
from pipeline.evaluation.ocr_bed import read_bed
from pipeline.evaluation.restore import evaluate_bed
from pipeline.evaluation.restore_metrics import count_page, rates
from pipeline.resources import model_folder
from pipeline.stages.restore.alignment import outputs_of
from pipeline.stages.restore.alphabet import KEEP, PAD, Alphabet
from pipeline.stages.restore.candidates import Candidate, PageReader, Stretch
from pipeline.stages.restore.choice import PageChoice, Scorer
from pipeline.stages.restore.compounds import is_compound
from pipeline.stages.restore.language_model import (
    LanguageModel,
    Ngrams,
    hash_ngram,
    pack_counts,
)
from pipeline.stages.restore.model import load_model
from pipeline.stages.restore.neighbours import Neighbours, index
from pipeline.stages.restore.page import FoldedPage
from pipeline.stages.restore.plausibility import Plausibility, Weights
from pipeline.stages.restore.protect import Guard
from pipeline.stages.restore.tagger import MARGIN, WINDOW

BED = Path(__file__).parents[1].parent / "shared" / "ocr_bed"


def test_folding_traces_every_character() -> None:
    source = "  Ett \t ord\r\n\r\n och  ett till \n"
    page = FoldedPage.of(source)
    assert page.text == "Ett ord\noch ett till"
    for place, character in enumerate(page.text):
        start, end = page.source_span(place, place + 1)
        assert source[start:end].strip() == character.strip()
    assert FoldedPage.of(" \n ").text == ""


@pytest.mark.parametrize(
    ("raw", "gold", "expected"),
    [
        ("begiira", "begära", {3: "ä", 4: ""}),
        ("r inte", "är inte", {0: "ä" + KEEP}),
        ("6verens", "överens", {0: "ö"}),
        ("slut", "slut.", {3: KEEP + "."}),
        ("rnan", "man", {0: "m", 1: ""}),
    ],
)
def test_outputs_rebuild_the_printed_text(raw: str, gold: str, expected: dict[int, str]) -> None:
    wanted, doubtful = outputs_of(raw, gold)
    assert wanted == expected
    assert doubtful == []
    read = "".join(wanted.get(i, KEEP).replace(KEEP, c) for i, c in enumerate(raw))
    assert read == gold


def test_alphabet_knows_its_characters_only() -> None:
    alphabet = Alphabet("abc", (KEEP,))
    assert alphabet.encode("cab\U0001f600å").tolist() == [4, 2, 3, 1, 1]
    assert alphabet.profile(alphabet.encode("aab"))[2] > alphabet.profile(alphabet.encode("ab"))[2]


def model_of(*sentences: str) -> LanguageModel:
    words = [w for sentence in sentences for w in sentence.split()]
    order = sorted(set(words), key=lambda w: (-words.count(w), w))
    ids = {word: place for place, word in enumerate(order)}

    def ngrams(size: int) -> Ngrams:
        rows = [
            [ids[w] for w in sentence.split()[i : i + size]]
            for sentence in sentences
            for i in range(len(sentence.split()) - size + 1)
        ]
        keys, counts = np.unique(hash_ngram(*np.array(rows).T), return_counts=True)
        return Ngrams(keys, pack_counts(counts))

    counts = np.array([words.count(w) for w in order])
    return LanguageModel(ids, pack_counts(counts), ngrams(2), ngrams(3), float(counts.sum()))


def test_context_decides_between_words() -> None:
    model = model_of(
        "vi har gjort det", "vi har gjort mer", "det är här", "det är här nu", "här är"
    )
    vi, har, here, are = (model.ids[w] for w in ("vi", "har", "här", "är"))
    stop = np.array([-1, -1])
    scores = model.scores(stop, np.array([vi, vi]), np.array([har, here]))
    assert scores[0] > scores[1]
    scores = model.scores(stop, np.array([are, are]), np.array([har, here]))
    assert scores[0] < scores[1]
    unknown = model.scores(np.array([-1]), np.array([-1]), np.array([-1]))
    assert np.isfinite(unknown).all()


def test_compounds() -> None:
    parts = {"ungdom", "vård", "nämnd", "social"}
    assert is_compound("ungdomsvård", parts)
    assert is_compound("socialnämnd", parts)
    assert not is_compound("ungdomsvard", parts)
    assert not is_compound("sällsyntvård", parts)


def test_rare_words_are_no_parts_of_compounds() -> None:
    words = ["vård", "sällsynt"]
    model = LanguageModel(
        {word: number for number, word in enumerate(words)},
        pack_counts(np.array([400, 2])),
        *(Ngrams(np.zeros(1, np.uint32), np.zeros(1, np.uint8)) for _ in range(2)),
        total=402.0,
    )
    assert model.common == {"vård"}


def test_judgements_are_forgotten_and_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.stages.restore.plausibility.REMEMBERED", 1)
    model = LanguageModel(
        {"nämnd": 0, "och": 1},
        pack_counts(np.array([9, 9])),
        *(Ngrams(np.zeros(1, np.uint32), np.zeros(1, np.uint8)) for _ in range(2)),
        total=18.0,
    )
    plausibility = Plausibility(model, Weights())
    for _ in range(2):
        assert plausibility.judge("Nämnd och") == ((0, 1), ())
        assert plausibility.judge("Ndmnd") == ((-1,), ("ndmnd",))


def test_neighbours_look_alike() -> None:
    words = ["kommunen", "åtgärder", "nämnden"]
    neighbours = Neighbours(*index(words), words)
    assert neighbours.of("atgdrder", 5) == ["åtgärder"]
    assert neighbours.of("kornmunen", 5) == ["kommunen"]
    assert neighbours.of("skolan", 5) == []


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("ar", "år", True),
        ("www.", "wwv.", False),
        ("Www.", "Wwv.", False),
        ("wWw.", "wVv.", False),
        ("(Www.varmdo", "(Www.värmdö", False),
        ("Storgatan-Ostra", "Storgatan-Östra", True),
        ("(Ostra", "(Östra", True),
        ("2014", "2019", False),
        ("2014,", "2014.", True),
        ("SN2014/0231", "SN2014/0281", False),
        ("6verens", "överens", True),
        ("10sa", "lösa", True),
        ("1dn)", "län)", True),
        ("1", "i", True),
        ("1", "l", False),
        ("5", "s", False),
        ("asa@kommun.se", "åsa@kommun.se", False),
        ("www.varmdo.se", "www.värmdö.se", False),
        ("lO", "10", False),
        ("13-25", "13–25", True),
        ("13-25", "1325", False),
        ("20141227-4695", "20141227–4695", False),
        ("08-785", "08–785", False),
        ("20.9.2008", "20.9/2008", False),
        ("2025-2028", "2025–2028", True),
        ("årskurs 3", "årskurs ", False),
        ("KS", "S", False),
        ("KS 2015/123", "S 2015/123", False),
        ("kommuner/stadsdelar", "kommuneristadsdelar", False),
        ("IFO", "IF:", False),
        ("KSL", "KL", False),
        ("NULAGE", "NULÄGE", True),
        ("SA", "Så", True),
        ("”nu”", '”nu"', False),
        ('"nu"', "”nu”", False),
        ('"nu', "nu", True),
    ],
)
def test_numbers_and_addresses_are_frozen(before: str, after: str, verdict: bool) -> None:
    assert Guard(before).allows(after) is verdict


def test_metrics_count_what_was_repaired_and_damaged() -> None:
    figures = rates([count_page("pa 12 ar rätt", "på 12 år rätt", "på 13 år ratt")]).figures
    assert figures["wer"] == pytest.approx(0.5)
    assert figures["å_f1"] == 1.0
    assert figures["ä_recall"] == 0.0
    assert figures["edit_precision"] == pytest.approx(0.5)
    assert figures["edit_recall"] == 1.0
    assert figures["number_damage"] == 1.0
    assert figures["word_damage"] == 1.0


def test_a_folder_without_pages_is_no_bed(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read_bed(tmp_path)


@pytest.mark.skipif(not BED.is_dir(), reason="needs shared/ocr_bed")
def test_the_bed_is_repaired_better_than_it_is_read_again() -> None:
    results = {r.name: r.rates.figures for r in evaluate_bed(BED).results}
    ours = results["kommunlupp restore"]
    assert ours["wer"] <= 0.027
    assert ours["cer"] <= 0.006
    assert ours["wer"] < results["Tesseract with Swedish again"]["wer"]
    assert results["noisy channel, word by word"]["wer"] <= 0.17
    assert ours["number_damage"] <= 0.02


def test_a_tagger_without_an_opinion_still_gives_readings() -> None:
    """Where every output is equally unlikely, the likeliest are tried, and nothing is forbidden."""
    outputs = (KEEP, "å", "ä", "ö", *(f"<{number}>" for number in range(197)))
    likely = np.full((2, len(outputs)), -np.log(len(outputs)), dtype=np.float32)
    (stretch,) = PageReader("ar", likely, Alphabet("ar", outputs)).stretches()
    readings = {candidate.text for candidate in stretch.candidates}
    assert "ar" in readings and len(readings) > 1


def test_unlikely_readings_fall_out() -> None:
    outputs = (KEEP, "å", "ä", "ö")
    likely = np.log(np.array([[0.5, 0.3, 0.2, 0.0001], [0.6, 0.01, 0.01, 0.38]], dtype=np.float32))
    (stretch,) = PageReader("ar", likely, Alphabet("ar", outputs)).stretches()
    scores = {candidate.text: candidate.score for candidate in stretch.candidates}
    assert scores["år"] == pytest.approx(np.log(0.3 * 0.6), abs=1e-5)
    assert "ör" not in scores
    assert [scores[c.text] for c in stretch.candidates] == sorted(scores.values())


def _small_model() -> LanguageModel:
    """Knows a few words and no sequences."""
    words = ["nämnden", "har", "beslutat", ".", "0"]
    none = Ngrams(np.zeros(1, np.uint32), np.zeros(1, np.uint8))
    counts = pack_counts(np.array([90, 80, 70, 60, 50]))
    return LanguageModel(dict(zip(words, range(5), strict=True)), counts, none, none, 350.0)


def test_a_stretch_can_be_given_other_readings() -> None:
    text = "Ndmnden har beslutat"
    first = Stretch(0, 7, (Candidate("Ndmnden", -1.2), Candidate("Nämnden", -0.6, ((1, "ä"),))))
    choice = PageChoice(text, [first], Scorer(Plausibility(_small_model(), Weights())))
    assert [reading.text for reading, _ in choice.settle()] == ["Nämnden"]
    choice.replace(0, Stretch(0, 7, (Candidate("Ndmnden", -0.5),)))
    ((reading, sure),) = choice.settle()
    assert reading.text == "Ndmnden" and sure == pytest.approx(np.exp(-0.5))
    choice.replace(0, first)
    assert [reading.text for reading, _ in choice.settle()] == ["Nämnden"]


@pytest.mark.parametrize("length", [1, WINDOW - 2 * MARGIN, WINDOW - 2 * MARGIN + 1, 2 * WINDOW])
def test_windows_make_no_difference(length: int) -> None:
    tagger = load_model(model_folder("restorer")).tagger
    text = ("Socialndmnden beslutade att f6rvaltningen ska se 6ver rutinerna. " * 140)[:length]
    whole = tagger.log_probabilities(text)
    assert whole.shape == (length, len(tagger.alphabet.outputs))
    profile = tagger.alphabet.profile(tagger.alphabet.encode(text))
    padded = np.full(length + 2 * MARGIN, PAD, dtype=np.int64)
    padded[MARGIN:-MARGIN] = tagger.alphabet.encode(text)
    (wanted,) = tagger.session.run(None, {"ids": padded[None], "profile": profile[None]})
    assert np.abs(whole - wanted[0, MARGIN:-MARGIN]).max() < 1e-4
