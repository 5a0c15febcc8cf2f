"""The classifier: features, models on disk, the stage, the command line."""

import gzip
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.codebook import LABELS, MEASURES, SCOPES, STATUSES, SWEDISH
from pipeline.config import ClassifyConfig
from pipeline.document import Document, Page, Sentence
from pipeline.errors import ModelError
from pipeline.offsets import Edit, OffsetMap, Span
from pipeline.resources import model_folder
from pipeline.stages.classify import Classify, Example, finding_id, load_model
from pipeline.stages.classify.examples import in_sequence
from pipeline.stages.classify.features import clauses, features_of, parts, pieces, tokens
from pipeline.stages.classify.linear import VOCABULARY
from pipeline.stages.segment import Segment
from pipeline.training.corpus_data import read_labelled
from pipeline.training.linear import Recipe, train

ROOT = Path(__file__).parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
LINEAR = model_folder("linear")


@pytest.fixture(scope="module")
def stage() -> Classify:
    return Classify(ClassifyConfig(model=LINEAR))


def segmented(text: str) -> Document:
    page = Page(1, 0, len(text), "file")
    return Segment()(Document("0" * 64, "test.txt", text, (page,), text))


def test_codebook_is_whole() -> None:
    text = (ROOT / "corpus" / "CODEBOOK.md").read_text(encoding="utf-8")
    listed = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]
    assert listed == [*LABELS, *STATUSES, *SCOPES]
    for measure in MEASURES:
        assert f"| `{measure.id}` | {measure.swedish} |" in text
    assert set(SWEDISH) == {*LABELS, *STATUSES, *SCOPES}


@pytest.mark.parametrize(
    ("label", "hit", "miss"),
    [
        ("recruitment", "Två handläggare anställdes.", "Ställningen ändrades."),
        ("temporary_staffing", "En familjehemskonsult hyrdes in.", "Konsumenterna klagade."),
        (
            "reorganisation",
            "Två enheter har slagits samman till en ny, större enhet.",
            "En ny bil.",
        ),
        ("competence", "Fortbildningen börjar i maj.", "Bilden är ljus."),
        ("collaboration", "Ett samverkansavtal tecknades.", "Busskorten delades ut till bussen."),
        ("routines", "Dokumentationsrutinerna sågs över.", "Rutigt papper användes."),
    ],
)
def test_signal_words(label: str, hit: str, miss: str) -> None:
    pattern = next(measure.pattern for measure in MEASURES if measure.id == label)
    assert pattern.search(hit)
    if label != "collaboration":
        assert not pattern.search(miss)


def test_tokens_and_features() -> None:
    words = ("år", "0", "hade", "it-enheten", "0", "%", "av", "0", "?")
    assert tokens("År 2015 hade IT-enheten 3,5 % (av 40)?") == words
    assert features_of("w:", "ny") == ("w:ny", "c: ny", "c:ny ", "c: ny ")
    example = Example("Förut.", "Ny enhet", "Sedan.", "Rubrik")
    asked = [(kind, piece) for part in parts(example) for kind, of in pieces(*part) for piece in of]
    found = [features_of(kind, piece)[0] for kind, piece in asked]
    assert found[:5] == ["w:ny", "w:enhet", "b:^ ny", "b:ny enhet", "b:enhet $"]
    assert found[5:] == ["<förut", ">sedan", "#rubrik"]


def test_clauses() -> None:
    text = "Fyra utredare anställdes, och en konsult hyrdes in samt en chef."
    assert [c.strip() for c in clauses(text)] == [
        "Fyra utredare anställdes",
        "en konsult hyrdes in",
    ]
    assert clauses("Fyra utredare anställdes och en slutade.") == []


def test_measure_in_a_long_list_is_found(stage: Classify) -> None:
    """A sentence's clauses are judged by themselves too."""
    text = (
        "Fyra kuratorer, tre gruppledare, en samordnare, två administratörer, en jurist och en "
        "biträdande enhetschef anställdes, medan två konsulter hyrdes in."
    )
    labels = {label.label for label in stage.model.predict([Example("", text, "")])[0]}
    assert labels >= {"recruitment", "temporary_staffing"}


def test_neighbours_stop_at_headings() -> None:
    examples = in_sequence(["Ett.", "Två.", "Tre."], ["A", "A", "B"])
    assert [(e.before, e.after) for e in examples] == [("", "Två."), ("Ett.", ""), ("", "")]


def test_plain_sentences_get_plain_answers(stage: Classify) -> None:
    examples = [
        Example("", "Kommunen har anställt fyra nya socialsekreterare.", ""),
        Example("", "Förvaltningen ska under hösten ta fram en rutin för samverkan.", ""),
        Example("", "Nämnden bör se över delegationsordningen.", ""),
        Example("", "Vädret var vackert och stämningen god.", ""),
    ]
    answers = stage.model.predict(examples)
    first, second, third = ({x.label: x for x in labels} for labels in answers[:3])
    assert first["recruitment"].status == "taken"
    assert second["routines"].status == "planned"
    assert third["delegation"].status == "proposed"
    assert answers[3] == []


def test_answers_do_not_depend_on_the_batch(stage: Classify) -> None:
    sentences = read_labelled(ROOT / "corpus" / "measures" / "test.jsonl")[:700]
    examples = [sentence.example for sentence in sentences]
    together = stage.model.probabilities(examples)
    alone = np.vstack([stage.model.probabilities([example]) for example in examples[500:530]])
    assert np.abs(together[500:530] - alone).max() < 1e-5
    assert stage.model.predict([]) == [] and stage.model.predict([Example("", "", "")]) == [[]]


