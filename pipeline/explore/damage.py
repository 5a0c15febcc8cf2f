"""How damaged the documents of a run are, by what, and what repair made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pandas as pd

from pipeline.api import Analysis
from pipeline.explore.html import visible
from pipeline.offsets import Edit
from pipeline.resources import model_folder
from pipeline.stages.restore.model import load_model
from pipeline.stages.restore.words import WORD

OCR = "ocr"
_CHANNELS = {
    "text_layer": "digital text",
    "hidden_text_layer": "skanning med OCR-lager",
    "ocr": "skanning, OCR nu",
    "file": "fil utan sidor",
}


def quality(docs: Iterable[Analysis]) -> pd.DataFrame:
    """One row a document: channel, unknown words before and after repair, repairs, certainty.

    An unknown word is one that the restorer's lexicon lacks: names and rare compounds are some of
    them, so that clean text has a few per cent too.
    """
    known = load_model(model_folder("restorer")).language.ids
    rows = []
    for doc in docs:
        repairs = ocr_edits(doc)
        words = len(WORD.findall(doc.raw))
        certain = [edit.confidence for edit in repairs]
        rows.append(
            {
                "dokument": doc.document.source.rpartition("/")[2],
                "kanal": channel(doc),
                "ord": words,
                "okända ord före, %": _unknown(doc.raw, known),
                "okända ord efter, %": _unknown(doc.text, known),
                "rättelser per 1 000 ord": round(1000 * len(repairs) / max(1, words), 1),
                "osäkra rättelser (< 0,9)": sum(value < 0.9 for value in certain),
            }
        )
    frame = pd.DataFrame(rows)
    return frame.sort_values("okända ord före, %", ascending=False, ignore_index=True)


def by_channel(documents: pd.DataFrame) -> pd.DataFrame:
    """Means of what `quality` found, a row a channel; a document counts as one, however long."""
    columns = ["okända ord före, %", "okända ord efter, %", "rättelser per 1 000 ord"]
    return documents.groupby("kanal")[columns].mean().round(1)


def channel(doc: Analysis) -> str:
    """How the text came into the file; the channel of most characters."""
    amounts: Counter[str] = Counter()
    for page in doc.document.pages:
        amounts[page.source] += page.end - page.start
    return _CHANNELS[amounts.most_common(1)[0][0]] if amounts else "inget läst"


def ocr_edits(doc: Analysis) -> list[Edit]:
    """The edits that repair misreadings, those by rule left out."""
    return [edit for edit in doc.document.offsets.edits if OCR in edit.kind.split("+")]


def confidences(docs: Iterable[Analysis]) -> pd.Series[float]:
    """How sure repair was of each of its edits, 0 to 1."""
    sure = [edit.confidence for doc in docs for edit in ocr_edits(doc)]
    return pd.Series(sure, name="säkerhet", dtype=float)


def confusions(docs: Iterable[Analysis], at_most: int = 15) -> pd.Series[float]:
    """The commonest misreadings: what stood there → what was printed."""
    counts = Counter(
        f"{visible(edit.before) or '∅'} → {visible(edit.after) or '∅'}"
        for doc in docs
        for edit in ocr_edits(doc)
    )
    common = dict(counts.most_common(at_most))
    return pd.Series(common, name="antal rättelser", dtype=float)


def _unknown(text: str, known: dict[str, int]) -> float:
    words = [word.lower() for word in WORD.findall(text)]
    return round(100 * sum(word not in known for word in words) / max(1, len(words)), 1)
