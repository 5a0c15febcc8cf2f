"""One finding: look at it, judge it, add to it, undo."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import select

from pipeline.document import Finding
from pipeline.offsets import Span
from pipeline.review import decide, queue
from pipeline.review.decide import Decision, Split
from pipeline.review.errors import NotHere, Refused
from pipeline.review.intake import SPACING, FindingRows, document_row, excerpt_row, finding_row
from pipeline.review.judgement import Judgement, Suggestion, checked, no_municipality
from pipeline.review.keys import CHOICES
from pipeline.review.panel import make_panel, plain_pieces
from pipeline.review.routes.queue import TheView
from pipeline.review.schema import FindingRow, RunRow
from pipeline.review.site import Site
from pipeline.review.view import View
from pipeline.review.web import (
    Key,
    Reader,
    Reviewing,
    SameSite,
    Text,
    TheSite,
    answer,
    render,
    wants_json,
)
from pipeline.review.why import explains, why
from pipeline.stages.classify import finding_id

router = APIRouter()
AROUND = 3000
"""Characters shown on either side of a finding where there is no picture of the page."""
FindingId = Annotated[str, "id of a finding"]


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
    """The form that adds a finding, or splits one; offsets in code points of the text."""

    key: Key
    start: Annotated[int, Form(ge=0, le=2**31 - 1)]
    end: Annotated[int, Form(ge=0, le=2**31 - 1)]
    split: bool = False
    expected: Annotated[int, Form(ge=0, le=2**31 - 1)] = 0
    ruling: bool = False
    csrf: str = ""


@router.get("/findings/{finding}")
def finding_page(
    request: Request,
    site: TheSite,
    user: Reader,
    finding: FindingId,
    view: TheView,
    sheet: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    part: bool = False,
) -> Response:
    """A finding beside its page; `part`: without the frame, for the page's script."""
    with site.database.reading() as connection:
        panel = make_panel(connection, site, user, finding, view)
    template = "panel.html" if part else "finding.html"
    return render(
        request,
        template,
        panel=panel,
        view=view,
        sheet=sheet,
        letters=CHOICES,
        has_images=site.options.run is not None,
    )


@router.get("/findings/{finding}/why")
def why_page(
    request: Request, site: TheSite, user: Reader, finding: FindingId, part: bool = False
) -> Response:
    """Which words made the model give the label."""
    with site.database.reading() as connection:
        panel = make_panel(connection, site, user, finding, View())
        made_by = connection.execute(
            select(RunRow.model).where(RunRow.id == panel.finding.run)
        ).scalar_one()
    if panel.suggested is None:
        raise Refused("the suggestion is hidden while you work blind")
    words = site.remembered(f"why:{finding}", 3600, lambda: why(site, panel.finding))
    template = "why.html" if part else "why_page.html"
    stranger = not explains(site, made_by)
    return render(request, template, words=words, panel=panel, stranger=stranger)


@router.get("/findings/{finding}/text")
def text_page(
    request: Request, site: TheSite, user: Reader, finding: FindingId, part: bool = False
) -> Response:
    """More of the text around a finding, for documents without pages to show."""
    with site.database.reading() as connection:
        panel = make_panel(connection, site, user, finding, View())
    document = site.document(panel.finding.document_id)
    start = max(0, panel.finding.start - AROUND)
    span = [panel.finding.start, panel.finding.end]
    pieces = plain_pieces(document.text[start : panel.finding.end + AROUND], start, span)
    template = "text.html" if part else "text_page.html"
    return render(request, template, pieces=pieces, panel=panel)


@router.get("/help")
def help_page(request: Request, user: Reader) -> Response:
    """The help sheet."""
    return render(request, "help.html")


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


def _then(site: Site, name: str, finding: str, view: View, outcome: decide.Answer) -> str:
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
    new = _additions(site, row, form, said)
    split = Split(finding, form.expected, form.ruling) if form.split else None
    outcome = site.database.write(lambda c: decide.add(c, who, form.key, new, split))
    return answer(request, outcome, f"/findings/{outcome['finding']}?{view.query()}")


def _additions(
    site: Site, row: Any, form: AdditionForm, said: Judgement
) -> list[tuple[FindingRows, Judgement]]:
    """The selected stretch, and where the finding is split what is left of it on either side."""
    document = site.document(row.document_id)
    assert said.content
    wanted = [(_trimmed(document.text, form.start, form.end), said)]
    if form.split:
        rest = Suggestion(row.now_label, row.now_status, row.now_scope, tuple(row.now_codes))
        for start, end in ((row.start, form.start), (form.end, row.end)):
            if start < end and document.text[start:end].strip(" \t\r\n.,;:"):
                left = Judgement(said.by, "accepted", rest)
                wanted.append((_trimmed(document.text, start, end), left))
    added = []
    for number, (span, judgement) in enumerate(wanted, start=1):
        content = judgement.content
        assert content
        finding = Finding(
            finding_id(document.id, document.offsets.to_source(span), content.label),
            span,
            content.label,
            content.status,
            content.scope,
            1.0,
            content.municipalities,
            year=row.year,
        )
        place = row.position + 1 + (hash_of(finding.id) + number) % (SPACING - 1)
        rows = FindingRows(
            document_row(document),
            finding_row(document, finding, place),
            excerpt_row(document, finding),
        )
        added.append((rows, judgement))
    return added


def _trimmed(text: str, start: int, end: int) -> Span:
    """A span of `text` without white space at its ends; raises `Refused` where none is left."""
    if not start < end <= len(text) or not text[start:end].strip():
        raise Refused("nothing is selected", remedy="Select some words of the text first.")
    while text[start].isspace():
        start += 1
    while text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def hash_of(finding: str) -> int:
    """A number that an id always gives."""
    return int(finding[:8], 16)


@router.post("/undo", dependencies=[SameSite])
def undo(request: Request, site: TheSite, user: Reviewing, view: TheView, key: Key) -> Response:
    """Take back what the reviewer did last."""
    who = site.reviewer(user)
    outcome = site.database.write(lambda c: decide.undo(c, who, key))
    return answer(request, outcome, _where(outcome, view))


@router.post("/redo", dependencies=[SameSite])
def redo(request: Request, site: TheSite, user: Reviewing, view: TheView, key: Key) -> Response:
    """Do again what was undone."""
    who = site.reviewer(user)
    outcome = site.database.write(lambda c: decide.redo(c, who, key))
    return answer(request, outcome, _where(outcome, view))


def _where(outcome: decide.Answer, view: View) -> str:
    if outcome.get("finding") and outcome["changed"] == 1:
        return f"/findings/{outcome['finding']}?{view.query()}"
    return f"/queue?{view.query()}"
