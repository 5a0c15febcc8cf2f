"""Read decisions back from JSONL, CSV, XLSX, Label Studio and doccano."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection

from pipeline.review.decide import Reviewer
from pipeline.review.errors import Refused
from pipeline.review.events import Change
from pipeline.review.exchange.write import ESCAPE
from pipeline.review.judgement import Suggestion, checked
from pipeline.review.log import once, slots_of
from pipeline.review.queue import ROW
from pipeline.review.schema import FindingRow
from pipeline.review.standing import SHARED, standing

MOST_CELLS = 400_000_000
"""Bytes that an XLSX file may unpack to."""


class Unreadable(Refused):
    """A file that is in none of the formats."""

    code = "review-import"
    remedy = "Give a file that was exported here as JSONL, CSV, XLSX, Label Studio or doccano."
    status = 422


class Read(NamedTuple):
    """A decision that a file holds."""

    finding: str
    verdict: str
    content: Suggestion | None


class Result(NamedTuple):
    """What became of a file's decisions."""

    taken: int
    same: int
    conflicts: list[str]
    unknown: int


def read(name: str, content: bytes) -> list[Read]:
    """Return a file's decisions; findings without one are left out.

    Raises:
        Unreadable: it is in none of the formats.
    """
    try:
        return [one for one in _reader(name, content)(content) if one]
    except (
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        csv.Error,
        zipfile.BadZipFile,
    ) as error:
        why = repr(error)[:200]
        raise Unreadable("cannot read {name!r}: {why}", name=name[:100], why=why) from error


def take(
    connection: Connection, who: Reviewer, key: str, found: list[Read], codes: Collection[str]
) -> Result:
    """Put decisions into the log; what somebody judged otherwise stays, and is listed."""
    result = Result(0, 0, [], 0)

    def work() -> tuple[list[Change], dict[str, Any]]:
        changes: dict[str, Change] = {}
        same, unknown, conflicts = 0, 0, []
        ids = [one.finding for one in found]
        slots = slots_of(connection, ids)
        known = set()
        for start in range(0, len(ids), 500):
            some = ROW.with_only_columns(FindingRow.id).where(
                FindingRow.id.in_(ids[start : start + 500])
            )
            known |= set(connection.execute(some).scalars())
        for one in found:
            if one.finding not in known:
                unknown += 1
                continue
            here = {name: slot.value for name, slot in slots.get(one.finding, {}).items()}
            stand = standing(here)
            judgement = checked(who.name, one.verdict, one.content, codes)
            if stand.outcome and stand.outcome.agrees(judgement):
                same += 1
            elif stand.place != "open" or stand.coders or one.finding in changes:
                conflicts.append(one.finding)
            else:
                before = here.get(SHARED)
                value = judgement.as_value()
                changes[one.finding] = Change(one.finding, SHARED, before, value)
        return list(changes.values()), {
            "result": "saved",
            "taken": len(changes),
            "same": same,
            "conflicts": conflicts,
            "unknown": unknown,
        }

    request = [[one.finding, one.verdict, repr(one.content)] for one in found]
    told = once(connection, who.origin(key, "import"), request, work)
    return result._replace(**{name: told[name] for name in Result._fields})


def _reader(name: str, content: bytes) -> Callable[[bytes], Iterator[Read | None]]:
    if content[:2] == b"PK":
        return _xlsx
    if name.casefold().endswith(".csv"):
        return _csv
    text = content.lstrip()
    if text[:1] == b"[":
        return _label_studio
    first = json.loads(text.split(b"\n", 1)[0])
    return _doccano if "text" in first and isinstance(first.get("label"), list) else _jsonl


def _jsonl(content: bytes) -> Iterator[Read | None]:
    for line in content.decode("utf-8-sig").split("\n"):
        if line.strip():
            yield _row(json.loads(line))


def _csv(content: bytes) -> Iterator[Read | None]:
    csv.field_size_limit(10_000_000)
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        yield _row({name: (value or "").removeprefix(ESCAPE) for name, value in row.items()})


def _xlsx(content: bytes) -> Iterator[Read | None]:
    from openpyxl import load_workbook

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(info.file_size for info in archive.infolist()) > MOST_CELLS:
            raise ValueError("it unpacks to too much")
    sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    names = [str(name) for name in next(rows)]
    for row in rows:
        yield _row(dict(zip(names, row, strict=False)))


def _row(row: dict[str, Any]) -> Read | None:
    if not row["verdict"]:
        return None
    codes = row["municipalities"] or []
    if isinstance(codes, str):
        codes = [code.strip() for code in codes.split(";") if code.strip()]
    return _read(row["finding_id"], row["verdict"], row, codes)


def _read(finding: Any, verdict: Any, said: dict[str, Any], codes: Any) -> Read:
    if verdict != "accepted":
        return Read(_text(finding), _text(verdict), None)
    label, status, scope = (_text(said[name]) for name in ("label", "status", "scope"))
    municipalities = tuple(_text(code) for code in codes)
    # `checked` holds them against the codebook.
    content = Suggestion(label, status, scope, municipalities)  # type: ignore[arg-type]
    return Read(_text(finding), "accepted", content)


def _label_studio(content: bytes) -> Iterator[Read | None]:
    for task in json.loads(content):
        for annotation in task.get("annotations", [])[-1:]:
            said = {}
            for region in annotation["result"]:
                value = region["value"]
                said[region["from_name"]] = (value.get("choices") or value["labels"])[0]
            data = task["data"]
            verdict = said.get("verdict", "accepted")
            yield _read(data["finding_id"], verdict, said, data.get("municipalities", []))


def _doccano(content: bytes) -> Iterator[Read | None]:
    for line in content.decode("utf-8-sig").split("\n"):
        if line.strip():
            one = json.loads(line)
            label = one["label"][0][2] if one["label"] else None
            if one.get("verdict"):
                said = one | {"label": label}
                yield _read(one["finding_id"], one["verdict"], said, one["municipalities"])


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"{value!r} is no text")
    return value
