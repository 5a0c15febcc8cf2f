"""Accounts and the audit log."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, delete, select, update

from pipeline.review import accounts, assignment
from pipeline.review.errors import Refused
from pipeline.review.events import AUDIT
from pipeline.review.log import audit, head_of
from pipeline.review.schema import EventRow, SessionRow, UserRow
from pipeline.review.web import Admin, SameSite, Text, TheSite, render

router = APIRouter()


@router.get("/admin")
def admin_page(request: Request, site: TheSite, user: Admin) -> Response:
    """Who has an account, and what happened to the review itself."""
    with site.database.reading() as connection:
        rows = accounts.users(connection)
        noted = connection.execute(
            select(EventRow)
            .where(EventRow.finding == "", EventRow.slot == AUDIT)
            .order_by(EventRow.seq.desc())
            .limit(100)
        ).all()
        head = head_of(connection)
    return render(request, "admin.html", users=rows, noted=noted, head=head)


@router.post("/admin/users", dependencies=[SameSite])
def save_user(
    site: TheSite,
    user: Admin,
    name: Annotated[Text, Form(max_length=60)],
    role: Annotated[Text, Form(max_length=10)],
    password: Annotated[Text, Form(max_length=1000)] = "",
) -> Response:
    """Make an account, or change its role or password; its sessions end.

    Whoever becomes a reader has nothing to judge any more.
    """
    if name == user.name and role != "admin":
        raise Refused("you cannot take the role from yourself", remedy="Ask another administrator.")
    who = site.reviewer(user)

    def work(connection: Connection) -> None:
        accounts.add_user(connection, name, role, password or None, user.name)
        if role == "reader":
            assignment.release(connection, who, uuid.uuid4().hex, name)

    site.database.write(work)
    return RedirectResponse("/admin", 303)


@router.post("/admin/close", dependencies=[SameSite])
def close_user(site: TheSite, user: Admin, name: Annotated[Text, Form(max_length=60)]) -> Response:
    """Close an account; what it decided stays, and no finding waits for it any longer."""
    if name == user.name:
        raise Refused("you cannot close your own account", remedy="Ask another administrator.")

    who = site.reviewer(user)

    def work(connection: Connection) -> None:
        assignment.release(connection, who, uuid.uuid4().hex, name)
        connection.execute(update(UserRow).where(UserRow.name == name).values(active=False))
        connection.execute(delete(SessionRow).where(SessionRow.user == name))
        audit(connection, user.name, "account-closed", name=name)

    site.database.write(work)
    return RedirectResponse("/admin", 303)
