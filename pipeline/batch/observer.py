"""Those who follow a run: a progress bar, a log, a stream of findings."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.batch.summary import Summary
from pipeline.batch.task import Done
from pipeline.tables import Row


class Observer:
    """Told of everything that happens in a run; does nothing itself.

    Attributes:
        wants_findings: whether findings should be read for it.
    """

    wants_findings = False

    def begins(self, documents: int, complete: int) -> None:
        """The run folder holds records of `documents`, `complete` of them under these settings."""

    def document(self, number: int, total: int, done: Done) -> None:
        """An input is done, as the `number`th of `total`."""

    def findings(self, rows: Sequence[Row]) -> None:
        """The findings of a document, as rows of the table."""

    def batch(self, seconds: dict[str, float]) -> None:
        """A batch is done; its time by stage."""

    def death(self, reason: str) -> None:
        """A worker process died and was replaced."""

    def ends(self, summary: Summary) -> None:
        """All files are written."""
