"""Label Studio: a task a finding, and the labelling configuration that the tasks fit.

Offsets count code points of `data.text`, as Label Studio's own do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.export.label_studio import control
from pipeline.review.exchange.records import Record
from pipeline.review.judgement import VERDICTS


def tasks(found: Iterable[Record]) -> bytes:
    """Tasks with the model's prediction, and the reviewers' annotation where there is one."""
    return json.dumps([_task(record) for record in found], ensure_ascii=False, indent=1).encode()


def configuration(_found: Iterable[Record]) -> bytes:
    """The labelling configuration of the project that takes the tasks."""
    kinds = {"perRegion": "true", "choice": "single"}
    controls = (
        control("Choices", "verdict", VERDICTS, {"choice": "single"}),
        control("Labels", "label", LABELS, {}),
        control("Choices", "status", STATUSES, kinds),
        control("Choices", "scope", SCOPES, kinds),
    )
    text = '  <Text name="text" value="$text" granularity="word"/>'
    return "\n".join(("<View>", text, *controls, "</View>", "")).encode()


def _task(record: Record) -> dict[str, Any]:
    suggestion = {name: record[f"suggested_{name}"] for name in ("label", "status", "scope")}
    task: dict[str, Any] = {
        "data": {
            "text": record["context"],
            "finding_id": record["finding_id"],
            "document": record["document"],
            "heading": record["heading"],
            "municipalities": record["municipalities"] or record["suggested_municipalities"],
            # `completed_by` would have to be somebody whom the Label Studio there knows.
            "reviewer": record["by"],
            "comments": record["comments"],
        },
        "predictions": [
            {"score": record["score"], "result": _regions(record, suggestion, "accepted")}
        ],
        "annotations": [],
    }
    if record["verdict"]:
        task["annotations"].append({"result": _regions(record, record, record["verdict"])})
    return task


def _regions(record: Record, said: Record, verdict: str) -> list[dict[str, Any]]:
    start, end = (place - record["context_start"] for place in record["span"])
    shared = {"id": record["finding_id"], "to_name": "text"}
    where = {"start": start, "end": end, "text": record["context"][start:end]}
    whole = {"id": f"{record['finding_id']}-verdict", "to_name": "text"}
    result = [whole | {"from_name": "verdict", "type": "choices", "value": {"choices": [verdict]}}]
    if verdict == "accepted":
        value = where | {"labels": [said["label"]]}
        result.append(shared | {"from_name": "label", "type": "labels", "value": value})
        for name in ("status", "scope"):
            value = where | {"choices": [said[name]]}
            result.append(shared | {"from_name": name, "type": "choices", "value": value})
    return result
