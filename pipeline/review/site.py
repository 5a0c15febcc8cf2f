"""What all requests share: database, run, gazetteer, templates, versions."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from sqlalchemy import select

from pipeline.batch.runfolder import read_document
from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.document import Document
from pipeline.gazetteer import Gazetteer
from pipeline.review import accounts
from pipeline.review.database import Database
from pipeline.review.errors import NotHere
from pipeline.review.log import Reviewer
from pipeline.review.schema import DocumentRow, RunRow
from pipeline.review.texts import explain, name_of

T = TypeVar("T")
_STALE = 600.0
"""Seconds after which what was remembered, and is out of date, is forgotten."""


@dataclass(frozen=True)
class Options:
    """How a review is served.

    Attributes:
        run: the run folder; None where it is not on this machine (no page images then).
        cache: folder for page images; None keeps none.
        hosts: names that a browser may call the server by; empty: any.
        entry: secret that lets in whoever knows it, on a machine without accounts.
        model: folder of the model that explains labels; None: the shipped one.
        rival: folder of a model to compare with it.
        secure: served by TLS, so cookies are for TLS only.
    """

    run: Path | None = None
    cache: Path | None = None
    hosts: frozenset[str] = frozenset()
    entry: str | None = None
    model: Path | None = None
    rival: Path | None = None
    secure: bool = False


class Site:
    """One review."""

    def __init__(self, database: Database, options: Options) -> None:
        self.database = database
        self.options = options
        self.gazetteer = Gazetteer.load()
        self.names = {code: body.name for code, body in self.gazetteer.tables.bodies.items()}
        self.codes = {name.casefold(): code for code, name in self.names.items()}
        self.attempts = accounts.Attempts()
        self.key = database.write(accounts.signing_key)
        with database.reading() as connection:
            run = connection.execute(select(RunRow).order_by(RunRow.id.desc()).limit(1)).first()
        self.model: str = run.model if run else ""
        self.codebook: str = run.codebook if run else ""
        self.templates = _templates()
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._remembered: dict[str, tuple[float, Any]] = {}
        self._lock = threading.Lock()

    def reviewer(self, user: accounts.User) -> Reviewer:
        """The user as the log names her."""
        return Reviewer(user.name, user.role, self.model, self.codebook)

    def document(self, document_id: str) -> Document:
        """Read a document of the run; the last ones are kept.

        Raises:
            NotHere: the review has no such document, or the run folder is not here.
        """
        with self.database.reading() as connection:
            known = connection.execute(
                select(DocumentRow.id).where(DocumentRow.id == document_id)
            ).scalar()
        # The name comes from the database, never from the browser.
        if known is None or self.options.run is None:
            raise NotHere("no such document in this review")
        with self._lock:
            if known in self._documents:
                self._documents.move_to_end(known)
                return self._documents[known]
        path = self.options.run / "documents" / f"{known}.json"
        if not path.is_file():
            raise NotHere("the run folder no longer holds this document")
        document = read_document(path)
        with self._lock:
            self._documents[known] = document
            if len(self._documents) > 16:
                self._documents.popitem(last=False)
        return document

    def remembered(self, name: str, seconds: float, make: Callable[[], T]) -> T:
        """Return what `make` makes, made anew after some seconds by one of those who ask.

        The others meanwhile get what was made before.
        """
        with self._lock:
            kept = self._remembered.get(name)
            if kept and kept[0] > time.monotonic():
                return kept[1]  # type: ignore[no-any-return]
            if kept:
                self._remembered[name] = (time.monotonic() + seconds, kept[1])
        made = make()
        now = time.monotonic()
        with self._lock:
            fresh = {key: it for key, it in self._remembered.items() if it[0] > now - _STALE}
            self._remembered = {**fresh, name: (now + seconds, made)}
        return made


def exact(text: str) -> Markup:
    """Text for a page, such that the browser keeps every character: HTML drops CR and NUL."""
    escaped = str(escape(text)).replace("\r", "&#13;").replace("\0", "\ufffd")
    return Markup(escaped)


def decimal(value: float, digits: int, language: str) -> str:
    """A number as the language writes it."""
    written = f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")
    return written.replace(".", ",") if language == "sv" else written


def sentence(text: str) -> str:
    """Text as a sentence: errors begin small and end without a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.review"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"exact": exact, "sentence": sentence}
    environment.globals |= {
        "LABELS": LABELS,
        "STATUSES": STATUSES,
        "SCOPES": SCOPES,
        "name_of": name_of,
        "explain": explain,
        "decimal": decimal,
    }
    return environment
