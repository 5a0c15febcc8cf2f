"""Where labelled sentences come from: JSONL, a folder of it, a dataset, a review."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.errors import MissingDependencyError
from pipeline.training.classifier.material import Parts
from pipeline.training.corpus_data import (
    CorpusError,
    LabelledSentence,
    labelled_of,
    parse_records,
    read_labelled,
)

SPLITS = ("train", "validation", "test")
_REVIEW_SUFFIXES = (".db", ".sqlite")


def read_parts(path: Path) -> Parts:
    """Read a file of labelled sentences, a folder with splits, or a review's database.

    A folder is one of JSONL files named by their split, one that `datasets.load_from_disk` reads,
    or one that `datasets.load_dataset` does. The database is read only; of it, sentences count
    that were judged in full.

    Raises:
        CorpusError: it is none of these, or holds what the codebook does not.
        MissingDependencyError: a package that reads it is not installed.
    """
    if path.suffix in _REVIEW_SUFFIXES:
        return Parts(_of_review(path))
    if not path.is_dir():
        return Parts(read_labelled(path))
    files = {split: path / f"{split}.jsonl" for split in SPLITS}
    if files["train"].is_file():
        return Parts(*(read_labelled(f) if f.is_file() else [] for f in files.values()))
    return _of_dataset(path)


def _of_dataset(path: Path) -> Parts:
    datasets = _package("datasets", "train")
    stored = any((path / name).is_file() for name in ("dataset_info.json", "dataset_dict.json"))
    load: Callable[[str], Any] = datasets.load_from_disk if stored else datasets.load_dataset
    try:
        found = load(str(path))
    except Exception as error:  # whatever its many readers raise
        raise CorpusError(f"{path} is no dataset: {error}") from error
    splits = found if isinstance(found, dict) else {"train": found}
    if "train" not in splits:
        raise CorpusError(f"{path}: no split is called train, only {', '.join(splits)}")
    return Parts(
        *(labelled_of(enumerate(splits.get(split, ()), 1), f"{path}, {split}") for split in SPLITS)
    )


def _of_review(path: Path) -> list[LabelledSentence]:
    _package("sqlalchemy", "review")
    from sqlalchemy.exc import SQLAlchemyError

    from pipeline.review.database import Database
    from pipeline.review.exchange.records import masked
    from pipeline.review.exchange.select import selected
    from pipeline.review.exchange.write import FORMATS, TRAINING
    from pipeline.review.view import View

    if not path.is_file():
        raise CorpusError(f"cannot read {path}: there is no such file")
    database = Database(f"sqlite:///file:{quote(str(path.resolve()))}?mode=ro&uri=true")
    try:
        with database.reading() as connection:
            found: Iterable[dict[str, Any]] = selected(connection, TRAINING, View(), "")
            lines = FORMATS[TRAINING][2](map(masked, found))
    except (SQLAlchemyError, json.JSONDecodeError) as error:
        raise CorpusError(
            f"{path} is no review of this version: {error}",
            remedy="Open it once with `kommunlupp review RUN`, which brings it up to date.",
        ) from error
    finally:
        database.close()
    return labelled_of(parse_records(lines.decode(), str(path)), str(path))


def _package(name: str, extra: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingDependencyError(
            f"the package {name} is not installed", remedy=f"pip install 'kommunlupp[{extra}]'"
        ) from error
