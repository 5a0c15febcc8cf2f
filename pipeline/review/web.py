"""What routes need: who asks, is it allowed, and an answer as page or JSON."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Form, Header, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup
from pydantic import AfterValidator

from pipeline.review import accounts
from pipeline.review.accounts import ROLE_NEEDED, Role, User
from pipeline.review.errors import Forged, NotLoggedIn, RoleTooLow
from pipeline.review.keys import KEYS, keys_for, shown
from pipeline.review.site import Site
from pipeline.review.texts import translate

COOKIE = "kommunlupp_review"


def _printable(text: str) -> str:
    if "\0" in text:
        raise ValueError("NUL in text")
    return text


Text = Annotated[str, AfterValidator(_printable)]
"""Text that every database takes."""
Key = Annotated[str, Form(min_length=8, max_length=80, pattern=r"^[A-Za-z0-9-]+$")]
"""Idempotency key of an action."""


def site_of(request: Request) -> Site:
    """The review that this server serves."""
    site: Site = request.app.state.site
    return site


TheSite = Annotated[Site, Depends(site_of)]


def token_of(request: Request, site: Site) -> str | None:
    """The session's token from the signed cookie; None for no, a forged or an old one."""
    cookie = request.cookies.get(COOKIE)
    try:
        token = signer(site).loads(cookie or "", max_age=int(accounts.SESSION_S))
    except BadData:
        return None
    return token if isinstance(token, str) else None


def signer(site: Site) -> URLSafeTimedSerializer:
    """What signs the cookie."""
    return URLSafeTimedSerializer(site.key, salt="session")


def current_user(request: Request, site: TheSite) -> User:
    """Who asks; raises `NotLoggedIn`."""
    token = token_of(request, site)
    if token:
        with site.database.reading() as connection:
            user = accounts.user_of(connection, token)
        if user:
            request.state.user, request.state.token = user, token
            return user
    raise NotLoggedIn("nobody is logged in")


def at_least(role: Role) -> Callable[[User], User]:
    """A dependency: the user, where the role allows it."""

    def check(user: Annotated[User, Depends(current_user)]) -> User:
        if not user.may(role):
            raise RoleTooLow(ROLE_NEEDED[role])
        return user

    return check


Reader = Annotated[User, Depends(at_least("reader"))]
Reviewing = Annotated[User, Depends(at_least("reviewer"))]
Admin = Annotated[User, Depends(at_least("admin"))]


def _not_forged(
    request: Request,
    site: TheSite,
    _user: Annotated[User, Depends(current_user)],
    csrf: Annotated[str, Form(max_length=200)] = "",
    x_csrf: Annotated[str, Header(max_length=200)] = "",
) -> None:
    """Every change carries the session's token, as a field or as a header."""
    wanted = accounts.form_token(site.key, request.state.token)
    given = (x_csrf or csrf).encode("utf-8", "replace")
    if not hmac.compare_digest(given, wanted.encode()):
        raise Forged("the form's token is missing or not this session's")


SameSite = Depends(_not_forged)


def wants_json(request: Request) -> bool:
    """Whether the page's script asks, not the browser itself."""
    return "application/json" in request.headers.get("accept", "")


def language_of(request: Request) -> str:
    """`sv` or `en`: the account's choice, else the cookie's."""
    user: User | None = getattr(request.state, "user", None)
    chosen = user.settings.get("language") if user else None
    return "en" if (chosen or request.cookies.get("language")) == "en" else "sv"


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page or a part of one, in the reader's language."""
    site = site_of(request)
    language = language_of(request)
    user: User | None = getattr(request.state, "user", None)
    token = getattr(request.state, "token", None)
    keys = keys_for(user.settings.get("keys", {}) if user else {})

    def translated(text: str, **fields: object) -> str:
        said = translate(text, language)
        if isinstance(said, Markup) or not fields:
            return said
        return said.format(**fields)

    content = site.templates.get_template(template).render(
        _=translated,
        language=language,
        user=user,
        csrf=accounts.form_token(site.key, token) if token else "",
        keys=keys,
        shown=shown,
        key_names=KEYS,
        names=site.names,
        path=request.url.path,
        new_key=lambda: uuid.uuid4().hex,
        **values,
    )
    return HTMLResponse(content, status)


def answer(request: Request, outcome: dict[str, Any], then: str) -> Response:
    """The outcome as JSON for the page's script, else a redirect to `then`."""
    if wants_json(request):
        return JSONResponse(outcome, 409 if outcome.get("result") == "conflict" else 200)
    return RedirectResponse(then, 303)
