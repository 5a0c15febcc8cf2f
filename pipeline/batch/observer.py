"""Those who follow a run: a progress bar, a log, a stream of findings."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.batch.prospect import Prospect
from pipeline.batch.summary import Summary
from pipeline.batch.task import Done, Work
from pipeline.errors import Issue
from pipeline.tables import Row


class Observer:
    """Told of everything that happens in a run; does nothing itself.

    Attributes:
        wants_findings: whether findings should be read for it.
    """

    wants_findings = False

    def begins(self, prospect: Prospect) -> None:
        """The inputs are listed, and what an earlier run has done of them."""

    def problem(self, source: str, issue: Issue) -> None:
        """A path among the inputs has no files, or cannot be looked into."""

    def document(self, number: int, total: int, done: Done) -> None:
        """An input is done, as the `number`th of `total`."""

    def findings(self, rows: Sequence[Row]) -> None:
        """The findings of a document, as rows of the table."""

    def batch(self, work: Work) -> None:
        """A batch is done."""

    def death(self, reason: str) -> None:
        """A worker process died and was replaced."""

    def ends(self, summary: Summary) -> None:
        """All files are written."""

    def fails(self, error: BaseException) -> None:
        """The run does not come to its end; what is done lies in the run folder."""
