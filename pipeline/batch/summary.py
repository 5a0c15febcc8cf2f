"""What a run read and found."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.batch.task import Work
from pipeline.errors import ExitCode
from pipeline.tables import Row


@dataclass
class Summary:
    """What a run read and found. A document with an error of its own is never counted as read.

    Attributes:
        reused: documents taken from an earlier run as they were.
        resumed_from: others that went on from a stage, by its name; `write` where no stage ran.
        work: what was done, all processes together.
        deaths: worker processes that had to be replaced.
    """

    read: int = 0
    partly: int = 0
    failed: int = 0
    copies: int = 0
    pages: int = 0
    findings: int = 0
    municipalities: int = 0
    reused: int = 0
    resumed_from: dict[str, int] = field(default_factory=dict)
    deaths: int = 0
    seconds: float = 0.0
    work: Work = field(default_factory=dict)

    @property
    def resumed(self) -> int:
        """Documents of which earlier stages were taken from an earlier run."""
        return sum(self.resumed_from.values())

    @property
    def exit_code(self) -> ExitCode:
        """OK only where every document was read in full, and there was one."""
        lost = self.partly or self.failed or not self.read
        return ExitCode.SOME_FAILED if lost else ExitCode.OK

    def count(self, document: Row) -> None:
        """Count a row of the documents table."""
        self.pages += document["pages"]
        self.read += document["outcome"] == "read"
        self.partly += document["outcome"] == "partly"
        self.failed += document["outcome"] == "failed"
        self.copies += document["outcome"] == "copy"
