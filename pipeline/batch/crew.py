"""A worker process as its parent sees it: started, fed, watched, killed, replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from pipeline.batch.chain import Stages
from pipeline.batch.failures import StageCrash, StageHang, WorkerLost
from pipeline.batch.folders import Folder
from pipeline.batch.task import FETCH, Done, Fault, Report, Task, Work, add_up
from pipeline.config import Config
from pipeline.errors import DocumentError, KommunluppError
from pipeline.flow import Pipeline
from pipeline.processes import Process, ProcessGone

_START_S = 300.0
# Parallel by documents: threads within a process would only get in each other's way.
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")


class WorkerDied(Exception):
    """A worker process is gone; `stage` is the last that it said to enter ("": none)."""

    def __init__(self, stage: str, reason: str, *, hung: bool) -> None:
        super().__init__(f"{stage or 'outside the stages'}: {reason}")
        self.stage = stage
        self.reason = reason
        self.hung = hung


class Worker:
    """One worker process at a time, started when first needed, replaced when it dies.

    It ends when this object or this process does, even if this process is killed.

    Args:
        config: settings; with them and `build` the process makes its pipeline.
        folder: the run folder; results are written there by the process.
        build: importable by name, as the process calls it.
    """

    def __init__(self, config: Config, folder: Folder, build: Callable[[Config], Pipeline]) -> None:
        self._setting = (build, config, folder)
        self._stage_deadline_s = config.batch.stage_deadline_s
        self._stopped = False
        self._stages: Stages | None = None
        self._process: Process | None = None

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
        done, shards, deaths = list[Done](), list[str](), list[str]()
        work: Work = {}
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
            shards += report.shards
            add_up(work, report.work)
        return Report(tuple(done), tuple(shards), work, tuple(deaths))

    def stop(self) -> None:
        """End the process for good; may be called while another thread waits for it."""
        self._stopped = True
        if self._process:
            self._process.kill()

    def _once(self, tasks: list[Task]) -> Report:
        process = self._process or self._start()
        stage = ""
        try:
            process.send(tasks)
            while True:
                # Extraction itself keeps its own deadlines, one a document and one a page.
                limit = self._stage_deadline_s if stage not in ("", "extract") else None
                kind, content = process.receive(limit)
                if kind == "at":
                    stage = content
                elif kind == "failed":
                    raise content
                else:
                    report: Report = content
                    return report
        except ProcessGone as gone:
            self._process = None
            raise WorkerDied(stage, f"the process {gone}", hung=gone.late) from gone

    def _start(self) -> Process:
        if self._stopped:
            raise WorkerLost("the run was given up")
        process = self._process = Process("pipeline.batch.worker", _ONE_THREAD)
        try:
            process.send(self._setting)
            kind, content = process.receive(_START_S)
        except ProcessGone as gone:
            self._process = None
            raise WorkerLost(f"a worker does not start: it {gone}") from gone
        if kind == "failed":
            process.stop()
            self._process = None
            failure: KommunluppError = content
            raise failure
        self._stages = content
        return process


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
    # Before or outside the stages, or in spite of a fault: the document is not read at all.
    stage = "extract" if task.fault or death.stage in ("", FETCH) else death.stage
    return [replace(task, kept=None, died=False, fault=Fault(stage, error.issue()))]
