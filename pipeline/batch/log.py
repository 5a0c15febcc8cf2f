"""What happens in a run as lines of JSON, and its counters as a Prometheus text file."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from pipeline.batch.files import write_whole
from pipeline.batch.observer import Observer
from pipeline.batch.summary import Summary
from pipeline.batch.task import Done

_EVERY_S = 10.0


class JsonLog(Observer):
    """Writes a line of JSON an event: `time` (UTC), `event`, and what belongs to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def begins(self, documents: int, complete: int) -> None:
        """See `Observer`."""
        self._write("run-begins", recorded=documents, complete=complete)

    def document(self, number: int, total: int, done: Done) -> None:
        """See `Observer`."""
        self._write(
            "document",
            number=number,
            total=total,
            id=done.head.id,
            file=done.head.source,
            pages=done.pages,
            findings=done.findings,
            issues=[issue.code for issue in done.issues],
        )

    def batch(self, seconds: dict[str, float]) -> None:
        """See `Observer`."""
        self._write("batch", seconds={name: round(s, 4) for name, s in seconds.items()})

    def death(self, reason: str) -> None:
        """See `Observer`."""
        self._write("worker-died", reason=reason)

    def ends(self, summary: Summary) -> None:
        """See `Observer`."""
        self._write("run-ends", **vars(summary), exit_code=int(summary.exit_code))

    def _write(self, event: str, **content: Any) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": now, "event": event, **content}, ensure_ascii=False)
        print(line, file=self._stream, flush=True)


class Metrics(Observer):
    """Keeps a file in Prometheus' text format, for the node exporter's textfile collector."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._counts: Counter[str] = Counter()
        self._issues: Counter[str] = Counter()
        self._seconds: Counter[str] = Counter()
        self._total = 0
        self._written = 0.0

    def document(self, number: int, total: int, done: Done) -> None:
        """See `Observer`."""
        self._total = total
        self._counts.update(documents=1, pages=done.pages, findings=done.findings)
        self._issues.update(issue.code for issue in done.issues)
        if time.monotonic() - self._written > _EVERY_S:
            self._write()

    def batch(self, seconds: dict[str, float]) -> None:
        """See `Observer`."""
        self._seconds.update(seconds)

    def death(self, reason: str) -> None:
        """See `Observer`."""
        self._counts.update(worker_deaths=1)

    def ends(self, summary: Summary) -> None:
        """See `Observer`."""
        self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        lines = ["# TYPE kommunlupp_inputs gauge", f"kommunlupp_inputs {self._total}"]
        for name in ("documents", "pages", "findings", "worker_deaths"):
            metric = f"kommunlupp_{name}_total"
            lines += [f"# TYPE {metric} counter", f"{metric} {self._counts[name]}"]
        lines += ["# TYPE kommunlupp_issues_total counter"]
        lines += [f'kommunlupp_issues_total{{code="{c}"}} {n}' for c, n in self._issues.items()]
        lines += ["# TYPE kommunlupp_stage_seconds_total counter"]
        lines += [
            f'kommunlupp_stage_seconds_total{{stage="{stage}"}} {seconds:.4f}'
            for stage, seconds in self._seconds.items()
        ]
        write_whole(self._path, ("\n".join(lines) + "\n").encode())
