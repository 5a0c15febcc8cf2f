"""Progress of a fine-tuning: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

LINE_SECONDS = 30.0


class Display(Protocol):
    """What a trainer tells."""

    def says(self, text: str) -> None:
        """Something that happened once."""

    def step(self, epoch: int, step: int, steps: int, loss: float) -> None:
        """A step of a round (from 0) is done; `loss` is the round's mean so far."""

    def round(self, number: int, figures: dict[str, float]) -> None:
        """A round (from 1) is over."""


@contextmanager
def display(stream: TextIO) -> Iterator[Display]:
    """Yield what shows progress on a stream."""
    if not stream.isatty():
        yield _Lines(stream)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=stream)) as progress:
        yield _Bar(progress)


class _Lines:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._told = time.monotonic()

    def says(self, text: str) -> None:
        print(text, file=self._stream, flush=True)

    def step(self, epoch: int, step: int, steps: int, loss: float) -> None:
        if time.monotonic() - self._told > LINE_SECONDS:
            self._told = time.monotonic()
            self.says(f"round {epoch + 1}, step {step}/{steps}, loss {loss:.3f}")

    def round(self, number: int, figures: dict[str, float]) -> None:
        self.says(_round(number, figures))


class _Bar:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("")

    def says(self, text: str) -> None:
        self._progress.console.print(text, markup=False, highlight=False)

    def step(self, epoch: int, step: int, steps: int, loss: float) -> None:
        about = f"round {epoch + 1}, loss {loss:.3f}"
        self._progress.update(self._task, completed=step, total=steps, description=about)

    def round(self, number: int, figures: dict[str, float]) -> None:
        self.says(_round(number, figures))


def _round(number: int, figures: dict[str, float]) -> str:
    return f"round {number}: " + ", ".join(f"{name} {value}" for name, value in figures.items())
