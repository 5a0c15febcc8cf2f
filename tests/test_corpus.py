"""The corpus: format, codebook, amounts, splits, variety, the data card."""

import hashlib
import json
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.evaluation.corpus_report import (
    counts,
    diversity,
    folded,
    foreign,
    load,
    near_duplicates,
    sentences_of,
    template_share,
)
from pipeline.training.corpus_data import CorpusError, read_labelled
from pipeline.training.corpus_split import SPLITS, added, split, uniform

ROOT = Path(__file__).parents[1]
MEASURES = ROOT / "corpus" / "measures"
SHARED = ROOT.parent / "shared"
GENRES = """supervisory_decision county_report memo minutes action_plan audit_report
    quality_report reply_to_authority consultation_response news""".split()


@pytest.fixture(scope="module")
def splits() -> dict[str, list[dict[str, Any]]]:
    return load(MEASURES)


@pytest.fixture(scope="module")
def documents(splits: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return list(chain.from_iterable(splits.values()))


def test_every_record_has_the_same_keys(documents: list[dict[str, Any]]) -> None:
    for document in documents:
        assert uniform(document) == document
        assert isinstance(document["year"], int) and 1998 <= document["year"] <= 2026
        for sentence in sentences_of([document]):
            assert sentence["text"] == " ".join(sentence["text"].split()) != ""
            if quantity := sentence["quantity"]:
                assert set(quantity) == {"text", "count", "of", "percent"}
                assert quantity["percent"] is None or isinstance(quantity["percent"], float)


def test_labels_follow_the_codebook(documents: list[dict[str, Any]]) -> None:
    for document in documents:
        for sentence in sentences_of([document]):
            labels = sentence["labels"]
            names = [label["label"] for label in labels]
            assert len(names) == len(set(names)) and set(names) <= set(LABELS)
            assert {label["status"] for label in labels} <= set(STATUSES)
            assert {label["scope"] for label in labels} <= set(SCOPES)
            named = any(label["scope"] == "named" for label in labels)
            assert named == bool(sentence["municipalities"]), sentence["text"]
            assert set(sentence["municipalities"]) <= set(document["municipalities"])


def test_there_is_enough_of_everything(documents: list[dict[str, Any]]) -> None:
    sentences = list(sentences_of(documents))
    assert len(documents) >= 330 and len(sentences) >= 8000
    labels = [label for sentence in sentences for label in sentence["labels"]]
    per_label = Counter(label["label"] for label in labels)
    assert min(per_label[name] for name in LABELS) >= 300
    assert min(Counter(label["status"] for label in labels).values()) >= 300
    assert min(Counter(label["scope"] for label in labels).values()) >= 200
    assert sum(not sentence["labels"] for sentence in sentences) >= 0.4 * len(sentences)
    assert set(GENRES) <= {document["genre"] for document in documents}
    assert len({name for d in documents for name in d["municipalities"]}) >= 80


def test_splits_share_no_document(splits: dict[str, list[dict[str, Any]]]) -> None:
    ids = [document["id"] for part in splits.values() for document in part]
    assert len(ids) == len(set(ids))
    for part in splits.values():
        assert set(GENRES) <= {document["genre"] for document in part}


def test_a_placed_document_stays() -> None:
    made = [{"id": f"d{i}", "genre": "memo"} for i in range(40)]
    placed = split(made[:20])
    parts = added(placed, made)
    for name, part in placed.items():
        assert [d for d in part if d not in parts[name]] == []
    assert sum(map(len, parts.values())) == 40
    assert len(parts["test"]) == len(parts["validation"]) == 4
    assert added(parts, made) == parts


def test_split_is_by_hash() -> None:
    made = [{"id": f"doc-{i}", "genre": "memo"} for i in range(25)]
    parts = split(made)
    assert [len(parts[name]) for name in SPLITS] == [19, 3, 3]
    ranked = sorted(made, key=lambda d: hashlib.sha256(d["id"].encode()).digest())
    assert sorted(d["id"] for d in ranked[:3]) == [d["id"] for d in parts["test"]]


def test_sentences_are_varied(documents: list[dict[str, Any]]) -> None:
    texts = [folded(sentence["text"]) for sentence in sentences_of(documents)]
    again = [text for text, times in Counter(texts).items() if times > 1]
    assert max(len(text.split()) for text in again) <= 6, "only lines such as “Yrkanden” return"
    near = set(chain.from_iterable(near_duplicates(texts)))
    assert len(near) < 0.01 * len(texts)
    assert template_share(texts)[1] < 0.01
    openings = Counter(" ".join(text.split()[:3]) for text in texts)
    assert openings.most_common(1)[0][1] < 0.01 * len(texts)


def test_near_duplicates_are_found() -> None:
    texts = [
        "nämnden har anställt två nya handläggare under våren",
        "nämnden har anställt tre nya handläggare under våren",
        "vägen till skolan asfalteras om i sommar",
    ]
    assert near_duplicates(texts) == [(0, 1)]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared material is not in the repository")
def test_no_sentence_comes_from_elsewhere(splits: dict[str, list[dict[str, Any]]]) -> None:
    files = [*(SHARED / "measures").glob("*.jsonl"), *(SHARED / "seeds").glob("*.txt")]
    assert foreign(splits, files) == 0


def test_data_card_quotes_the_report(splits: dict[str, list[dict[str, Any]]]) -> None:
    card = (ROOT / "corpus" / "README.md").read_text(encoding="utf-8")
    for table in (counts(splits), diversity(splits)):
        assert table in card, "run python -m pipeline.evaluation.corpus_report and paste"


def test_loads_as_a_dataset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, splits: dict[str, list[dict[str, Any]]]
) -> None:
    datasets = pytest.importorskip("datasets", reason="pip install 'kommunlupp[train]'")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    loaded = datasets.load_dataset(str(ROOT / "corpus"), cache_dir=str(tmp_path))
    assert {name: len(loaded[name]) for name in SPLITS} == {
        name: len(splits[name]) for name in SPLITS
    }
    first = loaded["test"][0]
    assert first["id"] == splits["test"][0]["id"]
    assert [s["text"] for s in sentences_of([first])] == [
        s["text"] for s in sentences_of(splits["test"][:1])
    ]


def test_sentences_keep_their_neighbours(splits: dict[str, list[dict[str, Any]]]) -> None:
    read = read_labelled(MEASURES / "test.jsonl")
    assert len(read) == sum(1 for _ in sentences_of(splits["test"]))
    section = splits["test"][0]["sections"][0]
    texts = [sentence["text"] for sentence in section["sentences"]]
    assert read[0].example.before == "" and read[0].example.heading == section["heading"]
    assert [s.example.text for s in read[: len(texts)]] == texts
    assert read[1].example.before == texts[0] and read[0].example.after == texts[1]


def test_bad_lines_are_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    good = {"id": "1", "text": "Ett.", "labels": []}
    bad = {"id": "2", "text": "Två.", "labels": [{"label": "routines", "status": "soon"}]}
    path.write_text(f"{json.dumps(good)}\n{json.dumps(bad)}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="line 2"):
        read_labelled(path)
