"""Write what `AutoModel` and `AutoTokenizer` load."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

TOKENIZER_CLASS = "PreTrainedTokenizerFast"
"""The name that releases 4 and 5 of transformers both know."""


def save(model: Any, tokenizer: Any, folder: Path) -> None:
    """Write a model of `transformers`, in half precision, and its tokenizer to a folder."""
    copy.deepcopy(model).cpu().half().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    settings = folder / "tokenizer_config.json"
    known = json.loads(settings.read_text(encoding="utf-8"))
    known = {"tokenizer_class": TOKENIZER_CLASS} | {
        key: known[key] for key in known if key.endswith("_token") or key == "model_max_length"
    }
    settings.write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
