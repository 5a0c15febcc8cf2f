"""What goes out is exact, masked and comes in again."""

from __future__ import annotations

import csv
import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.etree
import pytest
from openpyxl import Workbook, load_workbook
from other_tools import OtherTools
from review_reviewers import Reviewed, reviewed, token_in
from review_run import HOSTILE, LINES, make_run

from pipeline.aggregate.decisions import read_decisions
from pipeline.review import queue
from pipeline.review.decide import Bulk, Decision, bulk, comment, decide
from pipeline.review.exchange.read import Unreadable, read
from pipeline.review.exchange.records import masked
from pipeline.review.intake import take_in
from pipeline.review.judgement import Suggestion
from pipeline.review.log import Reviewer
from pipeline.review.schema import FindingRow
from pipeline.review.transfer import import_decisions
from pipeline.review.undo import undo
from pipeline.review.view import View
from pipeline.training.corpus_data import read_labelled

WHO = Reviewer("anna", "reviewer")
FILE_NAMES = {"csv": "in.csv", "xlsx": "in.xlsx", "label-studio": "in.json"}


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Reviewed]:
    with reviewed(tmp_path) as made:
        yield made


def ids(review: Reviewed, **view: object) -> list[str]:
    with review.database.reading() as connection:
        return queue.ids_of(connection, View(**view), "anna")


def judge_some(review: Reviewed) -> None:
    """Everything is accepted as suggested but one rejected, one with another label, one open."""
    findings = ids(review)
    said = Suggestion("funding", "planned", "all", ("1440", "1470"))
    codes = review.app.state.site.names
    for number, (verdict, content) in enumerate((("rejected", None), ("accepted", said))):
        decision = Decision(uuid.uuid4().hex, findings[number], 0, verdict, content)
        review.database.write(lambda c, d=decision: decide(c, WHO, d, codes))
    order = Bulk(uuid.uuid4().hex, findings[2:-1], "accepted")
    review.database.write(lambda c: bulk(c, WHO, order, codes))


def export(review: Reviewed, name: str, who: str = "anna", **form: str) -> bytes:
    client = review.client(who)
    token = token_in(client.get("/exchange").text)
    answer = client.post(f"/export/{name}", data={"csrf": token, **form})
    assert answer.status_code == 200, answer.text
    return answer.content


def outcome(review: Reviewed) -> list[dict[str, Any]]:
    lines = export(review, "jsonl").decode().splitlines()
    records = [json.loads(line) for line in lines]
    return [{k: v for k, v in record.items() if k != "by"} for record in records]


@pytest.mark.parametrize("name", ["jsonl", "csv", "xlsx", "label-studio", "doccano"])
def test_comments_come_in_again(review: Reviewed, name: str, tmp_path: Path) -> None:
    finding, other = ids(review)[:2]
    decision = Decision(uuid.uuid4().hex, finding, 0, "rejected", note="Nej; se bilaga")
    review.database.write(lambda c: decide(c, WHO, decision, {}))
    words = "Anna, 811218-9876"
    review.database.write(lambda c: comment(c, WHO, uuid.uuid4().hex, finding, words))
    question = "'Vilken' nämnd?"
    review.database.write(lambda c: comment(c, WHO, uuid.uuid4().hex, other, question))
    content = export(review, name)
    file = tmp_path / FILE_NAMES.get(name, "in.jsonl")
    file.write_bytes(content)
    assert import_decisions(review.database, file, "bo").comments == 0  # they are there already
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with reviewed(elsewhere) as fresh:
        taken = import_decisions(fresh.database, file, "bo").comments
        kept = {r["finding_id"]: r["comments"] for r in outcome(fresh)}
        assert import_decisions(fresh.database, file, "bo").comments == 0
    joined = "; ".join(sorted(kept[finding]))
    assert "Nej; se bilaga" in joined and "Anna, ••••••-••••" in joined
    assert kept[other] == [question]
    assert taken == sum(map(len, kept.values()))


def test_label_studio_may_leave_annotations_empty(review: Reviewed) -> None:
    judge_some(review)
    tasks = json.loads(export(review, "label-studio"))
    for task in tasks:
        result = [r for a in task["annotations"] for r in a["result"]]
        result.append({"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"})
        task["annotations"] = [
            {"result": result, "was_cancelled": False},
            {"result": [], "was_cancelled": False},
            {"result": result, "was_cancelled": True},
        ]
    tasks = tasks[:-1]  # the open one has nothing to say
    held = read("in.json", json.dumps(tasks).encode())
    assert len(held.found) == 13 and held.skipped == 3 * 13
    client = review.client("bo")
    data = {"csrf": token_in(client.get("/exchange").text), "key": uuid.uuid4().hex}
    page = client.post("/import", data=data, files={"file": ("a.json", json.dumps(tasks))}).text
    assert "39 avbrutna eller tomma annoteringar och relationer hoppades över" in page


