"""The peer of classification: `transformers.pipeline` with a small BERT, its weights random.

Time does not depend on the weights; nothing is downloaded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizer, pipeline

from pipeline.codebook import LABELS

LAYERS, WIDTH, HEADS = 3, 256, 4
"""The size of our own classifier, three quarters of Google's BERT-mini."""
_VOCABULARY = 8000
_BATCH = 32


def text_classifier(sentences: Sequence[str], folder: Path) -> Any:
    """Return the pipeline; `folder` gets its vocabulary, made of the words of `sentences`."""
    words = Counter(w for s in sentences for w in re.findall(r"\w+|[^\w\s]", s.lower()))
    characters = sorted({c for word in words for c in word})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]
    pieces += [f"##{c}" for c in characters]
    pieces += [word for word, _ in words.most_common(_VOCABULARY) if len(word) > 1]
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(pieces) + "\n", encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=4 * WIDTH,
    )
    config.num_labels = len(LABELS)
    tokenizer = BertTokenizer(vocab=str(vocabulary), do_lower_case=True)
    model = BertForSequenceClassification(config)
    model.requires_grad_(False)
    return pipeline(
        "text-classification",
        model=model,
        tokenizer=tokenizer,
        device=-1,
        top_k=None,
        batch_size=_BATCH,
        truncation=True,
        max_length=256,
    )
