"""Why the model gives a label: what it says when each word in turn is left out (occlusion).

Source: Zeiler and Fergus (2014), section 3.1, with words in place of patches.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from pipeline.codebook import LABELS
from pipeline.resources import model_folder
from pipeline.review.site import Site
from pipeline.stages.classify import SHIPPED, Example, MeasureModel, load_model

MAX_WORDS = 200
"""Words of a sentence beyond are not looked at."""


class Weighted(NamedTuple):
    """A word; `weight`: by how much the log odds fall without it; `level`: -3 to 3, to show it."""

    text: str
    weight: float
    level: int


def model_of(site: Site) -> MeasureModel:
    """The model that explains; raises `ModelError`."""
    folder = site.options.model or model_folder(SHIPPED)
    return site.remembered("model", 1e9, lambda: load_model(folder))


def explains(site: Site, made_by: str) -> bool:
    """Whether the model that explains made the run; that one's version may have its threshold."""
    version = model_of(site).version
    return made_by == version or made_by.startswith(f"{version}-")


def why(site: Site, row: Any) -> list[Weighted]:
    """Weigh each word of a finding's sentence for the label that the model suggested."""
    example = Example(row.before, row.text, row.after, row.heading)
    return weigh(model_of(site), example, LABELS.index(row.label))


def weigh(model: MeasureModel, example: Example, label: int) -> list[Weighted]:
    """Weigh the words of a sentence for the label with this index."""
    words = example.text.split()[:MAX_WORDS]
    without = [
        replace(example, text=" ".join(words[:n] + words[n + 1 :])) for n in range(len(words))
    ]
    chances = model.probabilities([example, *without])[:, label].astype(np.float64)
    odds = np.log(np.clip(chances, 1e-6, 1 - 1e-6) / np.clip(1 - chances, 1e-6, 1))
    weights = odds[0] - odds[1:]
    most = float(np.abs(weights).max(initial=0.0))
    levels = np.round(3 * weights / most).astype(int) if most > 0.05 else np.zeros(len(words), int)
    return [
        Weighted(word, round(float(weight), 3), int(level))
        for word, weight, level in zip(words, weights, levels, strict=True)
    ]