@pytest.mark.parametrize("name", ["jsonl", "csv", "xlsx", "label-studio", "doccano"])
def test_what_went_out_comes_in_again(review: Reviewed, name: str) -> None:
    judge_some(review)
    before, content = outcome(review), export(review, name)
    for _ in range(3):
        review.database.write(lambda c: undo(c, WHO, uuid.uuid4().hex))
    assert ids(review, state="reviewed") == []
    client = review.client("bo")
    token = token_in(client.get("/exchange").text)

    def send() -> str:
        data = {"csrf": token, "key": uuid.uuid4().hex}
        file = {"file": (FILE_NAMES.get(name, "in.jsonl"), content)}
        return client.post("/import", data=data, files=file).text

    assert "13 beslut inlästa, 0 fanns redan" in send()
    assert outcome(review) == before
    assert "0 beslut inlästa, 13 fanns redan" in send()
    findings = ids(review)
    decision = Decision(uuid.uuid4().hex, findings[-1], 0, "rejected")
    review.database.write(lambda c: decide(c, WHO, decision, {}))
    changed = content.replace(b'"rejected"', b'"unsure"').replace(b",rejected,", b",unsure,")
    if changed != content:
        content = changed
        assert findings[0][:8] in send()  # judged otherwise: left as it is, and listed


def test_personal_numbers_stay_hidden_unless_an_administrator_says_so(review: Reviewed) -> None:
    for name in ("jsonl", "csv", "label-studio", "doccano", "web-annotation", "training"):
        assert b"811218" not in export(review, name)
    assert b"811218-9876" in export(review, "jsonl", "cilla", unmasked="1")
    client = review.client("anna")
    token = token_in(client.get("/exchange").text)
    answer = client.post("/export/jsonl", data={"csrf": token, "unmasked": "1"})
    assert answer.status_code == 403
    told = review.client("cilla").get("/admin").text
    assert "<dt>med personnummer</dt><dd>ja</dd>" in told


def test_an_id_that_looks_like_a_personal_number_stays_what_it_is() -> None:
    finding = "8112189876abcdefabcdefab"  # one of five thousand hashes holds such digits
    record = {
        "finding_id": finding,
        "document_id": f"a198112189876{'b' * 51}",
        "text": "811218-9876",
    }
    assert masked(record) == record | {"text": "••••••-••••"}


def test_offsets_are_exact_with_emoji_and_crlf(review: Reviewed) -> None:
    records = {r["finding_id"]: r for r in map(json.loads, export(review, "jsonl").splitlines())}
    hostile = [r for r in records.values() if r["document"].endswith("notis.txt")]
    raw = "  ".join(HOSTILE)
    assert [raw[r["start"] : r["end"]] for r in hostile] == list(HOSTILE)
    tasks = json.loads(export(review, "label-studio"))
    for task in tasks:
        for region in task["predictions"][0]["result"]:
            value = region["value"]
            if "text" in value:
                assert task["data"]["text"][value["start"] : value["end"]] == value["text"]
    for one in map(json.loads, export(review, "doccano").splitlines()):
        (start, end, label) = one["label"][0]
        found = records[one["finding_id"]]
        assert " ".join(one["text"][start:end].split()) == found["text"]
        assert label == found["suggested_label"]


