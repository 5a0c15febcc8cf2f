"""Several reviewers on the page: what one must not see of another, and how far the sample is."""

from __future__ import annotations

import inspect
import itertools
import json
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from review_reviewers import Reviewed, reviewed, token_in
from review_run import pdf_document
from sqlalchemy import select, update

from pipeline.resources import model_folder
from pipeline.review import queue
from pipeline.review.addition import additions
from pipeline.review.judgement import Judgement, Suggestion
from pipeline.review.schema import DocumentRow, FindingRow, RunRow
from pipeline.review.verify import verify
from pipeline.review.view import View
from pipeline.stages.classify import SHIPPED, load_model


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Reviewed]:
    with reviewed(tmp_path) as made:
        yield made


def ids(review: Reviewed, who: str = "anna", **view: object) -> list[str]:
    with review.database.reading() as connection:
        return queue.ids_of(connection, View(**view), who)


def send(client: TestClient, path: str, **form: object) -> str:
    token = token_in(client.get("/help").text)
    answer = client.post(path, data={"csrf": token, "key": uuid.uuid4().hex, **form})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def double(client: TestClient, count: int) -> None:
    send(client, "/double", count=count, coder=["anna", "bo"])


def judge(client: TestClient, finding: str, verdict: str = "rejected", **form: object) -> None:
    send(client, f"/findings/{finding}/decide", verdict=verdict, expected=0, **form)


def exported_comments(client: TestClient) -> list[str]:
    token = token_in(client.get("/help").text)
    lines = client.post("/export/jsonl", data={"csrf": token}).text.splitlines()
    return [comment for line in lines for comment in json.loads(line)["comments"]]


def test_comments_stay_hidden_while_a_coder_owes_a_judgement(review: Reviewed) -> None:
    anna, bo, cilla = (review.client(name) for name in ("anna", "bo", "cilla"))
    double(cilla, 1)
    finding = ids(review, mine=True)[0]
    judge(anna, finding, comment="Klart fel")
    assert "Klart fel" in anna.get(f"/findings/{finding}").text
    assert exported_comments(anna) == ["Klart fel"]
    for other in (bo, cilla):
        assert "Klart fel" not in other.get(f"/findings/{finding}").text
        assert exported_comments(other) == []
    judge(bo, finding, comment="Håller med")
    for client in (anna, bo, cilla):
        page = client.get(f"/findings/{finding}").text
        assert "Klart fel" in page and "Håller med" in page
        assert sorted(exported_comments(client)) == ["Håller med", "Klart fel"]


def test_a_ruling_that_nobody_asked_for_is_refused(review: Reviewed) -> None:
    cilla, bo = review.client("cilla"), review.client("bo")
    double(cilla, 1)
    finding = ids(review, mine=True)[0]
    judge(review.client("anna"), finding)
    form = {"key": uuid.uuid4().hex, "verdict": "accepted", "expected": 0, "ruling": "true",
            "label": "funding", "status": "taken", "scope": "named"}  # fmt: skip
    headers = {"x-csrf": token_in(bo.get("/help").text), "accept": "application/json"}
    answer = bo.post(f"/findings/{finding}/decide", data=form, headers=headers)
    assert answer.status_code == 422
    assert answer.json() == {
        "detail": "ingen är oense om det här fyndet",
        "remedy": "Ladda om fyndet och bedöm det som vanligt.",
    }
    assert ids(review, state="waiting") == [finding]


def test_progress_says_how_much_of_the_sample_is_not_settled(review: Reviewed) -> None:
    cilla = review.client("cilla")
    double(cilla, 14)
    findings = ids(review)
    for finding in findings[:3]:
        judge(review.client("anna"), finding)
    for finding in findings[:2]:
        judge(review.client("bo"), finding)
    assert "12 av de 14 dragna fynden är inte avgjorda än" in cilla.get("/progress").text
    for finding in findings[2:]:
        judge(review.client("bo"), finding)
    for finding in findings[3:]:
        judge(review.client("anna"), finding)
    page = cilla.get("/progress").text
    assert "14 fynd som drogs slumpvis" in page and "inte avgjorda" not in page


