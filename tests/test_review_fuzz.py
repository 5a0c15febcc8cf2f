"""Every route of the review page, with inputs that schemathesis thinks up: never a 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
import schemathesis
from fastapi.openapi.utils import get_openapi
from hypothesis import HealthCheck, settings
from review_reviewers import Reviewed, reviewed, token_in
from review_servers import served
from schemathesis import Case
from schemathesis.checks import not_a_server_error

from pipeline.review import queue
from pipeline.review.accounts import Attempts
from pipeline.review.routes import admin, bulk, compare, exchange, finding, images, login, team
from pipeline.review.routes import queue as queue_routes
from pipeline.review.site import Site
from pipeline.review.verify import verify
from pipeline.review.view import View
from pipeline.review.web import COOKIE

ROUTERS = (login, queue_routes, finding, images, bulk, team, compare, exchange, admin)
SCHEMA = get_openapi(
    title="review", version="1", routes=[r for part in ROUTERS for r in part.router.routes]
)
schema = schemathesis.openapi.from_dict(SCHEMA)


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewed]:
    with reviewed(tmp_path_factory.mktemp("review")) as made:
        yield made


@dataclass
class Attacker:
    """Somebody who is logged in as an administrator, and sends what schemathesis thinks up."""

    session: requests.Session
    address: str
    known: str
    site: Site


@pytest.fixture(scope="module")
def attacker(review: Reviewed) -> Iterator[Attacker]:
    client = review.client("cilla")
    with review.database.reading() as connection:
        known = queue.ids_of(connection, View(), "cilla")[0]
    session = requests.Session()
    session.cookies.set(COOKIE, client.cookies[COOKIE])
    session.headers["x-csrf"] = token_in(client.get("/help").text)
    with served(review.app) as address:
        yield Attacker(session, address, known, review.app.state.site)
    with review.database.reading() as connection:
        assert verify(connection)[1] == []


@schema.exclude(path_regex="/logout|/admin").parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_server_error(case: Case, attacker: Attacker) -> None:
    attacker.site.attempts = Attempts()  # no guess is turned away before it is looked at
    path = case.path_parameters or {}
    if len(str(path.get("finding", ""))) % 2:
        path["finding"] = attacker.known
    answer = case.call(base_url=attacker.address, session=attacker.session, allow_redirects=False)
    case.validate_response(answer, checks=[not_a_server_error])


def test_the_attacks_reach_the_pages(attacker: Attacker) -> None:
    """Were the session refused, every answer above would be a redirect to the log-in."""
    assert attacker.session.get(f"{attacker.address}/queue").status_code == 200
