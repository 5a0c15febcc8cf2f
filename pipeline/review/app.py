"""The web application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from pipeline.errors import KommunluppError
from pipeline.review.database import Database
from pipeline.review.errors import Broken, Misfilled, NotHere, NotLoggedIn, Refused
from pipeline.review.pageimages import PageImages
from pipeline.review.routes import (
    admin,
    bulk,
    compare,
    exchange,
    finding,
    images,
    judge,
    login,
    queue,
    team,
)
from pipeline.review.security import Guard
from pipeline.review.site import Options, Site
from pipeline.review.texts import explain
from pipeline.review.web import language_of, render, wants_json


def create_app(database: Database, options: Options) -> FastAPI:
    """Make the application over a migrated database that holds a run."""
    site = Site(database, options)
    pictures = PageImages(site)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        queue.choices(site)  # slow with many findings: nobody should wait for it
        yield
        pictures.close()

    app = FastAPI(
        title="kommunlupp review",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
    )
    app.state.site = site
    app.state.images = pictures
    for part in (login, queue, finding, judge, images, bulk, team, compare, exchange, admin):
        app.include_router(part.router)
    static = StaticFiles(directory=Path(__file__).parent / "static")
    app.mount("/static", static)
    app.add_middleware(Guard, hosts=options.hosts)
    _explain_errors(app)
    return app


def _explain_errors(app: FastAPI) -> None:
    """Answer every error with what it is and what to do, as page or JSON."""

    @app.exception_handler(NotLoggedIn)
    def not_logged_in(request: Request, error: NotLoggedIn) -> Response:
        if wants_json(request) or request.method != "GET":
            return refused(request, error)
        return RedirectResponse("/login", 303)

    @app.exception_handler(Refused)
    def refused(request: Request, error: Refused) -> Response:
        told, advice = explain(error, language_of(request))
        if wants_json(request):
            return JSONResponse({"detail": told, "remedy": advice}, error.status)
        return render(request, "error.html", error.status, error=error)

    @app.exception_handler(KommunluppError)
    def failed(request: Request, error: KommunluppError) -> Response:
        return refused(request, Broken("it does not work just now: {why}", why=error.message))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        where = ", ".join(".".join(map(str, e["loc"])) + ": " + e["msg"] for e in error.errors())
        return refused(request, Misfilled("what was filled in does not fit: {where}", where=where))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        lost = error.status_code in (404, 405)
        found = NotHere("there is no such page") if lost else Misfilled("the request is unreadable")
        found.status = error.status_code
        return refused(request, found)