def test_nothing_waits_for_a_closed_account(review: Reviewed) -> None:
    cilla = review.client("cilla")
    double(cilla, 14)
    findings = ids(review)
    judge(review.client("anna"), findings[0])
    judge(review.client("bo"), findings[1])
    send(cilla, "/admin/close", name="bo")
    assert ids(review, state="reviewed") == findings[:1]  # anna's judgement holds
    assert ids(review, state="waiting") == findings[1:2]  # bo's stays, and anna still owes hers
    assert "bo</label>" not in cilla.get("/bulk").text + cilla.get("/team").text
    token = token_in(cilla.get("/help").text)
    for path, form in (("/assign", {"reviewer": "bo"}), ("/double", {"coder": ["anna", "bo"]})):
        data = {"csrf": token, "key": uuid.uuid4().hex, "count": 1, **form}
        assert cilla.post(path, data=data).status_code == 400, path
    send(cilla, "/admin/users", name="anna", role="reader")
    assert ids(review, "cilla", state="open") == findings[2:]  # anybody's to judge again
    assert ids(review, state="waiting") == []
    with review.database.reading() as connection:
        assert verify(connection)[1] == []


def test_a_split_does_not_overwrite_what_was_judged_meanwhile(review: Reviewed) -> None:
    finding = ids(review)[0]
    said = {"label": "funding", "status": "taken", "scope": "named"}
    judge(review.client("anna"), finding, "accepted", **said)
    with review.database.reading() as connection:
        row = connection.execute(select(FindingRow).where(FindingRow.id == finding)).one()
    form = {"label": "routines", "status": "taken", "scope": "named", "split": "1", "expected": 0,
            "start": row.start, "end": row.start + 11}  # fmt: skip
    send(review.client("bo"), f"/findings/{finding}/add", **form)
    assert ids(review, state="disagreed") == [finding]
    page = review.client("cilla").get(f"/findings/{finding}").text
    assert "<dt>anna</dt>" in page and "<dt>bo</dt>" in page


def test_whoever_splits_a_disputed_finding_rules(review: Reviewed) -> None:
    finding = ids(review)[0]
    judge(review.client("anna"), finding, "rejected")
    judge(review.client("bo"), finding, "unsure")
    cilla = review.client("cilla")
    page = cilla.get(f"/findings/{finding}").text
    form = page.split('<details id="addition">')[1].split("</form>")[0]
    assert 'name="expected" value="0"' in form and 'name="ruling" value="1"' in form
    send(cilla, f"/findings/{finding}/add", label="routines", status="taken", scope="named",
         split="1", ruling="1", start=0, end=11)  # fmt: skip
    assert finding in ids(review, state="reviewed")
    assert "Avgjort av cilla" in cilla.get(f"/findings/{finding}").text


def test_undo_does_not_let_findings_wait_for_a_closed_account(review: Reviewed) -> None:
    cilla = review.client("cilla")
    double(cilla, 3)
    send(cilla, "/admin/close", name="bo")
    for client in (review.client("anna"), review.client("anna")):
        judge(client, ids(review, state="open")[0])
    send(cilla, "/undo")  # the draw, which was changed since
    assert ids(review, "bo", mine=True) == []
    assert ids(review, state="waiting") == []


def test_a_comment_is_undone_with_the_judgement_it_came_with(review: Reviewed) -> None:
    anna, finding = review.client("anna"), ids(review)[0]
    send(anna, f"/findings/{finding}/decide", verdict="rejected", expected=0, comment="Nej",
         key="k" * 80)  # fmt: skip
    assert exported_comments(anna) == ["Nej"]
    assert send(anna, "/undo").startswith(f"/findings/{finding}")
    assert exported_comments(anna) == [] and ids(review, state="reviewed") == []
    send(anna, "/redo")
    assert exported_comments(anna) == ["Nej"] and ids(review, state="reviewed") == [finding]


