"""The whole chain against the truth of the example documents: text, measures, municipalities.

Truth sentences and the pipeline's are matched by how alike they are, one with one and wherever they
stand, so that OCR damage and slips of segmentation cost what they cost a user: a measure in a
sentence that was lost is a miss, one in a sentence that is none is an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein
from scipy.optimize import linear_sum_assignment

from pipeline.config import Config
from pipeline.document import Document, Finding
from pipeline.flow import Pipeline, identify
from pipeline.gazetteer import Gazetteer

LIKENESS = 70.0
"""Least `fuzz.ratio` at which two sentences are the same one."""


@dataclass
class Tally:
    """Counts over documents; `figures` turns them into rates."""

    words: int = 0
    word_errors: int = 0
    sentences: int = 0
    sentences_found: int = 0
    labels_true: int = 0
    labels_given: int = 0
    labels_right: int = 0
    status_right: int = 0
    scope_right: int = 0
    credits_true: int = 0
    credits_given: int = 0
    credits_right: int = 0
    copy_list_credited: int = 0
    authors: int = 0
    authors_right: int = 0
    missed: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Rates, rounded to four places."""
        label_f1 = _f1(self.labels_right, self.labels_given, self.labels_true)
        credit_f1 = _f1(self.credits_right, self.credits_given, self.credits_true)
        rates = {
            "wer": self.word_errors / max(1, self.words),
            "sentences_found": self.sentences_found / max(1, self.sentences),
            "measure_micro_f1": label_f1,
            "status_accuracy": self.status_right / max(1, self.labels_right),
            "scope_accuracy": self.scope_right / max(1, self.labels_right),
            "municipality_f1": credit_f1,
            "author_accuracy": self.authors_right / max(1, self.authors),
            "copy_list_credited": float(self.copy_list_credited),
        }
        return {name: round(rate, 4) for name, rate in rates.items()}


def evaluate_examples(folder: Path, config: Config) -> Tally:
    """Run the pipeline over `folder/documents` and compare with `folder/truth`."""
    pipeline, gazetteer, tally = Pipeline.from_config(config), Gazetteer.load(), Tally()
    for path in sorted((folder / "truth").glob("*.truth.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        document = pipeline(identify(folder / "documents" / truth["file"]))
        _count_text(truth, document, tally)
        _count_findings(truth, document, gazetteer, tally)
        _count_subject(truth, document, tally)
    return tally


def _count_text(truth: dict[str, Any], document: Document, tally: Tally) -> None:
    """Word errors within the sentences that were found; what lies between them is not prose."""
    tally.sentences += len(truth["sentences"])
    for sentence, match in matches(truth, document):
        if match is None:
            tally.missed.append(f"{truth['id']}: {sentence['text']}")
            continue
        tally.sentences_found += 1
        expected, read = sentence["text"].split(), _words(document, match).split()
        tally.words += len(expected)
        tally.word_errors += Levenshtein.distance(expected, read)


def _count_findings(
    truth: dict[str, Any], document: Document, gazetteer: Gazetteer, tally: Tally
) -> None:
    by_sentence: dict[int, dict[str, Finding]] = {}
    starts = {sentence.start: n for n, sentence in enumerate(document.sentences)}
    for finding in document.findings:
        by_sentence.setdefault(starts[finding.span.start], {})[finding.label] = finding
    tally.labels_given += len(document.findings)
    for sentence, match in matches(truth, document):
        found = by_sentence.get(match, {}) if match is not None else {}
        for gold in sentence["labels"]:
            tally.labels_true += 1
            given = found.get(gold["label"])
            named = set(sentence["municipalities"]) if gold["scope"] == "named" else set()
            tally.credits_true += len(named)
            if given is None:
                continue
            credited = {gazetteer.name(code) for code in given.municipalities}
            tally.labels_right += 1
            tally.status_right += given.status == gold["status"]
            tally.scope_right += given.scope == gold["scope"]
            tally.credits_given += len(credited)
            tally.credits_right += len(credited & named)


def _count_subject(truth: dict[str, Any], document: Document, tally: Tally) -> None:
    bodies = truth["municipalities"]
    copied = {body["code"] for body in bodies["copy_list"]}
    copied -= {body["code"] for key in ("author", "covered") for body in bodies[key]}
    credited = {code for finding in document.findings for code in finding.municipalities}
    tally.copy_list_credited += len(copied & credited)
    if bodies["author"]:
        tally.authors += 1
        author = document.subject.author if document.subject else ()
        tally.authors_right += set(author) == {body["code"] for body in bodies["author"]}


def matches(
    truth: dict[str, Any], document: Document
) -> Iterable[tuple[dict[str, Any], int | None]]:
    """Pair truth sentences with numbers of the document's, as alike as all can be together."""
    read = [_words(document, n) for n in range(len(document.sentences))]
    expected = [sentence["text"] for sentence in truth["sentences"]]
    likeness = process.cdist(expected, read, scorer=fuzz.ratio, score_cutoff=LIKENESS)
    pairs = zip(*linear_sum_assignment(likeness, maximize=True), strict=True)
    matched = {int(row): int(column) for row, column in pairs if likeness[row, column]}
    for number, sentence in enumerate(truth["sentences"]):
        yield sentence, matched.get(number)


def _words(document: Document, number: int) -> str:
    sentence = document.sentences[number]
    return " ".join(document.text[sentence.start : sentence.end].split())


def _f1(right: int, given: int, true: int) -> float:
    return 2 * right / (given + true) if given + true else 0.0