def test_stage_adds_findings_in_bounds(stage: Classify) -> None:
    document = segmented(
        "Åtgärder\n\nNämnden har inrättat en ny mottagningsenhet och anlitat två konsulter. "
        "Personalen trivs.\n\nEn ny rutin för överlämning har antagits."
    )
    result = stage(document)
    assert {finding.label for finding in result.findings} >= {"temporary_staffing", "routines"}
    spans = {(s.start, s.end) for s in document.sentences}
    assert all((f.span.start, f.span.end) in spans for f in result.findings)
    assert all(f.municipalities == () and 0 < f.score <= 1 for f in result.findings)
    assert (result.raw, result.sentences, result.pages) == (
        document.raw,
        document.sentences,
        document.pages,
    )
    assert len({finding.id for finding in result.findings}) == len(result.findings)


def test_finding_id_hangs_on_the_raw_place(stage: Classify) -> None:
    raw = "Kommunen har anstallt fyra nya social-\nsekreterare."
    edits = OffsetMap.of([Edit(17, "a", "ä", "ocr"), Edit(raw.index("-"), "-\n", "", "hyphen")])
    text = edits.apply(raw)
    page = Page(1, 0, len(raw), "file")
    sentence = Sentence(0, len(text))
    document = Document("f" * 64, "t", raw, (page,), text, edits, sentences=(sentence,))
    finding = next(f for f in stage(document).findings if f.label == "recruitment")
    assert finding.id == finding_id("f" * 64, Span(0, len(raw)), "recruitment")
    assert len(finding.id) == 24 and int(finding.id, 16) >= 0


def test_one_threshold_for_all_labels() -> None:
    strict = Classify(ClassifyConfig(model=LINEAR, threshold=0.95))
    loose = Classify(ClassifyConfig(model=LINEAR, threshold=0.05))
    document = segmented("Nämnden har anställt en chef och tagit fram en rutin för introduktion.")
    assert len(strict(document).findings) < len(loose(document).findings)
    assert strict.version != loose.version


def test_training_is_deterministic_and_survives_the_disk(tmp_path: Path) -> None:
    sentences = read_labelled(ROOT / "corpus" / "measures" / "validation.jsonl")
    models = [train(sentences[:800], sentences[800:], Recipe()) for _ in range(2)]
    assert np.array_equal(models[0].weights.weights, models[1].weights.weights)
    models[0].save(tmp_path / "m")
    loaded = load_model(tmp_path / "m")
    examples = [sentence.example for sentence in sentences[:300]]
    difference = np.abs(loaded.probabilities(examples) - models[0].probabilities(examples))
    assert difference.max() < 0.01, "weights are stored in half precision"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "oracle"}, "unknown kind"),
        ({"labels": LABELS[:-1]}, "labels are not those of the codebook"),
        ({"statuses": [*STATUSES, "hoped"]}, "statuses are not"),
        ({"slopes": None}, "incomplete"),
    ],
)
def test_model_that_does_not_fit_is_refused(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    shutil.copytree(LINEAR, tmp_path / "m")
    settings = json.loads((tmp_path / "m" / "model.json").read_text(encoding="utf-8"))
    (tmp_path / "m" / "model.json").write_text(json.dumps({**settings, **change}))
    with pytest.raises(ModelError, match=message):
        load_model(tmp_path / "m")


def test_broken_model_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model in"):
        load_model(tmp_path)
    shutil.copytree(LINEAR, tmp_path / "m")
    stored = tmp_path / "m" / VOCABULARY
    whole = stored.read_bytes()
    stored.write_bytes(gzip.compress(gzip.decompress(whole).partition(b"\n")[2]))
    with pytest.raises(ModelError, match="do not belong together"):
        load_model(tmp_path / "m")
    for broken in (whole[: len(whole) // 2], b"no gzip", whole[:20] + b"!" * 50):
        stored.write_bytes(broken)
        with pytest.raises(ModelError, match="incomplete"):
            load_model(tmp_path / "m")
    stored.write_bytes(whole)
    (tmp_path / "m" / "weights.npz").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(ModelError, match="incomplete"):
        load_model(tmp_path / "m")


def test_model_is_small() -> None:
    assert sum(path.stat().st_size for path in LINEAR.iterdir()) < 8_000_000


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed documents are not in the repository")
def test_supervisory_decision_names_its_measures(stage: Classify) -> None:
    text = (SEEDS / "ivo_decision_2018.txt").read_text(encoding="utf-8")
    taken = {f.label for f in stage(segmented(text)).findings if f.status == "taken"}
    assert taken >= {"recruitment", "temporary_staffing", "reorganisation", "delegation"}


def test_command_labels_lines(tmp_path: Path) -> None:
    lines = [
        {"id": 7, "before": "", "text": "Kommunen har anställt tre handläggare.", "after": ""},
        {"text": "Personalen trivs."},
    ]
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    result = CliRunner().invoke(cli, ["classify", "--jsonl", str(source)])
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.output.splitlines()]
    assert answers[0]["id"] == 7 and answers[1]["labels"] == []
    label = answers[0]["labels"][0]
    assert set(label) == {"label", "status", "scope", "score"} and label["label"] == "recruitment"
    out = tmp_path / "out.jsonl"
    CliRunner().invoke(cli, ["classify", "--jsonl", str(source), "--out", str(out)])
    assert [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] == answers


@pytest.mark.parametrize("line", ["{", "[1]", '{"before": "x"}', '{"text": 3}'])
def test_command_names_the_bad_line(tmp_path: Path, line: str) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "Ett."}\n' + line, encoding="utf-8")
    result = CliRunner().invoke(cli, ["classify", "--jsonl", str(source)])
    assert result.exit_code != 0 and "line 2" in str(result.exception)
