"""Write records in each format; text is masked before it comes here."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from pipeline.review.exchange import label_studio
from pipeline.review.exchange.records import COLUMNS, Record

ESCAPE = "'"
_ESCAPED = ("=", "+", "-", "@", "\t", "\r", ESCAPE)
TRAINING = "training"
"""The format that `kommunlupp train` reads."""
_SENTENCE = ("heading", "before", "text", "after")


def jsonl(found: Iterable[Record]) -> bytes:
    """A record a line."""
    return _lines({name: record[name] for name in COLUMNS} for record in found)


def decisions(found: Iterable[Record]) -> bytes:
    """CSV for `kommunlupp aggregate`: finding_id, verdict (confirmed, rejected), sampled.

    A finding is confirmed where it was accepted with the label that the model gave it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["finding_id", "verdict", "sampled"])
    for record in found:
        if record["place"] == "reviewed" and record["origin"] == "model":
            same = record["label"] == record["suggested_label"]
            verdict = "confirmed" if same else "rejected"
            writer.writerow([record["finding_id"], verdict, str(record["sampled"]).lower()])
    return out.getvalue().encode()


def training(found: Iterable[Record]) -> bytes:
    """Labelled sentences as `kommunlupp train` reads them, of those that were judged in full.

    A sentence's labels are what was accepted on it, also on a part of it. One with a finding
    that is still open, unsure or disputed is left out.
    """
    sentences: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for record in found:
        sentences[record["document_id"], *(record[name] for name in _SENTENCE)].append(record)
    return _lines(
        {
            "id": f"{document[:16]}:{min(record['start'] for record in judged)}",
            "document": document,
            **dict(zip(_SENTENCE, sentence, strict=True)),
            "labels": [
                {"label": r["label"], "status": r["status"], "scope": r["scope"]}
                for r in {r["label"]: r for r in judged if r["label"]}.values()
            ],
        }
        for (document, *sentence), judged in sentences.items()
        if all(record["place"] == "reviewed" for record in judged)
    )


def table_csv(found: Iterable[Record]) -> bytes:
    """UTF-8 with a byte order mark; lists by `;`; what a spreadsheet would compute is quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for record in found:
        writer.writerow([_safe(flat(record[name])) for name in COLUMNS])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def table_xlsx(found: Iterable[Record]) -> bytes:
    """One sheet, `findings`; text is text, never a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("findings")
    sheet.freeze_panes = "A2"
    sheet.append(list(COLUMNS))
    for record in found:
        cells = []
        for name in COLUMNS:
            value = flat(record[name])
            if isinstance(value, str):
                value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)[:32_000]
            cell = WriteOnlyCell(sheet, value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def doccano(found: Iterable[Record]) -> bytes:
    """JSONL of doccano's sequence labelling; offsets count code points of `text`."""
    return _lines(_doccano(record) for record in found)


def _doccano(record: Record) -> dict[str, Any]:
    start, end = (place - record["context_start"] for place in record["span"])
    label = record["label"] if record["verdict"] else record["suggested_label"]
    return {
        "text": record["context"],
        "label": [[start, end, label]] if label else [],
        "Comments": record["comments"],
        "finding_id": record["finding_id"],
        "verdict": record["verdict"],
        "status": record["status"] or record["suggested_status"],
        "scope": record["scope"] or record["suggested_scope"],
        "municipalities": record["municipalities"] or record["suggested_municipalities"],
    }


def web_annotation(found: Iterable[Record]) -> bytes:
    """A W3C annotation collection: what was accepted, by quote and by position."""
    items = []
    for record in found:
        if record["verdict"] != "accepted":
            continue
        start, end = (place - record["context_start"] for place in record["span"])
        context = record["context"]
        body = [
            {"type": "TextualBody", "purpose": "classifying", "value": record[name], "about": name}
            for name in ("label", "status", "scope")
        ]
        items.append(
            {
                "id": f"urn:kommunlupp:finding:{record['finding_id']}",
                "type": "Annotation",
                "motivation": "classifying",
                "creator": {"type": "Person", "nickname": record["by"]},
                "body": body,
                "target": {
                    "source": f"urn:sha256:{record['document_id']}",
                    "selector": [
                        {
                            "type": "TextQuoteSelector",
                            "exact": context[start:end],
                            "prefix": context[max(0, start - 60) : start],
                            "suffix": context[end : end + 60],
                        },
                        {
                            "type": "TextPositionSelector",
                            "start": record["span"][0],
                            "end": record["span"][1],
                        },
                    ],
                },
            }
        )
    page = {
        "@context": [
            "http://www.w3.org/ns/anno.jsonld",
            {"about": "urn:kommunlupp:about", "nickname": "http://xmlns.com/foaf/0.1/nick"},
        ],
        "id": "urn:kommunlupp:review",
        "type": "AnnotationPage",
        "items": items,
    }
    return json.dumps(page, ensure_ascii=False, indent=1).encode()


FORMATS: dict[str, tuple[str, str, Callable[[Iterable[Record]], bytes]]] = {
    "jsonl": ("beslut.jsonl", "application/jsonl", jsonl),
    "csv": ("beslut.csv", "text/csv", table_csv),
    "xlsx": (
        "beslut.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        table_xlsx,
    ),
    "label-studio": ("label-studio.json", "application/json", label_studio.tasks),
    "label-studio-config": ("label-studio.xml", "application/xml", label_studio.configuration),
    "doccano": ("doccano.jsonl", "application/jsonl", doccano),
    "web-annotation": ("annotationer.jsonld", "application/ld+json", web_annotation),
    TRAINING: ("traning.jsonl", "application/jsonl", training),
    "decisions": ("decisions.csv", "text/csv", decisions),
}
"""Format to file name, media type and writer."""


def _lines(found: Iterable[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in found).encode()


def flat(value: object) -> Any:
    """A value for one cell of a table."""
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def _safe(value: object) -> object:
    return ESCAPE + value if isinstance(value, str) and value.startswith(_ESCAPED) else value
