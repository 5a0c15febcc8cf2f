"""What a pre-trained encoder knows, against the same architecture untrained.

`python -m pipeline.training.encoder.probe --work DIR [--corpus corpus/measures]` reports, for the
encoder in `DIR/encoder`, one as it began (from a published encoder, or from static vectors) and a
random one:

- masked-token loss (nats) and perplexity on `DIR/held_out.npy`, for the pre-trained model;
- linear probes: states of a frozen encoder, averaged over a sentence, tell by logistic regression
  whether it holds a measure (F1), and which status the measure has (accuracy).

Probes are fitted on the training documents and scored on the validation documents.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.preprocessing import StandardScaler
from transformers import BertModel, PreTrainedTokenizerFast

from pipeline.training.corpus_data import LabelledSentence, read_labelled
from pipeline.training.encoder.pretrain import Recipe, Run, build

LONGEST = 96
BATCH = 64


@torch.no_grad()
def sentence_states(
    encoder: BertModel, tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]
) -> NDArray[np.float32]:
    """Return last-layer states averaged over each sentence's pieces (sentences, width)."""
    encoder.eval()
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    result = np.zeros((len(texts), encoder.config.hidden_size), np.float32)
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        batch = tokenizer(
            [texts[i] for i in rows],
            padding=True,
            truncation=True,
            max_length=LONGEST,
            return_tensors="pt",
        )
        states = encoder(
            input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]
        ).last_hidden_state
        kept = batch["attention_mask"].unsqueeze(-1)
        result[rows] = ((states * kept).sum(1) / kept.sum(1)).numpy()
    return result


def probes(
    encoder: BertModel,
    tokenizer: PreTrainedTokenizerFast,
    train: Sequence[LabelledSentence],
    validation: Sequence[LabelledSentence],
) -> dict[str, float]:
    """Return the figures of both probes for one frozen encoder."""
    scaler = StandardScaler()
    known = scaler.fit_transform(
        sentence_states(encoder, tokenizer, [s.example.text for s in train])
    )
    asked = scaler.transform(
        sentence_states(encoder, tokenizer, [s.example.text for s in validation])
    )

    def regression() -> LogisticRegression:
        return LogisticRegression(C=0.1, max_iter=1000)

    has = regression().fit(known, [bool(s.gold) for s in train])
    one_known, one_asked = (
        [i for i, s in enumerate(part) if len(s.gold) == 1] for part in (train, validation)
    )
    status = regression().fit(known[one_known], [train[i].gold[0].statuses[0] for i in one_known])
    return {
        "any_measure_f1": round(
            f1_score([bool(s.gold) for s in validation], has.predict(asked)), 4
        ),
        "status_accuracy": round(
            accuracy_score(
                [validation[i].gold[0].statuses[0] for i in one_asked],
                status.predict(asked[one_asked]),
            ),
            4,
        ),
    }


def main() -> None:
    """Read the command line, measure, print JSON and write `DIR/probe.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, default=Path("corpus/measures"))
    options = parser.parse_args()
    train, validation = (
        read_labelled(options.corpus / f"{name}.jsonl") for name in ("train", "validation")
    )
    recipe = Recipe(**torch.load(options.work / "checkpoint.pt", map_location="cpu")["recipe"])
    run = Run(options.work, recipe)
    loss = run.evaluate(np.load(options.work / "held_out.npy", mmap_mode="r"))
    figures: dict[str, object] = {
        "held_out_loss": round(loss, 4),
        "held_out_perplexity": round(math.exp(loss), 2),
        "pretrained": probes(run.model.encoder, run.tokenizer, train, validation),
    }
    untrained = replace(recipe, start="")
    for name, begun, vectors in (
        ("start", recipe, "vectors.npy"),
        ("untrained", untrained, "none"),
    ):
        encoder = build(begun, run.tokenizer, options.work / vectors).encoder
        figures[name] = probes(encoder, run.tokenizer, train, validation)
    (options.work / "probe.json").write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
