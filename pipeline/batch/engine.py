"""Where batches are processed: an engine has workers, takes tasks lazily, gives reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from pipeline.batch.chain import Stages
from pipeline.batch.folders import Folder
from pipeline.batch.task import Report, Task
from pipeline.config import Config


class Engine(Protocol):
    """Processes batches, several at a time; `open` comes first, `close` last."""

    def open(self, config: Config, folder: Folder) -> Stages:
        """Start workers; returns what their stages' answers depend on.

        Raises:
            ModelError, MissingDependencyError, WorkerLost: they cannot be started.
        """
        ...

    def slots(self) -> int:
        """How many batches can be at work at a time."""
        ...

    def map(self, batches: Iterator[list[Task]]) -> Iterator[Report]:
        """Process batches, in any order; takes no more of them than it has slots for, and a few.

        Raises:
            OutputError, WorkerLost: the run cannot go on.
        """
        ...

    def close(self) -> None:
        """End the workers, at work or not."""
        ...
