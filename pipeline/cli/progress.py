"""Progress of a batch: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from pipeline.document import Document


@contextmanager
def reporter(stream: TextIO) -> Iterator[Callable[[int, int, Document], None]]:
    """Yield the function that a batch calls after each document."""
    if stream.isatty():
        with _bar() as report:
            yield report
    else:
        yield lambda done, total, document: print(
            f"[{done}/{total}] {document.source}: {_outcome(document)}", file=stream, flush=True
        )


@contextmanager
def _bar() -> Iterator[Callable[[int, int, Document], None]]:
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
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("")

        def report(done: int, total: int, document: Document) -> None:
            name = Path(document.source).name
            progress.update(task, completed=done, total=total, description=name)
            if any(issue.severity == "error" for issue in document.issues):
                progress.console.print(f"{name}: {_outcome(document)}", markup=False)

        yield report


def _outcome(document: Document) -> str:
    errors = [issue.code for issue in document.issues if issue.severity == "error"]
    read = f"{len(document.pages)} pages, {len(document.findings)} findings"
    return f"{read}; {', '.join(dict.fromkeys(errors))}" if errors else read
