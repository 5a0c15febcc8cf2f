"""The corpus as it was before 2026-11-23: what these tests hold does not change as it grows."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.training.corpus_data import LabelledSentence, read_labelled

LATER = re.compile(r"[abcdefstuv]\d+-")
"""Documents of 2026-11-23, most of whose measures stand in no signal word."""


def early_sentences(path: Path) -> list[LabelledSentence]:
    """Return the sentences of a corpus file's earlier documents."""
    return [one for one in read_labelled(path) if not LATER.match(one.document)]
