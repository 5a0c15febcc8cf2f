"""Log in and out, language, one's own settings."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import update
from starlette.datastructures import FormData

from pipeline.review import accounts
from pipeline.review.errors import NotLoggedIn, Refused
from pipeline.review.keys import KEYS, usable
from pipeline.review.log import audit
from pipeline.review.schema import UserRow
from pipeline.review.site import Site
from pipeline.review.web import (
    COOKIE,
    Reader,
    SameSite,
    Text,
    TheSite,
    render,
    signer,
    token_of,
)

router = APIRouter()


@router.get("/login")
def login_page(request: Request) -> Response:
    """The form."""
    return render(request, "login.html", failed=False)


@router.post("/login")
def login(
    request: Request,
    site: TheSite,
    name: Annotated[Text, Form(max_length=200)],
    password: Annotated[Text, Form(max_length=1000)],
) -> Response:
    """Check name and password; every log-in gets a session of its own (no fixation)."""
    address = request.client.host if request.client else ""
    site.attempts.begin(name, address)
    token = accounts.log_in(site.database, name, password)
    if token is None:
        site.database.write(lambda c: audit(c, name[:60], "log-in-failed"))
        return render(request, "login.html", 401, failed=True)
    site.attempts.succeeded(name, address)
    return _entered(request, site, token)


@router.get("/enter")
def enter(request: Request, site: TheSite, token: Text = "") -> Response:
    """Let in whoever has the address that the command printed, on a machine without accounts."""
    secret = site.options.entry
    if not secret or not hmac.compare_digest(token.encode("utf-8", "replace"), secret.encode()):
        raise NotLoggedIn("this address does not let anybody in")
    session = site.database.write(
        lambda connection: accounts.begin_session(connection, accounts.LOCAL, "log-in")
    )
    return _entered(request, site, session)


def _entered(request: Request, site: Site, session: str) -> Response:
    old = token_of(request, site)
    if old:
        site.database.write(lambda connection: accounts.end_session(connection, old, "-"))
    response = RedirectResponse("/queue?state=open", 303)
    response.set_cookie(
        COOKIE,
        signer(site).dumps(session),
        max_age=int(accounts.SESSION_S),
        httponly=True,
        samesite="strict",
        secure=site.options.secure,
    )
    return response


@router.post("/logout", dependencies=[SameSite])
def logout(request: Request, site: TheSite, user: Reader) -> Response:
    """End the session, here and in the database."""
    token = request.state.token
    site.database.write(lambda connection: accounts.end_session(connection, token, user.name))
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE)
    return response


@router.get("/settings")
def settings_page(request: Request, user: Reader, saved: bool = False) -> Response:
    """Language, blind mode, keys."""
    return render(request, "settings.html", actions=KEYS, bad=False, saved=saved)


async def _filled(request: Request) -> FormData:
    return await request.form()


@router.post("/settings", dependencies=[SameSite])
def change_settings(
    request: Request, site: TheSite, user: Reader, form: Annotated[FormData, Depends(_filled)]
) -> Response:
    """Keep the choices with the account."""
    keys = {
        action: str(form[f"key-{action}"])
        for action in KEYS
        if form.get(f"key-{action}") and "\0" not in str(form[f"key-{action}"])
    }
    if not usable(keys):
        return render(request, "settings.html", 422, actions=KEYS, bad=True, saved=False)
    language = "en" if form.get("language") == "en" else "sv"
    chosen = {"language": language, "blind": form.get("blind") == "1", "keys": keys}
    statement = update(UserRow).where(UserRow.name == user.name).values(settings=chosen)
    site.database.write(lambda connection: connection.execute(statement) and None)
    return RedirectResponse("/settings?saved=1", 303)


@router.get("/language/{code}")
def language(request: Request, code: str) -> Response:
    """Choose the language before logging in."""
    if code not in ("sv", "en"):
        raise Refused("no such language")
    response = RedirectResponse("/login", 303)
    response.set_cookie("language", code, samesite="strict", httponly=True)
    return response
