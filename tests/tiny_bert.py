"""A tiny BERT with a vocabulary of its own, and labelled sentences that it can learn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

WORDS = {
    "recruitment": ("anställt", "kuratorer"),
    "routines": ("infört", "rutiner"),
    "funding": ("avsatt", "medel"),
}
STATUSES = {"taken": "har", "planned": "ska ha", "proposed": "bör ha"}
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def documents(count: int, start: int = 0) -> list[dict[str, Any]]:
    """Documents in the corpus's format: every measure in every status, and sentences without."""
    made = []
    for number in range(start, start + count):
        sentences = []
        for label, (verb, what) in WORDS.items():
            for status, auxiliary in STATUSES.items():
                text = f"Nämnden {auxiliary} {verb} {number + 2} {what} i enhet {number}."
                gold = [{"label": label, "status": status, "scope": "named"}]
                sentences.append({"text": text, "labels": gold})
                sentences.append({"text": f"Enhet {number} ligger vid torget.", "labels": []})
        section = {"heading": "Åtgärder", "sentences": sentences}
        made.append({"id": f"d{number}", "genre": "memo", "sections": [section]})
    return made


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    """Write records as JSONL."""
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def tiny_bert(folder: Path) -> Path:
    """Save an untrained BERT of 2 layers of 32 with its tokenizer, as `transformers` would."""
    import torch
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(strip_accents=False, lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    texts = [s["text"] for d in documents(40) for part in d["sections"] for s in part["sentences"]]
    trainer = trainers.WordPieceTrainer(vocab_size=300, special_tokens=SPECIAL, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    named = {f"{token[1:-1].lower()}_token": token for token in SPECIAL}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **named)
    fast.save_pretrained(folder)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(fast),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder)
    return folder
