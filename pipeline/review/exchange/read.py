"""Read decisions back from JSONL, CSV, XLSX, Label Studio and doccano."""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from pipeline.review.decide import note
from pipeline.review.errors import Refused
from pipeline.review.events import Change, held
from pipeline.review.exchange.write import ESCAPE, flat
from pipeline.review.judgement import Suggestion, checked
from pipeline.review.log import Reviewer, chunks, once, slots_of
from pipeline.review.masking import mask
from pipeline.review.schema import FindingRow
from pipeline.review.standing import SHARED, notes_for, standing

_BROKEN = (
    AttributeError,
    EOFError,
    LookupError,
    RuntimeError,  # too deeply nested JSON, an encrypted archive, a sheet without rows
    SyntaxError,  # XML that is none
    TypeError,
    ValueError,
    csv.Error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What readers raise at files of other kinds."""
MOST_CELLS = 400_000_000
"""Bytes that an XLSX file may unpack to."""


class Unreadable(Refused):
    """A file that is in none of the formats."""

    code = "review-import"
    remedy = "Give a file that was exported here as JSONL, CSV, XLSX, Label Studio or doccano."
    status = 422


class Read(NamedTuple):
    """What a file says of a finding: a decision (no verdict: none), and comments."""

    finding: str
    verdict: str | None
    content: Suggestion | None = None
    comments: tuple[str, ...] = ()


class Skipped(NamedTuple):
    """Something that says nothing of a finding: a cancelled annotation, a relation."""

    what: str


class Held(NamedTuple):
    """What a file holds, and how much of it was skipped."""

    found: list[Read]
    skipped: int


class Result(NamedTuple):
    """What became of a file's decisions and comments."""

    taken: int
    same: int
    conflicts: list[str]
    unknown: int
    comments: int
    skipped: int


def read(name: str, content: bytes) -> Held:
    """Return a file's decisions and comments; findings without any are left out.

    Raises:
        Unreadable: it is in none of the formats.
    """
    try:
        entries = list(_reader(name, content)(content))
    except _BROKEN as error:
        why = repr(error)[:200]
        raise Unreadable("cannot read {name!r}: {why}", name=name[:100], why=why) from error
    found = [one for one in entries if isinstance(one, Read) and (one.verdict or one.comments)]
    return Held(found, sum(isinstance(one, Skipped) for one in entries))


def take(
    connection: Connection, who: Reviewer, key: str, file: Held, codes: Collection[str]
) -> Result:
    """Put decisions and comments into the log.

    What somebody judged otherwise stays, and is listed; so do comments that are there already.
    """
    found = file.found

    def work() -> tuple[list[Change], dict[str, Any]]:
        changes: dict[str, Change] = {}
        comments: list[Change] = []
        same, unknown, conflicts = 0, 0, []
        ids = [one.finding for one in found]
        slots = slots_of(connection, ids)
        known = set()
        for some in chunks(ids):
            there = select(FindingRow.id).where(FindingRow.id.in_(some))
            known |= set(connection.execute(there).scalars())
        for one in found:
            if one.finding not in known:
                unknown += 1
                continue
            here = held(slots.get(one.finding, {}))
            stand = standing(here)
            for text in _new_comments(one, notes_for(here, stand, who.name)):
                comments.append(note(who, f"{key}-{len(comments)}", one.finding, text))
            if not one.verdict:
                continue
            judgement = checked(who.name, one.verdict, one.content, codes)
            if stand.outcome and stand.outcome.agrees(judgement):
                same += 1
            elif stand.place != "open" or stand.coders or one.finding in changes:
                conflicts.append(one.finding)
            else:
                before = here.get(SHARED)
                value = judgement.as_value()
                changes[one.finding] = Change(one.finding, SHARED, before, value)
        return [*changes.values(), *comments], {
            "result": "saved",
            "taken": len(changes),
            "same": same,
            "conflicts": conflicts,
            "unknown": unknown,
            "comments": len(comments),
            "skipped": file.skipped,
        }

    request = [[one.finding, one.verdict, repr(one.content), one.comments] for one in found]
    told = once(connection, who.origin(key, "import"), request, work)
    return Result(**{name: told[name] for name in Result._fields})


def _new_comments(one: Read, notes: list[dict[str, Any]]) -> list[str]:
    """Comments that are not there yet: as they are, masked, or joined in one cell of a table."""
    there = [note["text"] for note in notes]
    there += [flat(there)]
    known = {*there, *map(mask, there)}
    return [text for text in dict.fromkeys(one.comments) if text not in known]


def _reader(name: str, content: bytes) -> Callable[[bytes], Iterator[Read | Skipped]]:
    if content[:2] == b"PK":
        return _xlsx
    if name.casefold().endswith(".csv"):
        return _csv
    text = content.lstrip()
    if text[:1] == b"[":
        return _label_studio
    first = json.loads(text.split(b"\n", 1)[0])
    return _doccano if "text" in first and isinstance(first.get("label"), list) else _jsonl


def _jsonl(content: bytes) -> Iterator[Read]:
    for line in content.decode("utf-8-sig").split("\n"):
        if line.strip():
            yield _row(json.loads(line))


def _csv(content: bytes) -> Iterator[Read]:
    csv.field_size_limit(10_000_000)
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        yield _row({name: (value or "").removeprefix(ESCAPE) for name, value in row.items()})


def _xlsx(content: bytes) -> Iterator[Read]:
    from openpyxl import load_workbook

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(info.file_size for info in archive.infolist()) > MOST_CELLS:
            raise ValueError("it unpacks to too much")
    sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    names = [str(name) for name in next(rows)]
    for row in rows:
        yield _row(dict(zip(names, row, strict=False)))


def _row(row: dict[str, Any]) -> Read:
    comments = row.get("comments") or []
    comments = [comments] if isinstance(comments, str) else comments
    if not row["verdict"]:
        return Read(_text(row["finding_id"]), None, comments=_texts(comments))
    codes = row["municipalities"] or []
    if isinstance(codes, str):
        codes = [code.strip() for code in codes.split(";") if code.strip()]
    return _read(row["finding_id"], row["verdict"], row, codes, comments)


def _read(finding: Any, verdict: Any, said: dict[str, Any], codes: Any, comments: Any = ()) -> Read:
    if verdict != "accepted":
        return Read(_text(finding), _text(verdict), comments=_texts(comments))
    label, status, scope = (_text(said[name]) for name in ("label", "status", "scope"))
    # `checked` holds them against the codebook.
    content = Suggestion(label, status, scope, _texts(codes))  # type: ignore[arg-type]
    return Read(_text(finding), "accepted", content, _texts(comments))


def _label_studio(content: bytes) -> Iterator[Read | Skipped]:
    """The last annotation of each task that says something."""
    for task in json.loads(content):
        saying = []
        for annotation in task.get("annotations", []):
            if annotation.get("was_cancelled") or not annotation["result"]:
                yield Skipped("annotation")
            else:
                saying.append(annotation["result"])
        data = task["data"]
        comments = data.get("comments", [])
        if comments and not saying:
            yield Read(_text(data["finding_id"]), None, comments=_texts(comments))
        for result in saying[-1:]:
            said = {}
            for region in result:
                if region.get("type") == "relation":
                    yield Skipped("relation")
                    continue
                value = region["value"]
                said[region["from_name"]] = (value.get("choices") or value["labels"])[0]
            verdict, codes = said.get("verdict", "accepted"), data.get("municipalities", [])
            yield _read(data["finding_id"], verdict, said, codes, comments)


def _doccano(content: bytes) -> Iterator[Read]:
    for line in content.decode("utf-8-sig").split("\n"):
        if line.strip():
            one = json.loads(line)
            label = one["label"][0][2] if one["label"] else None
            comments = one.get("Comments") or []
            yield _row(one | {"label": label, "verdict": one.get("verdict"), "comments": comments})


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(_text(value) for value in values)


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"{value!r} is no text")
    return value
