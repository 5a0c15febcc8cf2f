"""Around every request: headers, hosts, sizes, where it came from."""

from __future__ import annotations

import json
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 1_000_000
MAX_UPLOAD = 64_000_000
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]


class Guard:
    """ASGI middleware.

    Refuses hosts that the server is not called by (DNS rebinding), requests that change something
    and come from another site, and bodies that are too long, also where no length is announced.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {
            key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
        }
        refusal = self._refusal(scope, headers)
        if refusal:
            await _answer(send, *refusal)
            return
        limit = MAX_UPLOAD if scope["path"] == "/import" else MAX_BODY
        received, begun, too_long = 0, False, False

        async def limited() -> Message:
            nonlocal received, too_long
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                too_long = True
                raise _TooLongError
            return message

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                if too_long:  # whatever the application made of the body's end
                    message["status"] = 413
                given = {key.lower() for key, _ in message["headers"]}
                added = [*_HEADERS]
                if b"cache-control" not in given:
                    # Static files have an ETag: asked for anew, seldom sent anew.
                    kept = scope["path"].startswith("/static/")
                    added.append((b"cache-control", b"no-cache" if kept else b"no-store"))
                message["headers"] = [*message["headers"], *added]
            await send(message)

        try:
            await self.app(scope, limited, guarded)
        except _TooLongError:
            if not begun:
                await _answer(send, 413, "the request is too long")

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if self.hosts and _name(host) not in self.hosts:
            return 421, "this server is not called by that name"
        if scope["method"] in ("GET", "HEAD"):
            return None
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return 403, "the request comes from another site"
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "the request comes from another site"
        length = headers.get("content-length", "0")
        limit = MAX_UPLOAD if scope["path"] == "/import" else MAX_BODY
        if not length.isdigit() or int(length) > limit:
            return 413, "the request is too long"
        return None


class _TooLongError(Exception):
    """More bytes came than are taken."""


def _name(host: str) -> str:
    return host.rsplit(":", 1)[0] if not host.endswith("]") else host


async def _answer(send: Send, status: int, what: str) -> None:
    body = json.dumps({"detail": what}).encode()
    headers = [(b"content-type", b"application/json"), (b"connection", b"close"), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
