"""Judge a finding, comment on it, add to it, split it, undo."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel

from pipeline.review import decide, queue, undo
from pipeline.review.addition import additions
from pipeline.review.decide import Decision, Split
from pipeline.review.errors import NotHere
from pipeline.review.judgement import Suggestion, checked, no_municipality
from pipeline.review.log import Answer
from pipeline.review.routes.finding import FindingId
from pipeline.review.routes.queue import TheView
from pipeline.review.schema import FindingRow
from pipeline.review.site import Site
from pipeline.review.view import View
from pipeline.review.web import (
    Key,
    Reviewing,
    SameSite,
    Text,
    TheSite,
    answer,
    wants_json,
)

router = APIRouter()


class Said(BaseModel):
    """What the form says of a finding that is accepted."""

    label: Text = ""
    status: Text = ""
    scope: Text = ""
    municipalities: Text = ""

    def suggestion(self, site: Site) -> Suggestion:
        """With municipalities as codes; raises `InvalidJudgement` for an unknown name."""
        codes = []
        for name in re.split(r"[;\n]", self.municipalities):
            name = name.strip()
            if name:
                code = name if name in site.names else site.codes.get(name.casefold())
                if code is None:
                    raise no_municipality(name)
                codes.append(code)
        # `checked` holds label, status and scope against the codebook.
        return Suggestion(self.label, self.status, self.scope, tuple(codes))  # type: ignore[arg-type]


class DecisionForm(Said):
    """The form beside an excerpt."""

    key: Key
    verdict: Text
    expected: Annotated[int, Form(ge=0, le=2**31 - 1)]
    ruling: bool = False
    comment: Annotated[Text, Form(max_length=4000)] = ""
    millis: Annotated[int, Form(ge=0, le=86_400_000)] = 0
    csrf: str = ""


class AdditionForm(Said):
    """The form that adds a finding, or splits one; offsets in code points of the text.

    `expected`, `ruling`: as of a decision, for the finding that is split.
    """

    key: Key
    start: Annotated[int, Form(ge=0, le=2**31 - 1)]
    end: Annotated[int, Form(ge=0, le=2**31 - 1)]
    split: bool = False
    expected: Annotated[int, Form(ge=0, le=2**31 - 1)] = 0
    ruling: bool = False
    csrf: str = ""


@router.post("/findings/{finding}/decide", dependencies=[SameSite])
def decide_finding(
    request: Request,
    site: TheSite,
    user: Reviewing,
    finding: FindingId,
    view: TheView,
    form: Annotated[DecisionForm, Form()],
) -> Response:
    """Judge it, and go on to the next."""
    who = site.reviewer(user)
    content = form.suggestion(site) if form.verdict == "accepted" else None
    decision = Decision(
        form.key,
        finding,
        form.expected,
        form.verdict,
        content,
        form.ruling,
        form.millis,
        form.comment.strip(),
    )
    outcome = site.database.write(lambda c: decide.decide(c, who, decision, site.names))
    if wants_json(request):  # the script knows where to go
        return answer(request, outcome, "")
    return answer(request, outcome, _then(site, user.name, finding, view, outcome))


def _then(site: Site, name: str, finding: str, view: View, outcome: Answer) -> str:
    """Where to go without a script: to the next finding, or stay where there is a conflict."""
    query = view.query()
    if outcome["result"] == "conflict":
        return f"/findings/{finding}?{query}"
    with site.database.reading() as connection:
        row = connection.execute(queue.ROW.where(FindingRow.id == finding)).one()
        following = queue.neighbour(connection, view, name, row)
    return f"/findings/{following}?{query}" if following else "/done"


@router.post("/findings/{finding}/comment", dependencies=[SameSite])
def comment_finding(
    request: Request,
    site: TheSite,
    user: Reviewing,
    finding: FindingId,
    view: TheView,
    key: Key,
    comment: Annotated[Text, Form(min_length=1, max_length=4000)],
) -> Response:
    """Say something about it without judging."""
    who = site.reviewer(user)
    outcome = site.database.write(lambda c: decide.comment(c, who, key, finding, comment.strip()))
    return answer(request, outcome, f"/findings/{finding}?{view.query()}")


@router.post("/findings/{finding}/add", dependencies=[SameSite])
def add_finding(
    request: Request,
    site: TheSite,
    user: Reviewing,
    finding: FindingId,
    view: TheView,
    form: Annotated[AdditionForm, Form()],
) -> Response:
    """Add a finding in the same document, or split this one."""
    who = site.reviewer(user)
    with site.database.reading() as connection:
        row = connection.execute(queue.ROW.where(FindingRow.id == finding)).first()
    if row is None:
        raise NotHere("no such finding in this review")
    said = checked(user.name, "accepted", form.suggestion(site), site.names)
    new = additions(
        site.document(row.document_id), row, (form.start, form.end), said, split=form.split
    )
    split = Split(finding, form.expected, form.ruling) if form.split else None
    outcome = site.database.write(lambda c: decide.add(c, who, form.key, new, split))
    return answer(request, outcome, f"/findings/{outcome['finding']}?{view.query()}")


@router.post("/undo", dependencies=[SameSite])
def take_back(
    request: Request, site: TheSite, user: Reviewing, view: TheView, key: Key
) -> Response:
    """Take back what the reviewer did last."""
    who = site.reviewer(user)
    outcome = site.database.write(lambda c: undo.undo(c, who, key))
    return answer(request, outcome, _where(outcome, view))


@router.post("/redo", dependencies=[SameSite])
def do_again(request: Request, site: TheSite, user: Reviewing, view: TheView, key: Key) -> Response:
    """Do again what was undone."""
    who = site.reviewer(user)
    outcome = site.database.write(lambda c: undo.redo(c, who, key))
    return answer(request, outcome, _where(outcome, view))


def _where(outcome: Answer, view: View) -> str:
    if outcome.get("finding") and outcome["changed"] == 1:
        return f"/findings/{outcome['finding']}?{view.query()}"
    return f"/queue?{view.query()}"
