"""Exports and imports of the whole review, for the command line."""

from __future__ import annotations

import uuid
from pathlib import Path

from sqlalchemy import Connection

from pipeline.errors import OutputError, UsageError
from pipeline.gazetteer import Gazetteer
from pipeline.review.database import Database
from pipeline.review.exchange.dump import dump
from pipeline.review.exchange.read import Result, read, take
from pipeline.review.exchange.records import masked as hidden
from pipeline.review.exchange.select import selected
from pipeline.review.exchange.write import FORMATS
from pipeline.review.intake import codebook_version
from pipeline.review.log import Reviewer
from pipeline.review.view import View

LOG = "log"


def export_all(connection: Connection, form: str, out: Path, *, masked: bool) -> int:
    """Write every finding in a format, or the whole review as `log`; returns how many.

    Raises:
        UsageError: there is no such format, or `log` is asked for masked.
        OutputError: the file cannot be written.
    """
    if form != LOG and form not in FORMATS:
        raise UsageError(f"no format {form!r}", remedy=f"Choose {', '.join([*FORMATS, LOG])}.")
    if form == LOG and masked:
        raise UsageError(
            "the log holds the documents' text as it is", remedy="Say so by --unmasked."
        )
    try:
        with out.open("wb") as file:
            if form == LOG:
                count = 0
                for line in dump(connection):
                    file.write(line.encode())
                    count += 1
                return count
            found = list(selected(connection, form, View(), ""))
            file.write(FORMATS[form][2](map(hidden, found) if masked else found))
            return len(found)
    except OSError as error:
        raise OutputError(f"cannot write {out}: {error.strerror}") from error


def import_decisions(database: Database, file: Path, reviewer: str) -> Result:
    """Take the decisions of a file as those of `reviewer`."""
    found = read(file.name, file.read_bytes())
    who = Reviewer(reviewer, "reviewer", codebook=codebook_version())
    codes = Gazetteer.load().tables.bodies
    return database.write(lambda c: take(c, who, uuid.uuid4().hex, found, codes))