def test_spreadsheets_never_compute_what_a_document_says(review: Reviewed) -> None:
    text = export(review, "csv").decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert any(cell.startswith("'=1+1") for cell in cells)
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    sheet = load_workbook(io.BytesIO(export(review, "xlsx"))).worksheets[0]
    formulas = [c for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert formulas == []


def test_training_lines_are_what_the_trainer_reads(review: Reviewed, tmp_path: Path) -> None:
    judge_some(review)
    file = tmp_path / "traning.jsonl"
    file.write_bytes(export(review, "training"))
    sentences = read_labelled(file)
    assert len(sentences) == 13  # the open one is left out
    assert sentences[0].gold == ()  # rejected: a sentence without a measure
    assert sentences[1].gold[0].label == "funding"


def test_training_holds_what_a_model_needs(review: Reviewed, tmp_path: Path) -> None:
    """Whatever is shown just now, and what the next run no longer finds."""
    judge_some(review)
    whole = export(review, "training")
    client = review.client("anna")
    token = token_in(client.get("/exchange").text)
    shown = client.post("/export/training?label=recruitment&state=open", data={"csrf": token})
    assert shown.content == whole
    take_in(review.database, make_run(tmp_path / "next", model="linear-2", labels=6))
    assert len(ids(review)) == 8
    after = export(review, "training").splitlines()
    assert sorted(after) == sorted(whole.splitlines())


def test_a_split_sentence_is_learned_from_whole(review: Reviewed, tmp_path: Path) -> None:
    finding = ids(review)[1]  # "Nämnden har hyrt in två konsulter under hösten."
    with review.database.reading() as connection:
        row = connection.execute(queue.ROW.where(FindingRow.id == finding)).one()
    client = review.client("anna")
    form = {"csrf": token_in(client.get("/queue").text), "key": uuid.uuid4().hex, "split": "1"}
    said = {"label": "funding", "status": "taken", "scope": "named"}
    where = {"start": row.start + 8, "end": row.start + 20}
    answer = client.post(f"/findings/{finding}/add", data=form | said | where)
    assert answer.status_code == 303, answer.text
    (line,) = map(json.loads, export(review, "training").splitlines())
    assert line["text"] == LINES[1]
    assert {label["label"] for label in line["labels"]} == {"funding", "temporary_staffing"}


def test_label_studio_takes_the_tasks(
    review: Reviewed, other_tools: OtherTools, tmp_path: Path
) -> None:
    """As its import checks them: controls of the project, and annotators whom it knows."""
    judge_some(review)
    config = export(review, "label-studio-config").decode()
    tree = lxml.etree.fromstring(config)
    (text,) = tree.iter("Text")
    controls = {
        node.get("name"): (node.tag.lower(), {choice.get("value") for choice in node})
        for node in tree
        if node.get("toName") == text.get("name")
    }
    tasks = json.loads(export(review, "label-studio"))
    assert len(tasks) == 14 and sum(bool(task["annotations"]) for task in tasks) == 13
    for task in tasks:
        assert isinstance(task["data"][text.get("value").removeprefix("$")], str)
        for said in (*task["predictions"], *task["annotations"]):
            assert "completed_by" not in said  # an id or e-mail of a member there, or nothing
            for region in said["result"]:
                kind, values = controls[region["from_name"]]
                assert (region["type"], region["to_name"]) == (kind, text.get("name"))
                assert set(region["value"][kind]) <= values
    files = tmp_path / "config.xml", tmp_path / "tasks.json"
    files[0].write_text(config, encoding="utf-8")
    files[1].write_text(json.dumps(tasks), encoding="utf-8")
    assert other_tools.read("label-studio", *files) == []


def test_doccano_takes_the_lines(review: Reviewed, other_tools: OtherTools, tmp_path: Path) -> None:
    judge_some(review)
    file = tmp_path / "doccano.jsonl"
    file.write_bytes(export(review, "doccano"))
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n")[:-1]]
    assert other_tools.read("doccano", file) == {
        "texts": [line["text"] for line in lines],
        "spans": [line["label"] for line in lines],
        "wrong": [],
    }


def test_decisions_are_what_aggregate_reads(review: Reviewed, tmp_path: Path) -> None:
    judge_some(review)
    file = tmp_path / "decisions.csv"
    file.write_bytes(export(review, "decisions"))
    found = read_decisions(file)
    findings = ids(review)
    assert found.confirmed[findings[2]] is True
    assert found.confirmed[findings[0]] is found.confirmed[findings[1]] is False
    assert findings[-1] not in found.confirmed and found.sampled == frozenset()


def test_web_annotations_quote_what_stands_there(review: Reviewed) -> None:
    judge_some(review)
    page = json.loads(export(review, "web-annotation"))
    assert page["type"] == "AnnotationPage" and len(page["items"]) == 12
    target = page["items"][0]["target"]
    assert target["source"].startswith("urn:sha256:")
    assert target["selector"][0]["exact"].startswith("Nämnden har hyrt in")


@pytest.mark.parametrize(
    "content",
    [b"", b"[1]", b"{}", b"[" * 200_000, b"PK\x03\x04rubbish", b"\xff\xfe",
     b'{"finding_id": 1, "verdict": "x"}',
     b'[{"data": {}, "annotations": [{"result": [{"value": {}, "from_name": "label"}]}]}]'],
)  # fmt: skip
def test_files_of_no_format_are_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read("in.jsonl", content)


def broken_book(part: str | None) -> bytes:
    """A workbook without rows, one part of which is no XML."""
    whole, out = io.BytesIO(), io.BytesIO()
    Workbook().save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"<broken" if name == part else source.read(name))
    return out.getvalue()


@pytest.mark.parametrize("part", [None, "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_broken_workbooks_are_refused(part: str | None) -> None:
    with pytest.raises(Unreadable):
        read("in.xlsx", broken_book(part))
