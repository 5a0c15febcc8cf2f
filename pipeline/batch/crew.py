"""A worker process as its parent sees it: started, fed, watched, killed, replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import weakref
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any

from pipeline.batch.chain import Stages
from pipeline.batch.failures import StageCrash, StageHang, WorkerLost
from pipeline.batch.task import Done, Fault, Report, Task
from pipeline.config import Config
from pipeline.errors import DocumentError, KommunluppError
from pipeline.flow import Pipeline

_ROOT = Path(__file__).parents[2]
_START_S = 300.0


class WorkerDied(Exception):
    """A worker process is gone; `stage` is the last that it said to enter ("": none)."""

    def __init__(self, stage: str, reason: str, *, hung: bool) -> None:
        super().__init__(f"{stage or 'outside the stages'}: {reason}")
        self.stage = stage
        self.reason = reason
        self.hung = hung


@dataclass(frozen=True)
class _Process:
    process: subprocess.Popen[bytes]
    calls: Connection
    replies: Connection
    errors: IO[bytes]

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for end in (self.calls, self.replies, self.errors):
            end.close()


class Worker:
    """One worker process at a time, started when first needed, replaced when it dies.

    It ends when this object or this process does, even if this process is killed.

    Args:
        config: settings; with them and `build` the process makes its pipeline.
        folder: the run folder; results are written there by the process.
        build: importable by name, as the process calls it.
    """

    def __init__(self, config: Config, folder: Path, build: Callable[[Config], Pipeline]) -> None:
        self._setting = (build, config, folder.absolute())
        self._stage_deadline_s = config.batch.stage_deadline_s
        self._stopped = False
        self._stages: Stages | None = None
        self._process: _Process | None = None
        self._stopper: weakref.finalize[..., Worker] | None = None

    def stages(self) -> Stages:
        """Return what its stages' answers depend on; starts the process if need be.

        Raises:
            ModelError, MissingDependencyError: as the pipeline's making raised it.
            WorkerLost: the process does not start.
        """
        if not self._process:
            self._start()
        assert self._stages
        return self._stages

    def process(self, tasks: list[Task]) -> Report:
        """Have a batch processed whatever it holds; a document that kills gets an issue of it.

        Raises:
            OutputError: the run folder cannot be written.
            WorkerLost: processes die and no document is to blame.
        """
        done, seconds = list[Done](), Counter[str]()
        deaths: list[str] = []
        waiting = [tasks]
        while waiting:
            group = waiting.pop()
            try:
                report = self._once(group)
            except WorkerDied as death:
                deaths.append(str(death))
                waiting += [[task] for task in _after(death, group)]
                continue
            done += report.done
            seconds.update(report.seconds)
        return Report(tuple(done), dict(seconds), tuple(deaths))

    def stop(self) -> None:
        """End the process for good; may be called while another thread waits for it."""
        self._stopped = True
        if self._process:
            self._process.process.kill()

    def _clear(self) -> None:
        if self._stopper:
            self._stopper()
        self._process = self._stopper = None

    def _once(self, tasks: list[Task]) -> Report:
        process = self._process or self._start()
        stage = ""
        try:
            process.calls.send(tasks)
            while True:
                # Extraction keeps its own deadlines, one a document and one a page.
                limit = self._stage_deadline_s if stage not in ("", "extract") else None
                if not process.replies.poll(limit):
                    self._clear()
                    raise WorkerDied(stage, f"stopped after {limit:g} seconds", hung=True)
                kind, content = process.replies.recv()
                if kind == "at":
                    stage = content
                elif kind == "failed":
                    raise content
                else:
                    report: Report = content
                    return report
        except (EOFError, OSError) as error:
            reason = self._last_words(process)
            raise WorkerDied(stage, reason, hung=False) from error

    def _start(self) -> _Process:
        if self._stopped:
            raise WorkerLost("the run was given up")
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        # Parallel by documents: threads within a process would only get in each other's way.
        one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        popen = subprocess.Popen(
            [sys.executable, "-P", "-m", "pipeline.batch.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, **one_thread, "PYTHONPATH": os.pathsep.join(paths)},
            # Ctrl-C is for the parent, which then closes the pipe.
            start_new_session=True,
        )
        assert popen.stdin and popen.stdout
        calls = Connection(os.dup(popen.stdin.fileno()), readable=False)
        replies = Connection(os.dup(popen.stdout.fileno()), writable=False)
        popen.stdin.close()
        popen.stdout.close()
        process = self._process = _Process(popen, calls, replies, errors)
        self._stopper = weakref.finalize(self, process.stop)
        answer: tuple[Any, ...] = ("failed", WorkerLost(f"no answer in {_START_S:g} seconds"))
        try:
            calls.send(self._setting)
            if replies.poll(_START_S):
                answer = replies.recv()
        except (EOFError, OSError):
            answer = ("failed", WorkerLost(f"does not start: {self._last_words(process)}"))
        if answer[0] == "failed":
            self._clear()
            failure: KommunluppError = answer[1]
            raise failure
        self._stages = answer[1]
        return process

    def _last_words(self, process: _Process) -> str:
        """Why a process is gone; it is cleared away."""
        process.process.kill()
        status = process.process.wait()
        process.errors.seek(0)
        lines = process.errors.read().decode("utf-8", "replace").strip().splitlines()
        self._clear()
        if status < 0:
            return f"the process died ({signal.Signals(-status).name})"
        return f"the process died (exit status {status}) {lines[-1] if lines else ''}".rstrip()


def _after(death: WorkerDied, group: list[Task]) -> Iterable[Task]:
    """What is left to do of a batch that a worker died of, each document alone."""
    if len(group) > 1:
        return reversed(group)
    task = group[0]
    if not death.hung and not task.died:
        return [
            replace(task, died=True)
        ]  # killed from outside? what it held before must not decide
    error: DocumentError = (StageHang if death.hung else StageCrash)(str(death))
    if task.fault and task.fault.stage == "extract":
        raise WorkerLost(f"{task.source}: {death}")
    # Outside the stages, or in spite of a fault: the document is not read at all.
    stage = death.stage if death.stage and not task.fault else "extract"
    return [replace(task, kept=None, died=False, fault=Fault(stage, error.issue()))]
