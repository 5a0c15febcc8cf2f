"""Let an encoder practise: it learns what an earlier model says of prose that nobody labelled.

`python -m pipeline.training.classifier.practise --encoder DIR --teacher models/classifier
--without ../shared/measures/*.jsonl --out DIR` leaves an encoder in `transformers` format, which
`python -m pipeline.training.classifier --encoder` then fine-tunes on what people labelled (the
self-training of Yarowsky 1995, with the teacher's probabilities as targets: Hinton et al. 2015).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoTokenizer

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.offsets import Span
from pipeline.resources import model_folder
from pipeline.stages.classify import Example, MeasureModel, load_model
from pipeline.stages.classify.examples import in_sequence
from pipeline.stages.sentence_split import split_sentences
from pipeline.training.classifier.base import load_base
from pipeline.training.classifier.batches import Targets
from pipeline.training.classifier.display import display
from pipeline.training.classifier.network import MeasureNetwork
from pipeline.training.classifier.recipe import Recipe
from pipeline.training.classifier.trainer import Coded, Trainer
from pipeline.training.corpus_data import read_labelled
from pipeline.training.seen_text import LabelledText
from pipeline.training.source_text import paragraphs

SOURCES = ("government", "parliament", "city_council_debate")
LOCAL = re.compile(
    r"kommun|socialtjänst|nämnd|förvaltning|stadsdel|länsstyrels|tillsyn|äldreomsorg|hemtjänst"
    r"|familjehem|landsting|region|handlägg|verksamhet|granskning|rutin|personal|samverkan"
)
SHORTEST, LONGEST = 120, 1500
"""Characters of a paragraph."""
SPEAKS = 0.1
"""Probability of a label from which a sentence is always practised on; of others, one in three."""
LIKELY = 0.3
"""Probability from which the teacher's status and scope are learned too."""


def local_prose(folder: Path, labelled: LabelledText) -> Iterator[Example]:
    """Yield sentences of paragraphs that speak of municipalities and hold no labelled sentence."""
    for source in SOURCES:
        for paragraph in paragraphs(folder, source):
            if not SHORTEST < len(paragraph) < LONGEST:
                continue
            if not LOCAL.search(paragraph) or labelled.in_paragraph(paragraph):
                continue
            spans = split_sentences(paragraph, Span(0, len(paragraph)))
            texts = [paragraph[span.start : span.end] for span in spans]
            yield from in_sequence(texts, [""] * len(texts))


def taught(teacher: MeasureModel, examples: Sequence[Example]) -> tuple[list[Example], Targets]:
    """Return the examples worth practising on, and what the teacher says of them."""
    scores = teacher.probabilities(examples)
    quiet = scores.max(axis=1) < SPEAKS
    rows = np.flatnonzero(~quiet | (np.arange(len(examples)) % 3 == 0)).tolist()
    chosen = [examples[row] for row in rows]
    statuses = np.zeros((len(rows), len(LABELS), len(STATUSES)), bool)
    scopes = np.zeros((len(rows), len(LABELS), len(SCOPES)), bool)
    for row, found in enumerate(teacher.predict(chosen, threshold=LIKELY)):
        for one in found:
            column = LABELS.index(one.label)
            statuses[row, column, STATUSES.index(one.status)] = True
            scopes[row, column, SCOPES.index(one.scope)] = True
    labels = torch.from_numpy(scores[rows])
    tables = (labels, torch.ones_like(labels), torch.from_numpy(statuses), torch.from_numpy(scopes))
    weights = torch.ones(len(rows))
    return chosen, Targets(*tables, weights, Recipe().silver_kind_weight * weights)


def main() -> None:
    """Run the command line; see the module's description."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", required=True, help="folder or name on the hub")
    parser.add_argument("--layers", type=int, help="keep only so many, the first ones")
    parser.add_argument("--teacher", type=Path, default=model_folder("classifier"))
    parser.add_argument("--text", type=Path, default=Path("../shared/text"))
    parser.add_argument("--without", type=Path, nargs="*", default=[], help="labelled sentences")
    parser.add_argument("--corpus", type=Path, default=Path("corpus/measures"))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    recipe = Recipe(
        epochs=options.rounds, rate_width=0.1, positive_weight=1.0, masked=0.12, dropout=0.1
    )
    labelled = LabelledText.of(
        one.example.text for path in options.without for one in read_labelled(path)
    )
    torch.manual_seed(recipe.seed)
    base = load_base(options.encoder, recipe.dropout, options.layers)
    network = MeasureNetwork(base.encoder, recipe.dropout)
    reader = base.reader()
    options.out.mkdir(parents=True, exist_ok=True)
    with display(sys.stderr) as shown:
        examples, targets = taught(
            load_model(options.teacher), list(local_prose(options.text, labelled))
        )
        shown.says(f"practising on {len(examples)} sentences")
        validation = read_labelled(options.corpus / "validation.jsonl")
        checked = Coded(
            reader([one.example for one in validation]),
            Targets.of(validation),
        )
        checkpoint = options.out / "checkpoint.pt"
        data = (Coded(reader(examples), targets), checked)
        Trainer(network, base.marks, data, recipe, checkpoint).run(shown)
    base.encoder.save_pretrained(options.out)
    tokenizer: Any = AutoTokenizer.from_pretrained(options.encoder)
    tokenizer.save_pretrained(options.out)
    checkpoint.unlink()


if __name__ == "__main__":
    main()
