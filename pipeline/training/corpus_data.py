"""Labelled sentences, read from documents of the corpus or from lists of single sentences.

A line of a file is one of two things. A document of `corpus/measures`: `id`, `genre`, `sections`
with `heading` and `sentences` (`text`, `labels`). Or one sentence with its neighbours: `id`,
`before`, `text`, `after`, `labels`, where a status and scope may be a list of those that two
annotators allow, and `disputed` names labels on which they differ.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.errors import UsageError
from pipeline.stages.classify.examples import Example, in_sequence


class CorpusError(UsageError):
    """A file of labelled sentences does not follow the format or the codebook."""

    code = "corpus"
    remedy = "See corpus/README.md for the format and corpus/CODEBOOK.md for the labels."


@dataclass(frozen=True, slots=True)
class Gold:
    """A label with the statuses and scopes that count as right (the first is preferred)."""

    label: str
    statuses: tuple[str, ...]
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """An example and its gold labels.

    Attributes:
        document: what it belongs to: errors within one document are not independent.
        disputed: labels on which annotators differ; they are not scored.
        genre: the document's genre or the sentence's source.
    """

    example: Example
    gold: tuple[Gold, ...]
    document: str
    disputed: frozenset[str] = frozenset()
    genre: str = ""


def read_labelled(path: Path) -> list[LabelledSentence]:
    """Read a JSONL file of either format.

    Raises:
        CorpusError: the file cannot be read, a line is no record of either format, or it holds
            a label, status or scope that the codebook does not.
    """
    return labelled_of(read_records(path), str(path))


def labelled_of(records: Iterable[tuple[int, dict[str, Any]]], name: str) -> list[LabelledSentence]:
    """Return the sentences of numbered records of either format.

    Raises:
        CorpusError: see `read_labelled`; `name` is what it calls the source.
    """
    found: list[LabelledSentence] = []
    for number, record in records:
        try:
            found += _of_document(record) if "sections" in record else [_of_sentence(record)]
        except (KeyError, TypeError, ValueError) as error:
            what = f"no {error}" if isinstance(error, KeyError) else str(error)
            raise CorpusError(f"{name}, line {number}: {what}") from error
    return found


def truth_of(sentences: Sequence[LabelledSentence]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return two tables [sentences, labels]: which hold, and which are scored (not disputed)."""
    truth = np.zeros((len(sentences), len(LABELS)), dtype=bool)
    scored = np.ones_like(truth)
    for row, sentence in enumerate(sentences):
        for gold in sentence.gold:
            truth[row, LABELS.index(gold.label)] = True
        for label in sentence.disputed:
            scored[row, LABELS.index(label)] = False
    return truth & scored, scored


def read_records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each line's number, from 1, and its JSON object; raises `CorpusError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"cannot read {path}: {error}") from error
    yield from parse_records(text, str(path))


def parse_records(text: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each line's number and JSON object; `name` is what errors call the text."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise CorpusError(f"{name}, line {number}: no JSON ({error})") from error
        if not isinstance(record, dict):
            raise CorpusError(f"{name}, line {number}: no JSON object")
        yield number, record


def read_examples(text: str, name: str) -> Iterator[tuple[dict[str, Any], Example]]:
    """Yield each line's record and its sentence; raises `CorpusError` where it has no text."""
    for number, record in parse_records(text, name):
        try:
            yield record, example_of(record)
        except (KeyError, TypeError) as error:
            what = f"no {error}" if isinstance(error, KeyError) else str(error)
            raise CorpusError(f"{name}, line {number}: {what}") from error


def example_of(record: dict[str, Any]) -> Example:
    """Return a record's sentence with its neighbours; raises `KeyError` or `TypeError`."""
    parts = [record["text"], *(record.get(key) or "" for key in ("before", "after", "heading"))]
    for part in parts:
        if not isinstance(part, str):
            raise TypeError(f"{part!r} is no text")
    text, before, after, heading = (" ".join(part.split()) for part in parts)
    return Example(before, text, after, heading)


def _of_sentence(record: dict[str, Any]) -> LabelledSentence:
    return LabelledSentence(
        example_of(record),
        _gold(record["labels"]),
        str(record.get("document", record["id"])),
        frozenset(_known(label, LABELS) for label in record.get("disputed", ())),
        record.get("source", ""),
    )


def _of_document(record: dict[str, Any]) -> list[LabelledSentence]:
    found = []
    for section in record["sections"]:
        sentences = section["sentences"]
        heading = section.get("heading") or ""
        examples = in_sequence([s["text"] for s in sentences], [heading] * len(sentences))
        for sentence, example in zip(sentences, examples, strict=True):
            gold = _gold(sentence["labels"])
            found.append(
                LabelledSentence(example, gold, record["id"], genre=record.get("genre", ""))
            )
    return found


def _gold(labels: list[dict[str, Any]]) -> tuple[Gold, ...]:
    return tuple(
        Gold(
            _known(entry["label"], LABELS),
            tuple(_known(value, STATUSES) for value in _listed(entry["status"])),
            tuple(_known(value, SCOPES) for value in _listed(entry["scope"])),
        )
        for entry in labels
    )


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _known(value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{value!r} is not in the codebook")
    return value
