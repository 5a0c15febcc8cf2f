"""Descriptions of the tables for machines: Frictionless Data Package and DCAT in JSON-LD."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.merge import Run
from pipeline.codebook import LABELS, SCOPES, STATUSES, SWEDISH

Tables = dict[str, tuple[pa.Table, str]]
"""Name to table and what it holds."""

_TITLE = "Åtgärder i svenska kommuner: fynd i dokument"
_ABOUT = (
    "Åtgärder som svenska kommuner enligt lästa dokument har vidtagit, planerar eller föreslår, "
    "funna och märkta av ett datorprogram; med belägg, osäkerhet och vad som inte har lästs."
)
_CHOICES = {"label": LABELS, "status": STATUSES, "scope": SCOPES}
_MEDIA = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
_WORKBOOK_MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def data_package(tables: Tables) -> dict[str, Any]:
    """Return `datapackage.json`: a table schema for every CSV file (Frictionless Data)."""
    return {
        "profile": "tabular-data-package",
        "name": "kommunlupp",
        "title": _TITLE,
        "description": _ABOUT,
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": name,
                "path": f"{name}.csv",
                "description": about,
                "encoding": "utf-8-sig",
                "dialect": {"delimiter": ",", "header": True},
                "schema": {
                    "fields": [_field(field) for field in table.schema],
                    "missingValues": [""],
                },
            }
            for name, (table, about) in tables.items()
        ],
        "codes": {
            kind: {code: SWEDISH[code] for code in codes} for kind, codes in _CHOICES.items()
        },
    }


def dcat(tables: Tables, run: Run) -> dict[str, Any]:
    """Return `dcat.jsonld`: one dataset with a distribution for every file (DCAT 3)."""
    finished = max(run.documents.column("run_finished").to_pylist(), default="")
    distributions = [
        _distribution(f"{name}.{suffix}", about, media)
        for name, (_, about) in tables.items()
        for suffix, media in _MEDIA.items()
    ]
    workbook = _distribution("kommunlupp.xlsx", "The tables as a workbook.", _WORKBOOK_MEDIA)
    dataset: dict[str, Any] = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dcterms": "http://purl.org/dc/terms/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": "#dataset",
        "@type": "dcat:Dataset",
        "dcterms:title": {"@language": "sv", "@value": _TITLE},
        "dcterms:description": {"@language": "sv", "@value": _ABOUT},
        "dcterms:language": {
            "@id": "http://publications.europa.eu/resource/authority/language/SWE"
        },
        "dcterms:spatial": {"@id": "http://publications.europa.eu/resource/authority/country/SWE"},
        "dcterms:conformsTo": {"@id": "datapackage.json"},
        "dcat:keyword": [SWEDISH[label] for label in LABELS],
        "dcat:distribution": [*distributions, workbook],
    }
    if finished:
        dataset["dcterms:modified"] = {"@type": "xsd:dateTime", "@value": finished}
    if period := _period(run):
        dataset["dcterms:temporal"] = period
    return dataset


def _distribution(path: str, about: str, media: str) -> dict[str, Any]:
    return {
        "@id": f"#{path}",
        "@type": "dcat:Distribution",
        "dcterms:description": about,
        "dcat:downloadURL": {"@id": path},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}"},
    }


def _period(run: Run) -> dict[str, Any] | None:
    years = pc.min_max(run.findings.column("year")).as_py()
    if years["min"] is None:
        return None
    ends = (("dcat:startDate", years["min"]), ("dcat:endDate", years["max"]))
    return {"@type": "dcterms:PeriodOfTime"} | {
        key: {"@type": "xsd:gYear", "@value": f"{year:04}"} for key, year in ends
    }


def _field(field: pa.Field) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": field.name,
        "type": _type(field.type),
        "description": field.metadata[b"description"].decode(),
    }
    if pa.types.is_list(field.type):
        described["separator"] = ";"
    if field.name in _CHOICES:
        described["constraints"] = {"enum": list(_CHOICES[field.name])}
    return described


def _type(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind):
        return "integer"
    return "number" if pa.types.is_floating(kind) else "string"
