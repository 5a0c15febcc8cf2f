"""Progress of a batch: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from pipeline.batch.observer import Observer
from pipeline.batch.prospect import Prospect
from pipeline.batch.task import Done
from pipeline.errors import Issue

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@contextmanager
def reporter(stream: TextIO) -> Iterator[Observer]:
    """Yield the observer that shows a run's progress."""
    if stream.isatty():
        with _bar() as (progress, task):
            yield _Bar(progress, task)
    else:
        yield _Lines(stream)


class _Lines(Observer):
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def begins(self, prospect: Prospect) -> None:
        if resumes := _resumes(prospect):
            print(resumes, file=self._stream, flush=True)

    def problem(self, source: str, issue: Issue) -> None:
        print(f"{source}: {issue.code}", file=self._stream, flush=True)

    def document(self, number: int, total: int, done: Done) -> None:
        line = f"[{number}/{total}] {done.head.source}: {_outcome(done)}"
        print(line, file=self._stream, flush=True)

    def death(self, reason: str) -> None:
        print(f"a worker process was replaced: {reason}", file=self._stream, flush=True)


class _Bar(Observer):
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def begins(self, prospect: Prospect) -> None:
        if resumes := _resumes(prospect):
            self._progress.console.print(resumes, markup=False)

    def problem(self, source: str, issue: Issue) -> None:
        self._progress.console.print(f"{source}: {issue.code}", markup=False)

    def document(self, number: int, total: int, done: Done) -> None:
        name = Path(done.head.source).name
        self._progress.update(self._task, completed=number, total=total, description=name)
        if any(issue.severity == "error" for issue in done.issues):
            self._progress.console.print(f"{name}: {_outcome(done)}", markup=False)

    def death(self, reason: str) -> None:
        self._progress.console.print(f"a worker process was replaced: {reason}", markup=False)


@contextmanager
def _bar() -> Iterator[tuple[Progress, TaskID]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield progress, progress.add_task("")


def _resumes(prospect: Prospect) -> str:
    """What is taken from an earlier run; empty where that is nothing."""
    parts = [f"{prospect.complete} are done"] if prospect.complete else []
    parts += [f"{number} go on from {stage}" for stage, number in prospect.resumed.items()]
    return f"resuming: of {prospect.inputs} documents {', '.join(parts)}" if parts else ""


def _outcome(done: Done) -> str:
    errors = [issue.code for issue in done.issues if issue.severity == "error"]
    read = f"{done.pages} pages, {done.findings} findings"
    return f"{read}; {', '.join(dict.fromkeys(errors))}" if errors else read
