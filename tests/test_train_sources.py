"""Labelled sentences from every source that `kommunlupp train --data` takes."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from review_reviewers import reviewed
from tiny_bert import documents, write

from pipeline.review import queue
from pipeline.review.decide import Bulk, bulk
from pipeline.review.log import Reviewer
from pipeline.review.view import View
from pipeline.training.classifier.sources import read_parts
from pipeline.training.corpus_data import CorpusError


def test_file_and_folder_with_splits(tmp_path: Path) -> None:
    file = write(tmp_path / "train.jsonl", documents(3))
    assert len(read_parts(file).train) == 54 and not read_parts(file).validation
    write(tmp_path / "test.jsonl", documents(1, 3))
    parts = read_parts(tmp_path)
    assert (len(parts.train), len(parts.validation), len(parts.test)) == (54, 0, 18)
    both = parts + read_parts(file)
    assert len(both.train) == 108 and len(both.test) == 18


def test_dataset_as_it_was_saved_and_as_it_is_loaded(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    stored = tmp_path / "stored"
    rows = datasets.Dataset.from_list(documents(3))
    datasets.DatasetDict(train=rows, validation=rows.select([0])).save_to_disk(stored)
    expected = read_parts(write(tmp_path / "same.jsonl", documents(3))).train
    parts = read_parts(stored)
    assert parts.train == expected and len(parts.validation) == 18
    rows.save_to_disk(tmp_path / "one")
    assert read_parts(tmp_path / "one").train == expected
    (tmp_path / "loaded").mkdir()
    rows.to_parquet(tmp_path / "loaded" / "train.parquet")
    assert read_parts(tmp_path / "loaded").train == expected
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="no dataset"):
        read_parts(tmp_path / "empty")


def test_review_database_is_read_and_not_written(tmp_path: Path) -> None:
    with reviewed(tmp_path) as review:
        with review.database.reading() as connection:
            findings = queue.ids_of(connection, View(), "anna")
        codes = review.app.state.site.names
        order = Bulk(uuid.uuid4().hex, findings[:-1], "accepted")
        review.database.write(lambda c: bulk(c, Reviewer("anna", "reviewer"), order, codes))
    database = tmp_path / "run" / "review.db"
    before = database.read_bytes()
    found = read_parts(database).train
    assert found and all(one.gold for one in found) and len(found) < len(findings)
    assert database.read_bytes() == before


def test_what_is_no_review_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such file"):
        read_parts(tmp_path / "review.db")
    (tmp_path / "review.db").write_bytes(b"")
    with pytest.raises(CorpusError, match="no review of this version"):
        read_parts(tmp_path / "review.db")
