"""What damage costs the classifier, and what repair gives back: the same sentences three times.

Documents of the corpus are set in lines, each is damaged by the confusions of one page of the bed,
then repaired as text. Lines stay lines, so every sentence is found again and keeps its labels.
"""

from __future__ import annotations

import json
import random
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.evaluation.measures import Figure, evaluate
from pipeline.evaluation.ocr_bed import BedPage
from pipeline.evaluation.restore_metrics import count_page, rates
from pipeline.resources import model_folder
from pipeline.stages.classify import SHIPPED, MeasureModel, load_model
from pipeline.stages.restore import restore
from pipeline.training.aligned_pages import PagePair, fold
from pipeline.training.corpus_data import CorpusError, read_labelled, read_records
from pipeline.training.noise import NoiseSampler
from pipeline.training.ocr_pairs import wrap

LINE = 80
"""Characters of a line at most."""

SEED = 1

Record = dict[str, Any]


@dataclass(frozen=True)
class DownstreamResult:
    """The shipped classifier on one state of the text: `clean`, `damaged` or `repaired`."""

    state: str
    word_error_rate: float
    micro_f1: Figure

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def evaluate_downstream(corpus: Path, pages: list[BedPage]) -> list[DownstreamResult]:
    """Classify the documents of a corpus file clean, damaged and repaired.

    Args:
        corpus: documents of the corpus, one a line.
        pages: where the damage is taken from.

    Raises:
        CorpusError: the file holds no documents of the corpus.
    """
    records = [record for _, record in read_records(corpus) if "sections" in record]
    if not records:
        raise CorpusError(f"{corpus} holds no documents")
    # Every page is a language of its own: no page's damage is smoothed by another's.
    noise = NoiseSampler(
        [PagePair(fold(page.gold), fold(page.raw), page.name, held_out=False) for page in pages],
        SEED,
    )
    clean = ["\n".join(_lines(record)) for record in records]
    damaged = [noise(text) for text in clean]
    states = {"clean": clean, "damaged": damaged, "repaired": [restore(t)[0] for t in damaged]}
    model = load_model(model_folder(SHIPPED))
    return [
        DownstreamResult(
            state,
            rates(
                [count_page(d, c, t) for d, c, t in zip(damaged, clean, texts, strict=True)]
            ).figures["wer"],
            _micro_f1(records, texts, model),
        )
        for state, texts in states.items()
    ]


def _micro_f1(records: list[Record], texts: list[str], model: MeasureModel) -> Figure:
    read = [_with_text(record, text) for record, text in zip(records, texts, strict=True)]
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "documents.jsonl"
        path.write_text("\n".join(map(json.dumps, read)), encoding="utf-8")
        return evaluate(model, read_labelled(path)).micro_f1


def _set_in_lines(text: str) -> list[str]:
    """A heading or sentence in lines; one at least."""
    return wrap(text, LINE, random.Random(SEED), hyphenate=0.0) or [""]


def _lines(record: Record) -> list[str]:
    """A document's headings and sentences in order, each beginning a line."""
    lines = []
    for section in record["sections"]:
        lines += _set_in_lines(section["heading"] or "")
        for sentence in section["sentences"]:
            lines += _set_in_lines(sentence["text"])
    return lines


def _with_text(record: Record, text: str) -> Record:
    """The record with its headings and sentences as they stand in `text`, line by line."""
    lines = iter(text.split("\n"))

    def taken(original: str) -> str:
        return " ".join(next(lines) for _ in _set_in_lines(original))

    sections = [
        {
            "heading": taken(section["heading"] or ""),
            "sentences": [{**s, "text": taken(s["text"])} for s in section["sentences"]],
        }
        for section in record["sections"]
    ]
    return {**record, "sections": sections}
