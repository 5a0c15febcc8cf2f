"""The encoder that is fine-tuned: a name on the hub or a folder, in `transformers` format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from transformers import AutoModel, AutoTokenizer
from transformers.utils import logging

from pipeline.errors import ModelError
from pipeline.stages.classify.pieces import Limits, PieceReader
from pipeline.training.classifier.trainer import Marks

REMEDY = (
    "Name a model of the hub that this machine can reach or has stored, or a folder that "
    "`save_pretrained` wrote."
)


@dataclass(frozen=True)
class Base:
    """An encoder with its vocabulary.

    Attributes:
        hub_tokenizer: the same vocabulary as `transformers` has it.
        opens, closes: numbers of the pieces that stand in front of a text and behind it.
    """

    name: str
    encoder: Any
    tokenizer: Tokenizer
    hub_tokenizer: Any
    marks: Marks
    opens: int
    closes: int
    limits: Limits

    def reader(self) -> PieceReader:
        """What encodes examples for it."""
        return PieceReader(self.tokenizer, self.opens, self.closes, self.limits)


def load_base(name: str, dropout: float, layers: int | None = None) -> Base:
    """Load an encoder; `dropout` replaces its own.

    Args:
        layers: how many of its layers to keep, the first ones; None: all.

    Raises:
        ModelError: there is none, it has no tokenizer that `tokenizers` runs, or no marks.
    """
    logging.disable_progress_bar()
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(name)
        kept = {} if layers is None else {"num_hidden_layers": layers}
        encoder: Any = AutoModel.from_pretrained(
            name, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout, **kept
        )
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise ModelError(f"cannot load the encoder {name}: {error}", remedy=REMEDY) from error
    if not tokenizer.is_fast:
        raise ModelError(f"{name} has no fast tokenizer", remedy=REMEDY)
    numbers = {key: getattr(tokenizer, f"{key}_token_id") for key in ("cls", "sep", "pad", "mask")}
    absent = [key for key, number in numbers.items() if number is None]
    if absent:
        raise ModelError(f"{name} is no BERT: it has no {', '.join(absent)} token", remedy=REMEDY)
    encoder = encoder.float()  # some are stored in half precision
    if hasattr(encoder, "pooler"):
        encoder.pooler = None  # nothing reads it: it would be stored and never learn
    limits = Limits().within(encoder.config.max_position_embeddings)
    return Base(
        Path(name).name if Path(name).is_dir() else name,
        encoder,
        Tokenizer.from_str(tokenizer.backend_tokenizer.to_str()),
        tokenizer,
        Marks(numbers["pad"], numbers["mask"]),
        numbers["cls"],
        numbers["sep"],
        limits,
    )
