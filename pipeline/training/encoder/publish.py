"""Put a pre-trained encoder into `models/encoder`, with its figures.

`python -m pipeline.training.encoder.publish --work DIR --out models/encoder` writes what
`AutoModel`, `AutoModelForMaskedLM` and `AutoTokenizer` load (weights in half precision) and
`metrics.json`: the recipe, and what `metrics.json` and `probe.json` in `DIR` say.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from transformers import BertForMaskedLM

from pipeline.training import hub_format
from pipeline.training.encoder.pretrain import PretrainedModel, Recipe, Run


def with_head(model: PretrainedModel) -> BertForMaskedLM:
    """Return the same model under the names that `transformers` gives its parts."""
    published = BertForMaskedLM(model.encoder.config)
    missing, unknown = published.load_state_dict(model.named_as_published(), strict=False)
    if unknown or any("position_ids" not in name for name in missing):
        raise ValueError(f"parts do not match: missing {missing}, unknown {unknown}")
    return published


def main() -> None:
    """Read the command line and write the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("models/encoder"))
    options = parser.parse_args()
    recipe = Recipe(**torch.load(options.work / "checkpoint.pt", map_location="cpu")["recipe"])
    run = Run(options.work, recipe)
    hub_format.save(with_head(run.model), run.tokenizer, options.out)
    figures = {
        name: json.loads((options.work / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("metrics", "probe")
    }
    figures = {"recipe": figures["metrics"], **figures["probe"]}
    (options.out / "metrics.json").write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