def test_why_says_that_it_is_another_models_answer(review: Reviewed) -> None:
    anna, finding = review.client("anna"), ids(review)[0]
    warning = "En annan modell än den här gjorde körningen."
    assert warning in anna.get(f"/findings/{finding}/why").text  # the run says "linear-1"
    version = load_model(model_folder(SHIPPED)).version
    for made_by in (version, f"{version}-0.7"):
        review.database.write(
            lambda c, m=made_by: c.execute(update(RunRow).values(model=m)) and None
        )
        assert warning not in anna.get(f"/findings/{finding}/why").text


def test_a_form_sent_twice_draws_and_mixes_in_once(review: Reviewed) -> None:
    cilla, same = review.client("cilla"), {"key": "k" * 32}
    for _ in range(2):
        send(cilla, "/double", count=3, coder=["anna", "bo"], **same)
        send(cilla, "/probes", count=3, key="p" * 32)
    assert len(ids(review, mine=True)) == 3
    assert len(ids(review)) == 14 + 3


def test_what_is_selected_elsewhere_splits_nothing_between(tmp_path: Path) -> None:
    document = pdf_document(tmp_path / "a.pdf")
    first, third = document.findings[0], document.findings[2]
    assert document.text[first.span.end : third.span.start].strip()
    row = SimpleNamespace(
        start=first.span.start, end=first.span.end, position=1000, year=2019,
        now_label="recruitment", now_status="taken", now_scope="named", now_codes=[],
    )  # fmt: skip
    said = Judgement("anna", "accepted", Suggestion("funding", "taken", "named"))
    chosen = (third.span.start, third.span.end)
    added = additions(document, row, chosen, said, split=True)
    spans = [(a.finding["start"], a.finding["end"]) for a, _ in added]
    assert spans == [chosen, (row.start, row.end)]


def test_two_who_ask_for_a_picture_at_once_both_get_it(
    review: Reviewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, write = threading.Barrier(2, timeout=60), Path.write_bytes

    def written(path: Path, content: bytes) -> int:
        count = write(path, content)
        both.wait()
        return count

    images = review.app.state.images
    monkeypatch.setattr(images, "_render", lambda *_: b"picture")
    monkeypatch.setattr(Path, "write_bytes", written)
    with review.database.reading() as connection:
        document = connection.execute(select(DocumentRow.id).limit(1)).scalar_one()
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(images.image, [document] * 2, [1] * 2)) == [b"picture"] * 2


def test_no_page_waits_for_the_database_where_all_requests_pass(review: Reviewed) -> None:
    """An `async` page that writes would stop everybody until its transaction is on disk."""
    parts = [*review.app.routes]
    for part in review.app.routes:
        parts += getattr(getattr(part, "original_router", None), "routes", [])
    pages = [part.endpoint for part in parts if hasattr(part, "endpoint")]
    assert len(pages) >= 30
    assert [page.__name__ for page in pages if inspect.iscoroutinefunction(page)] == []


def test_probes_stand_apart_from_their_originals(review: Reviewed) -> None:
    send(review.client("cilla"), "/probes", count=14)
    with review.database.reading() as connection:
        rows = {row.id: row for row in connection.execute(select(FindingRow))}
    assert sum(row.origin == "probe" for row in rows.values()) == 14
    for sort in ("position", "doubt", "score"):
        order = [rows[finding] for finding in ids(review, sort=sort)]
        for one, other in itertools.pairwise(order):
            same = (one.document_id, one.start) == (other.document_id, other.start)
            assert not same or one.origin == other.origin == "probe", sort


def test_what_was_remembered_long_ago_is_forgotten(
    review: Reviewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("pipeline.review.site.time.monotonic", lambda: now[0])
    site = review.app.state.site
    assert site.remembered("why:a", 3600, lambda: "made") == "made"
    assert site.remembered("why:a", 3600, lambda: "anew") == "made"
    now[0] = 5000.0
    site.remembered("why:b", 3600, lambda: "made")
    assert {"why:a", "why:b"} & set(site._remembered) == {"why:b"}
