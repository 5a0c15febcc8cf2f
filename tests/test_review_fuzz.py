"""Every route of the review page, with inputs that schemathesis thinks up: never a 5xx."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from fastapi.openapi.utils import get_openapi
from hypothesis import HealthCheck, settings
from review_reviewers import Reviewed, reviewed, token_in
from schemathesis import Case
from schemathesis.checks import not_a_server_error

from pipeline.review import queue
from pipeline.review.routes import admin, bulk, exchange, finding, images, login, team
from pipeline.review.routes import queue as queue_routes
from pipeline.review.verify import verify
from pipeline.review.view import View

ROUTERS = (login, queue_routes, finding, images, bulk, team, exchange, admin)
SCHEMA = get_openapi(
    title="review", version="1", routes=[r for part in ROUTERS for r in part.router.routes]
)
schema = schemathesis.openapi.from_dict(SCHEMA)


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewed]:
    with reviewed(tmp_path_factory.mktemp("review")) as made:
        yield made


@pytest.fixture(scope="module")
def session(review: Reviewed) -> Iterator[tuple[object, str, str]]:
    client = review.client("cilla")
    with review.database.reading() as connection:
        known = queue.ids_of(connection, View(), "cilla")[0]
    yield client, token_in(client.get("/help").text), known
    with review.database.reading() as connection:
        assert verify(connection)[1] == []


@schema.exclude(path_regex="/logout|/login|/admin").parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_server_error(case: Case, session: tuple[object, str, str]) -> None:
    client, token, known = session
    if "finding" in case.path_parameters and len(str(case.path_parameters["finding"])) % 2:
        case.path_parameters["finding"] = known
    case.headers["x-csrf"] = token
    answer = case.call(session=client, base_url="http://localhost")
    case.validate_response(answer, checks=[not_a_server_error])
