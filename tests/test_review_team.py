"""Several reviewers on the page: what one must not see of another, and how far the sample is."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from review_reviewers import Reviewed, reviewed, token_in

from pipeline.review import queue
from pipeline.review.view import View


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
