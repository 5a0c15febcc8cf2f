"""The spaCy components."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline.document import Finding
from pipeline.errors import ModelError

spacy = pytest.importorskip("spacy")
parts = pytest.importorskip("pipeline.spacy_components")

ROOT = Path(__file__).parents[1]
NAMES = ("kommunlupp_restore", "kommunlupp_measures", "kommunlupp_municipalities")
DAMAGED = (ROOT / "corpus/examples/documents/tjansteutlatande_farsta_2009.txt").read_text("utf-8")
CLEAN = "Lunds kommun har anställt två socialsekreterare. Kommunen har också sett över rutinerna."


def blank(*names: str) -> spacy.language.Language:
    nlp = spacy.blank("sv")
    for name in names:
        nlp.add_pipe(name)
    return nlp


@pytest.fixture(scope="module")
def nlp() -> spacy.language.Language:
    return blank(*NAMES)


def python(code: str, *arguments: str) -> str:
    """What a program prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_entry_points_name_the_factories() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    points = project["entry-points"]["spacy_factories"]
    assert tuple(points) == NAMES
    for target in points.values():
        module, function = target.split(":")
        assert callable(getattr(import_module(module), function))


IN_ANYONES_PIPELINE = """
import sys, spacy
nlp = spacy.blank("sv")
for name in sys.argv[2:]:
    nlp.add_pipe(name)
doc = nlp(sys.argv[1])
print([span.label_ for span in doc.spans["measures"]])
"""


def test_components_come_by_their_entry_points(nlp: spacy.language.Language) -> None:
    """The program imports nothing of ours."""
    printed = python(IN_ANYONES_PIPELINE, CLEAN, *NAMES)
    doc = nlp(CLEAN)
    assert printed.strip() == str([span.label_ for span in doc.spans["measures"]])


def test_same_findings_as_the_pipeline(nlp: spacy.language.Language) -> None:
    doc, own = nlp(DAMAGED), pipeline.load().text(DAMAGED)
    assert doc.text == own.text and doc._.raw_text == own.raw == DAMAGED
    assert tuple(doc._.edits) == own.document.offsets.edits
    of_spacy = [
        (s.label_, s._.measure.status, s._.measure.municipalities) for s in doc.spans["measures"]
    ]
    of_pipeline = [(f.label, f.status, f.municipalities) for f in own.document.findings]
    assert of_spacy == of_pipeline and len(of_spacy) > 5
    assert doc._.municipal_subject == own.document.subject


def test_every_measure_of_a_sentence_keeps_its_own_attributes(nlp: spacy.language.Language) -> None:
    doc = nlp("Nämnden avsätter medel till två nya tjänster och ser över rutinerna i Vara kommun.")
    spans = list(doc.spans["measures"])
    assert len(spans) > 1
    for span in spans:
        assert isinstance(span._.measure, Finding)
        assert (span._.measure.label, span._.measure.id) == (span.label_, span.id_)


def test_municipalities(nlp: spacy.language.Language) -> None:
    doc = nlp(CLEAN)
    named = [(span.text, span.label_, span.kb_id_) for span in doc.spans["municipalities"]]
    assert named == [("Lunds kommun", "MUNICIPALITY", "1281")]
    assert {span._.measure.municipalities for span in doc.spans["measures"]} == {("1281",)}
    alone = blank("kommunlupp_municipalities")(CLEAN)
    assert "measures" not in alone.spans and len(alone.spans["municipalities"]) == 1


def test_pipe_in_batches_keeps_order_and_context(nlp: spacy.language.Language) -> None:
    texts = [(CLEAN, 0), (DAMAGED, 1), ("", 2), ("Mötet öppnas.", 3)] * 2
    read = list(nlp.pipe(texts, as_tuples=True, batch_size=3))
    assert [context for _, context in read] == [context for _, context in texts]
    assert [len(doc.spans["measures"]) for doc, _ in read[:4]] == [
        len(nlp(text).spans["measures"]) for text, _ in texts[:4]
    ]


def test_round_trip_to_disk(nlp: spacy.language.Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "first")
    again = spacy.load(tmp_path / "first")
    again.to_disk(tmp_path / "second")
    (tmp_path / "first").rename(tmp_path / "gone")
    third = spacy.load(tmp_path / "second")
    for loaded in (again, third):
        assert loaded.pipe_names == list(NAMES)
        assert parts.findings_of(loaded(DAMAGED)) == parts.findings_of(nlp(DAMAGED))
        assert loaded(DAMAGED).text == nlp(DAMAGED).text


def test_a_saved_model_is_used_not_the_shipped_one(tmp_path: Path) -> None:
    nlp = blank("kommunlupp_measures")
    nlp.to_disk(tmp_path / "nlp")
    (tmp_path / "nlp" / "kommunlupp_measures" / "model" / "model.json").write_text("{}")
    with pytest.raises(ModelError):
        spacy.load(tmp_path / "nlp")


