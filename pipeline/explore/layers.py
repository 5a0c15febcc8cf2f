"""The layers of one document as tables: what each stage added."""

from __future__ import annotations

import pandas as pd

from pipeline.api import Analysis
from pipeline.codebook import LABELS, SWEDISH
from pipeline.explore.html import visible
from pipeline.gazetteer import Gazetteer

_SOURCES = {
    "text_layer": "textlager",
    "hidden_text_layer": "osynligt textlager (OCR)",
    "ocr": "OCR nu",
    "file": "fil utan sidor",
}


def pages(doc: Analysis) -> pd.DataFrame:
    """What extraction read, a row a page."""
    rows = [
        {
            "sida": page.number,
            "källa": _SOURCES[page.source],
            "tecken": page.end - page.start,
            "ord med plats": len(page.words),
            "områden": len(page.regions),
            "börjar": " ".join(doc.raw[page.start : page.start + 60].split()),
        }
        for page in doc.document.pages
    ]
    return pd.DataFrame(rows)


def edits(doc: Analysis) -> pd.DataFrame:
    """What repair changed, a row an edit, with the text around."""
    raw = doc.raw
    rows = [
        {
            "plats": edit.start,
            "slag": edit.kind,
            "före": visible(edit.before),
            "efter": visible(edit.after),
            "säkerhet": round(edit.confidence, 2),
            "sammanhang": visible(
                raw[max(0, edit.start - 20) : edit.start]
                + f"[{edit.before}→{edit.after}]"
                + raw[edit.end : edit.end + 20]
            ),
        }
        for edit in doc.document.offsets.edits
    ]
    columns = ["plats", "slag", "före", "efter", "säkerhet", "sammanhang"]
    return pd.DataFrame(rows, columns=columns)


def sentences(doc: Analysis) -> pd.DataFrame:
    """What segmentation cut, a row a sentence."""
    rows = [
        {"rubrik": one.heading, "mening": " ".join(doc.text[one.start : one.end].split())}
        for one in doc.document.sentences
    ]
    return pd.DataFrame(rows, columns=["rubrik", "mening"])


def findings(doc: Analysis) -> pd.DataFrame:
    """What was found, in a reader's words."""
    return in_swedish(doc.to_frame())


def in_swedish(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of a findings table that a reader wants, in Swedish."""
    return pd.DataFrame(
        {
            "åtgärd": frame["label"].map(SWEDISH),
            "status": frame["status"].map(SWEDISH),
            "vems": frame["scope"].map(SWEDISH),
            "kommuner": frame["municipality_names"].map(", ".join),
            "år": frame["year"].astype("Int64"),
            "sannolikhet": frame["score"].round(2),
            "sida": frame["page"].astype("Int64"),
            "mening": frame["text"],
        }
    )


def per_municipality(municipalities: pd.DataFrame, status: str) -> pd.DataFrame:
    """Findings of one status, a row a municipality, a column a measure."""
    chosen = municipalities[municipalities["status"] == status]
    table = chosen.pivot_table(
        index="municipality_name", columns="label", values="findings", aggfunc="sum", fill_value=0
    )
    columns = [label for label in LABELS if label in table.columns]
    return table[columns].rename(columns=SWEDISH).rename_axis(index="kommun", columns=None)


def subject(doc: Analysis) -> pd.Series[str]:
    """Whom the document is by and about."""
    about, gazetteer = doc.document.subject, Gazetteer.load()
    author = ", ".join(map(gazetteer.name, about.author)) if about else ""
    covered = ", ".join(map(gazetteer.name, about.covered)) if about else ""
    year = str(about.year) if about and about.year else ""
    return pd.Series(
        {"avsändare": author or "–", "handlar om": covered or "–", "år": year or "–"}, name="ämne"
    )
