"""What happens in a run as lines of JSON, and its counters as a Prometheus text file."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from pipeline.batch.files import write_whole
from pipeline.batch.observer import Observer
from pipeline.batch.prospect import Prospect
from pipeline.batch.summary import Summary
from pipeline.batch.task import Done, StageWork, Work, add_up
from pipeline.errors import Issue, KommunluppError

_EVERY_S = 10.0


class JsonLog(Observer):
    """Writes a line of JSON an event: `time` (UTC), `event`, and what belongs to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def begins(self, prospect: Prospect) -> None:
        """See `Observer`."""
        self._write("run-begins", **asdict(prospect))

    def problem(self, source: str, issue: Issue) -> None:
        """See `Observer`."""
        self._write("input-problem", file=source, issue=issue.code, message=issue.message)

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

    def batch(self, work: Work) -> None:
        """See `Observer`."""
        self._write("batch", work={stage: asdict(done) for stage, done in work.items()})

    def death(self, reason: str) -> None:
        """See `Observer`."""
        self._write("worker-died", reason=reason)

    def ends(self, summary: Summary) -> None:
        """See `Observer`."""
        self._write("run-ends", **asdict(summary), exit_code=int(summary.exit_code))

    def fails(self, error: BaseException) -> None:
        """See `Observer`."""
        code = error.code if isinstance(error, KommunluppError) else type(error).__name__
        self._write("run-fails", error=code, message=str(error))

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
        self._work: Work = {}
        self._total = 0
        self._written = 0.0

    def problem(self, source: str, issue: Issue) -> None:
        """See `Observer`."""
        self._issues[issue.code] += 1

    def document(self, number: int, total: int, done: Done) -> None:
        """See `Observer`."""
        self._total = total
        self._counts.update(documents=1, pages=done.pages, findings=done.findings)
        self._issues.update(issue.code for issue in done.issues)
        if time.monotonic() - self._written > _EVERY_S:
            self._write()

    def batch(self, work: Work) -> None:
        """See `Observer`."""
        add_up(self._work, work)

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
        for field in fields(StageWork):
            metric = f"kommunlupp_stage_{field.name}_total"
            lines += [f"# TYPE {metric} counter"]
            lines += [
                f'{metric}{{stage="{stage}"}} {round(getattr(work, field.name), 4)}'
                for stage, work in self._work.items()
            ]
        write_whole(self._path, ("\n".join(lines) + "\n").encode())