def test_a_custom_model_travels_with_the_pipeline(rival_model: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(rival_model, own)
    nlp = spacy.blank("sv")
    nlp.add_pipe("kommunlupp_measures", name="åtgärder", config={"model": str(own)})
    expected = parts.findings_of(nlp(DAMAGED))
    nlp.to_disk(tmp_path / "nlp")
    shutil.rmtree(own)
    again = spacy.load(tmp_path / "nlp")
    assert parts.findings_of(again(DAMAGED)) == expected
    assert expected != parts.findings_of(blank("kommunlupp_measures")(DAMAGED))
    with pytest.raises(ModelError):  # nothing was saved that could be loaded instead
        spacy.blank("sv").add_pipe("kommunlupp_measures", config={"model": str(own)})


def test_a_saved_pipeline_without_its_model_is_refused(tmp_path: Path) -> None:
    blank("kommunlupp_measures").to_disk(tmp_path / "nlp", exclude=["kommunlupp_measures"])
    with pytest.raises(ModelError, match="does not exist"):
        spacy.load(tmp_path / "nlp")


def test_the_model_is_asked_once_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    nlp = blank("kommunlupp_measures")
    stage = nlp.get_pipe("kommunlupp_measures").stage
    texts = [CLEAN, DAMAGED, "", "Mötet öppnas.", CLEAN]
    alone = [parts.findings_of(nlp(text)) for text in texts]
    asked: list[int] = []
    predict = stage.model.predict

    def counted(examples: Any, threshold: float | None) -> Any:
        asked.append(len(examples))
        return predict(examples, threshold)

    monkeypatch.setattr(stage.model, "predict", counted)
    together = [parts.findings_of(doc) for doc in nlp.pipe(texts, batch_size=3)]
    assert together == alone and any(alone)
    assert len(asked) == 2  # batches of three and two


def test_what_fails_in_a_batch_goes_to_the_error_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    nlp = blank("kommunlupp_measures")
    failed: list[str] = []
    nlp.set_error_handler(lambda name, proc, docs, error: failed.extend(doc.text for doc in docs))
    many = parts.Classify.many

    def fragile(self: Any, documents: Any) -> Any:
        if any("torget" in document.text for document in documents):
            raise RuntimeError("too much")
        return many(self, documents)

    monkeypatch.setattr(parts.Classify, "many", fragile)
    read = list(nlp.pipe(["Vid torget.", "Mötet.", CLEAN], batch_size=2))
    assert [doc.text for doc in read] == [CLEAN] and failed == ["Vid torget.", "Mötet."]


def test_components_can_be_pickled(nlp: spacy.language.Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "nlp")
    for whole in (nlp, spacy.load(tmp_path / "nlp")):
        again = pickle.loads(pickle.dumps(whole))
        assert parts.findings_of(again(DAMAGED)) == parts.findings_of(nlp(DAMAGED))


SPAWNED = """
import multiprocessing, sys, spacy
from pathlib import Path

if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    nlp = spacy.load(sys.argv[1])
    docs = nlp.pipe(sys.argv[2:], n_process=2, batch_size=1)
    print([[span._.measure.status for span in doc.spans["measures"]] for doc in docs])
"""


def test_two_spawned_processes(nlp: spacy.language.Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "nlp")
    script = tmp_path / "spawned.py"
    script.write_text(SPAWNED, encoding="utf-8")
    run = f"import runpy; runpy.run_path({str(script)!r}, run_name='__main__')"
    texts = [CLEAN, "Mötet öppnas."]
    docs = [nlp(text) for text in texts]
    expected = [[span._.measure.status for span in doc.spans["measures"]] for doc in docs]
    assert python(run, str(tmp_path / "nlp"), *texts).strip() == str(expected)


def test_threshold_and_model_folder_are_settings() -> None:
    strict = spacy.blank("sv")
    strict.add_pipe("kommunlupp_measures", config={"threshold": 0.999})
    assert not strict(CLEAN).spans["measures"]
    with pytest.raises(ModelError):
        spacy.blank("sv").add_pipe("kommunlupp_measures", config={"model": "no/such/folder"})


def test_docs_read_back_by_plain_spacy(nlp: spacy.language.Language) -> None:
    doc = nlp(CLEAN)
    stored = spacy.tokens.DocBin(docs=[doc], store_user_data=True).to_bytes()
    (back,) = spacy.tokens.DocBin().from_bytes(stored).get_docs(spacy.blank("sv").vocab)
    assert [s.label_ for s in back.spans["measures"]] == [s.label_ for s in doc.spans["measures"]]
    known = back.spans["measures"].attrs["findings"]
    assert known[back.spans["measures"][0].id_]["status"] == "taken"


def test_clean_text_keeps_its_tokens_and_damage_needs_them_fresh() -> None:
    nlp = spacy.blank("sv")
    rules = nlp.add_pipe("entity_ruler")
    rules.add_patterns(
        [{"label": "ORD", "pattern": "Farsta"}, {"label": "ORD", "pattern": "Lunds"}]
    )
    nlp.add_pipe("kommunlupp_restore")
    assert [entity.text for entity in nlp(CLEAN).ents] == ["Lunds"]
    with pytest.raises(parts.AnnotatedTooEarly):
        nlp(DAMAGED)


def test_displacy_draws_the_measures(nlp: spacy.language.Language) -> None:
    drawn = spacy.displacy.render(
        nlp(CLEAN), style="span", options=parts.DISPLACY, page=True, jupyter=False
    )
    assert parts.COLOURS["recruitment"] in drawn and "recruitment" in drawn
