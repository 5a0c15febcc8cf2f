"""Attacks on the review page, tried and refused."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from review_reviewers import Reviewed, reviewed, token_in
from review_servers import PASSWORD

from pipeline.offsets import Span
from pipeline.review import queue
from pipeline.review.accounts import Attempts, TooManyAttempts
from pipeline.review.app import create_app
from pipeline.review.errors import ReviewError
from pipeline.review.serve import Listen, Models, serve
from pipeline.review.site import Options
from pipeline.review.verify import verify
from pipeline.review.view import View
from pipeline.review.web import COOKIE
from pipeline.stages.classify import finding_id


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewed]:
    with reviewed(tmp_path_factory.mktemp("review")) as made:
        yield made


def first(review: Reviewed, **view: object) -> str:
    with review.database.reading() as connection:
        return queue.ids_of(connection, View(**view), "anna")[0]


def decision(client: TestClient, **other: object) -> dict[str, object]:
    token = token_in(client.get("/help").text)
    form = {"key": uuid.uuid4().hex, "verdict": "rejected", "expected": 0, "csrf": token}
    return {**form, **other}


PAGES = tuple(
    """
    / /queue /next /done /progress /team /changes /compare /exchange
    /bulk /settings /help /admin /findings/x /findings/x/why /findings/x/text /documents/x/pages/1
    """.split()
)
ACTIONS = ("/findings/x/decide", "/findings/x/comment", "/findings/x/add", "/undo", "/redo",
           "/bulk", "/assign", "/double", "/probes", "/views", "/import", "/export/jsonl",
           "/settings", "/logout", "/admin/users", "/admin/close")  # fmt: skip


def test_nothing_shows_without_a_log_in(review: Reviewed) -> None:
    client = review.client()
    for path in PAGES:
        if path == "/":
            continue  # leads to the queue, which leads to the log-in
        answer = client.get(path)
        assert answer.status_code == 303 and answer.headers["location"] == "/login", path
    for path in ACTIONS:
        assert client.post(path, data={"key": "k" * 10}).status_code in (401, 422), path
    assert client.get("/openapi.json").status_code == 404
    assert client.get("/docs").status_code == 404


def test_every_action_wants_the_sessions_token(review: Reviewed) -> None:
    client, other = review.client("cilla"), review.client("anna")
    finding = first(review)
    form = decision(client, csrf=token_in(other.get("/help").text))
    for csrf in ("", "x", form["csrf"]):
        answer = client.post(f"/findings/{finding}/decide", data={**form, "csrf": csrf})
        assert answer.status_code == 403
    routes = {
        route.path
        for part in review.app.routes
        for route in [part, *getattr(getattr(part, "original_router", None), "routes", [])]
        if "POST" in (getattr(route, "methods", None) or ())
    }
    assert len(routes) >= 15
    for path in routes - {"/login"}:
        filled = path.replace("{finding}", finding).replace("{name}", "jsonl")
        fields = {"key": "k" * 32, "count": "1", "coder": "anna", "reviewer": "anna", "name": "x",
                  "role": "admin", "verdict": "rejected", "expected": "0", "start": "0",
                  "end": "4", "comment": "x", "label": "funding"}  # fmt: skip
        files = {"file": ("a.jsonl", b"{}")} if path == "/import" else None
        answer = client.post(filled, data=fields, files=files)
        assert answer.status_code == 403, path


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_requests_from_other_sites_are_refused(review: Reviewed, headers: dict[str, str]) -> None:
    client = review.client("anna")
    form = decision(client)
    answer = client.post(f"/findings/{first(review)}/decide", data=form, headers=headers)
    assert answer.status_code == 403
    assert client.post("/login", data={"name": "anna"}, headers=headers).status_code == 403


def test_the_cookie_is_out_of_reach(review: Reviewed) -> None:
    client = review.client()
    answer = client.post("/login", data={"name": "anna", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    secure = create_app(review.database, Options(secure=True))
    with_tls = TestClient(secure, base_url="https://localhost", follow_redirects=False)
    answer = with_tls.post("/login", data={"name": "anna", "password": PASSWORD})
    assert "; secure" in answer.headers["set-cookie"].lower()


def test_a_session_is_never_taken_from_the_browser(review: Reviewed) -> None:
    victim = review.client()
    attacker = review.client("anna")
    planted = attacker.cookies[COOKIE]
    victim.cookies.set(COOKIE, planted)
    victim.post("/login", data={"name": "bo", "password": PASSWORD})
    values = [cookie.value for cookie in victim.cookies.jar if cookie.name == COOKIE]
    assert any(value != planted for value in values)
    # What was planted does not become bo's; it even ends with that log-in.
    assert attacker.get("/help").status_code == 303


def test_a_forged_or_ended_session_is_worth_nothing(review: Reviewed) -> None:
    client = review.client("anna")
    good = client.cookies[COOKIE]
    for bad in (good[:-2] + "xx", good.split(".")[0], "a.b.c", ""):
        other = review.client()
        other.cookies.set(COOKIE, bad)
        assert other.get("/queue").status_code == 303
    client.post("/logout", data={"csrf": token_in(client.get("/help").text)})
    again = review.client()
    again.cookies.set(COOKIE, good)
    assert again.get("/queue").status_code == 303


def test_passwords_cannot_be_guessed(review: Reviewed) -> None:
    client = review.client()
    tried = [client.post("/login", data={"name": "eva", "password": f"p{n}"}) for n in range(10)]
    assert [answer.status_code for answer in tried] == [401] * 8 + [429] * 2
    right = client.post("/login", data={"name": "eva", "password": PASSWORD})
    assert right.status_code == 429
    assert tried[0].text.count("Fel namn eller lösenord") == 1
    review.app.state.site.attempts = Attempts()


def test_guesses_at_once_are_no_more_than_one_after_the_other() -> None:
    attempts = Attempts()
    begun = [refused(attempts, "eva", f"10.0.0.{n}") for n in range(10)]  # none has ended yet
    assert begun == [False] * 8 + [True] * 2
    attempts.succeeded("eva", "10.0.0.1")
    assert not refused(attempts, "eva", "10.0.0.1") and refused(attempts, "eva", "10.0.0.1")


def test_a_flood_neither_grows_the_table_nor_frees_a_name() -> None:
    attempts = Attempts()
    attempts.MOST = 100
    for _ in range(8):
        attempts.begin("eva", "10.0.0.1")
    for n in range(500):
        refused(attempts, f"name{n}", f"10.1.0.{n}")
    assert len(attempts._tried) <= 101
    assert refused(attempts, "eva", "10.0.0.2")


def refused(attempts: Attempts, name: str, address: str) -> bool:
    try:
        attempts.begin(name, address)
    except TooManyAttempts:
        return True
    return False


def test_roles_hold(review: Reviewed) -> None:
    reader, reviewer = review.client("dag"), review.client("anna")
    finding = first(review)
    answer = reader.post(f"/findings/{finding}/decide", data=decision(reader))
    assert answer.status_code == 403
    assert "får läsa men inte besluta" in reader.get(f"/findings/{finding}").text
    token = token_in(reviewer.get("/help").text)
    for path, form in (
        ("/double", {"count": 2, "coder": ["anna", "bo"]}),
        ("/probes", {"count": 2}),
        ("/admin/users", {"name": "anna", "role": "admin"}),
        ("/admin/close", {"name": "cilla"}),
        ("/assign", {"reviewer": "anna"}),
    ):
        data = {"csrf": token, "key": uuid.uuid4().hex, **form}
        assert reviewer.post(path, data=data).status_code == 403, path
    assert reviewer.get("/admin").status_code == 403


def test_script_in_text_file_name_and_comment_shows_as_text(review: Reviewed) -> None:
    client = review.client("anna")
    finding = first(review, year=2021)
    comment = "<img src=x onerror=alert(1)><script>window.hacked=2</script>"
    form = decision(client, comment=comment)
    assert client.post(f"/findings/{finding}/comment", data=form).status_code == 303
    named = first(review)
    searched = "/queue?q=%3Cscript%3Ealert(1)%3C/script%3E"
    own = f"/findings/{finding}"
    for path in (own, f"{own}/text", f"{own}/why", f"/findings/{named}", "/queue", searched):
        page = client.get(path)
        assert "<script>window" not in page.text and "<img src=x" not in page.text, path
        assert "<script>alert" not in page.text and "<b>bilagor" not in page.text, path
        assert "<i>Rubrik" not in page.text
        policy = page.headers["content-security-policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy
        assert " style=" not in page.text and " onclick=" not in page.text
    assert "&lt;script&gt;window.hacked=1" in client.get(f"/findings/{finding}").text


@pytest.mark.parametrize(
    "path",
    [
        "/documents/..%2f..%2fetc%2fpasswd/pages/1",
        "/documents/%2e%2e/pages/1",
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/findings/..%2f..%2fdocuments",
        "/export/..%2f..%2fetc",
    ],
)
def test_no_path_leads_to_the_file_system(review: Reviewed, path: str) -> None:
    answer = review.client("anna").get(path)
    assert answer.status_code in (404, 405) and "import" not in answer.text


def test_another_run_cannot_be_listed(review: Reviewed) -> None:
    foreign = "f" * 64  # a document that lies in the folder, but is none of this review's
    (review.run / "documents" / f"{foreign}.json").write_text(json.dumps({"id": foreign}))
    client = review.client("anna")
    pages = [client.get(f"/documents/{name}/pages/1") for name in (foreign, "0" * 64, "nope")]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text.split("<main")[1].split("</main")[0] for page in pages}) == 1
    for finding in (finding_id(foreign, Span(0, 4), "funding"), "0" * 24):
        for path in ("", "/why", "/text"):
            assert client.get(f"/findings/{finding}{path}").status_code == 404


@pytest.fixture(scope="module")
def client(review: Reviewed) -> TestClient:
    return review.client("anna")


@pytest.mark.parametrize(
    "field",
    ["q", "municipality", "label", "status", "scope", "document", "state", "sort", "year",
     "low", "high", "mine", "fold", "changed", "page"],
)  # fmt: skip
@pytest.mark.parametrize(
    "value", ["' OR '1'='1", "x'; DROP TABLE events; --", '"*) OR (1', "%", "\0"]
)
def test_sql_in_every_filter_finds_nothing(
    review: Reviewed, client: TestClient, field: str, value: str
) -> None:
    for path in ("/queue", "/next", "/bulk"):
        answer = client.get(path, params={field: value})
        assert answer.status_code in (200, 303, 422)
        if path == "/queue" and answer.status_code == 200 and value != "\0":
            assert "0 fynd" in answer.text
    with review.database.reading() as connection:
        assert verify(connection)[1] == []


def test_bodies_that_are_too_long_are_cut_off(review: Reviewed) -> None:
    client = review.client("anna")
    form = decision(client, comment="x" * 2_000_000)
    assert client.post(f"/findings/{first(review)}/decide", data=form).status_code == 413

    def endless() -> Iterator[bytes]:
        for _ in range(300):
            yield b"a" * 10_000

    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post(f"/findings/{first(review)}/decide", content=endless(), headers=kind)
    assert answer.status_code == 413
    long = decision(client, comment="x" * 5000)
    assert client.post(f"/findings/{first(review)}/decide", data=long).status_code == 422


def test_other_names_of_the_server_are_refused(review: Reviewed) -> None:
    """DNS rebinding: a page of evil.example that now points to this machine."""
    evil = TestClient(review.app, base_url="http://evil.example", follow_redirects=False)
    assert evil.get("/login").status_code == 421


def test_others_are_let_in_by_account_only(review: Reviewed, tmp_path: Path) -> None:
    from review_run import make_run

    from pipeline.review.serve import open_review

    run = make_run(tmp_path / "run")
    database, _ = open_review(run, None)
    with pytest.raises(ReviewError, match="no accounts"):
        serve(database, run, Listen(host="0.0.0.0"), Models())
    database.close()
    assert Listen(host="0.0.0.0", names=("granskning",)).is_local is False
    assert "127.0.0.1" in Listen().hosts


def test_the_entry_of_a_machine_without_accounts(review: Reviewed) -> None:
    client = TestClient(
        create_app(review.database, Options(entry="hemlig")),
        base_url="http://localhost",
        follow_redirects=False,
    )
    assert client.get("/enter?token=fel").headers["location"] == "/login"
    assert client.get("/enter").headers["location"] == "/login"
    assert review.client().get("/enter?token=").headers["location"] == "/login"
