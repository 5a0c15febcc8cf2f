"""Read many documents: plan, have batches processed, make the tables. Resumes by itself."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.batch.assemble import write_tables
from pipeline.batch.claims import Claims
from pipeline.batch.engine import Engine
from pipeline.batch.folders import folder_at
from pipeline.batch.inputs import InputFile, find
from pipeline.batch.ledger import Ledger
from pipeline.batch.local import LocalEngine
from pipeline.batch.manifest import describe
from pipeline.batch.observer import Observer
from pipeline.batch.plan import Plan, purpose_of
from pipeline.batch.prospect import prospect
from pipeline.batch.record import Head
from pipeline.batch.runfolder import RunFolder
from pipeline.batch.summary import Summary
from pipeline.batch.task import Done, Report, Task, add_up
from pipeline.config import Config
from pipeline.gazetteer import Gazetteer

LARGEST_BATCH = 8
"""Documents: enough to fill the classifier's batches, few enough to lose when a run is killed."""
_WAIT_S = 0.5


@dataclass(frozen=True)
class Options:
    """How a run is carried out; nothing here changes what it finds.

    Attributes:
        fresh: forget what an earlier run left in the folder.
    """

    engine: Engine = field(default_factory=LocalEngine)
    fresh: bool = False
    observers: Sequence[Observer] = ()


def run(
    inputs: Sequence[Path | str], config: Config, out: Path | str, options: Options | None = None
) -> Summary:
    """Read `inputs` (files and folders), write the run folder `out`, return the summary.

    A string with `://` in it is a URL: inputs of any that fsspec reads, `out` of an object store.

    What an earlier run in the folder has done under the same settings is not done again.

    Raises:
        OutputError: the run folder cannot be written, another run is at work in it, or a store
            does not answer.
        ModelError: a model is missing or broken.
        WorkerLost: worker processes die, and no document is to blame.
    """
    options = options or Options()
    try:
        return _run(inputs, config, out, options)
    except BaseException as error:
        for observer in options.observers:
            observer.fails(error)
        raise


def _run(
    inputs: Sequence[Path | str], config: Config, out: Path | str, options: Options
) -> Summary:
    began, started = time.perf_counter(), datetime.now(UTC)
    place, summary = folder_at(out), Summary()
    folder = RunFolder(place)
    folder.create()

    try:
        stages = options.engine.open(config, place)
        files, problems = find(inputs)
        if options.fresh:
            with Claims(place, uuid.uuid4().hex):  # a purpose that nobody shares
                folder.forget()
        with Claims(place, purpose_of(files, stages.chain)) as claims:
            ledger = Ledger(place, stages.chain)
            names = tuple(stages.versions)
            plan = Plan(names, problems, ledger, folder)
            for observer in options.observers:
                observer.begins(prospect(files, ledger, names))
                for one in plan.inputs:
                    if one.issue:
                        observer.problem(one.source, one.issue)
            batch = _Batch(options, claims, files, plan, summary)
            batch.read_all()
            write_tables(batch.plan.inputs, ledger, folder, Gazetteer.load(), summary)
            if claims.is_alone():
                ledger.compact()
                folder.sweep()
                claims.sweep()
    finally:
        options.engine.close()
    summary.seconds = time.perf_counter() - began
    read = batch.plan.read_inputs()
    folder.write_manifest(describe(config, stages.versions, read, summary, started))
    for observer in options.observers:
        observer.ends(summary)
    return summary


class _Batch:
    """The reading of all inputs."""

    def __init__(
        self,
        options: Options,
        claims: Claims,
        files: Sequence[InputFile],
        plan: Plan,
        summary: Summary,
    ) -> None:
        self.plan = plan
        self._options = options
        self._ledger = plan.ledger
        self._claims = claims
        self._files = files
        self._summary = summary
        self._number = 0
        self._reused = 0
        self._elsewhere: list[Task] = []
        self._shared = False

    def read_all(self) -> None:
        """Read every document that has no complete record yet, or wait until another has."""
        engine = self._options.engine
        self._take_in(engine.map(self._batches(self.plan.tasks(self._files))))
        while self._elsewhere:
            self._ledger.refresh()
            waiting, self._elsewhere = self._elsewhere, []
            self._take_in(engine.map(self._batches(waiting)))
            if self._elsewhere:
                time.sleep(_WAIT_S)
        self._ledger.refresh()
        self._summary.reused = len(self.plan.reused)
        self._summary.resumed_from = dict(self.plan.resumed)

    def _take_in(self, reports: Iterator[Report]) -> None:
        for report in reports:
            self._ledger.take_in(report.shards)
            add_up(self._summary.work, report.work)
            self._summary.deaths += len(report.deaths)
            for observer in self._options.observers:
                for reason in report.deaths:
                    observer.death(reason)
            for done in report.done:
                self._claims.release(done.head.id)
                self._tell(done)
            for observer in self._options.observers:
                observer.batch(report.work)

    def _batches(self, tasks: Iterable[Task | None]) -> Iterator[list[Task]]:
        """Tasks that this process has claimed, in batches that get smaller towards the end."""
        slots = self._options.engine.slots()
        batch: list[Task] = []
        for looked_at, task in enumerate(tasks, start=1):
            if task is None:
                self._tell_of_the_unread()
                continue
            if self._claims.take(task.key[0]):
                batch.append(task)
            else:
                self._elsewhere.append(task)
            left = max(0, len(self._files) - looked_at)
            if len(batch) >= min(LARGEST_BATCH, 1 + left // (4 * slots)):
                batch = self._still_open(batch)
                if batch:
                    yield batch
                batch = []
        if batch := self._still_open(batch):
            yield batch

    def _still_open(self, batch: list[Task]) -> list[Task]:
        """The tasks that no other process has done just before they were claimed."""
        shared = not self._claims.is_alone()
        if batch and (shared or self._shared):  # who has just left may have done some, too
            self._ledger.refresh()
        self._shared = shared
        still_open = []
        for task in batch:
            if head := self.plan.done(task.key, task.source):
                self._claims.release(task.key[0])
                self._tell_from_record(head)
            else:
                still_open.append(task)
        return still_open

    def _tell_of_the_unread(self) -> None:
        """Report the input that was looked at last: known from before, a copy, or unreadable."""
        last = self.plan.inputs[-1]
        if len(self.plan.reused) > self._reused:
            self._reused = len(self.plan.reused)
            self._tell_from_record(self.plan.reused[-1])
        else:
            head = Head(last.key[0] if last.key else "", "", last.source, (), True)
            self._tell(Done(head, 0, 0, (last.issue,) if last.issue else ()))

    def _tell_from_record(self, head: Head) -> None:
        record = self._ledger.read(head.key)
        findings = len(record.findings)
        self._tell(Done(head, record.document["pages"], findings, record.issues))

    def _tell(self, done: Done) -> None:
        self._number += 1
        for observer in self._options.observers:
            observer.document(self._number, len(self._files), done)
            if observer.wants_findings and done.findings:
                rows = self._ledger.read(done.head.key).findings
                source = done.head.source
                observer.findings([{**row, "document": source} for row in rows])
