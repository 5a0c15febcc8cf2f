"""Take a batch of documents through the stages, write their files, commit their records."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.batch.chain import Chain
from pipeline.batch.folders import Folder, is_url
from pipeline.batch.inputs import fetch
from pipeline.batch.ledger import write_shard
from pipeline.batch.outcome import TRIED_AGAIN, outcome_of
from pipeline.batch.record import Head, Record
from pipeline.batch.runfolder import RunFolder
from pipeline.batch.task import FETCH, Done, Report, StageWork, Task, Work
from pipeline.document import Document, Finding
from pipeline.errors import DocumentError, KommunluppError
from pipeline.flow import ManyAtOnce, Pipeline, Stage
from pipeline.gazetteer import Gazetteer
from pipeline.offsets import OffsetMap
from pipeline.tables import document_row, finding_rows

Announce = Callable[[str], None]
"""Called with the stage that is entered next, "" behind the last: what is to blame for a death."""


@dataclass
class _Job:
    """A document on its way; `issue_counts` has an entry for each stage that it has behind it."""

    task: Task
    document: Document
    stopped: bool = False
    issue_counts: list[int] = field(default_factory=list)
    classified: tuple[Finding, ...] = ()

    def fails_in(self, stage: Stage) -> bool:
        return bool(self.task.fault and self.task.fault.stage == stage.name)

    def advance(self, stage: str, document: Document, went_on: bool) -> None:
        self.document, self.stopped = document, not went_on
        self.issue_counts.append(len(document.issues))
        if stage == "classify":
            self.classified = document.findings


class Workbench:
    """The pipeline with its models, and the run folder that results go to.

    Args:
        max_bytes: larger files are not fetched from behind a URL.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        chain: Chain,
        folder: Folder,
        announce: Announce,
        *,
        max_bytes: int,
    ) -> None:
        self.pipeline = pipeline
        self.chain = chain
        self._max_bytes = max_bytes
        self._folder = RunFolder(folder)
        self._gazetteer = Gazetteer.load()
        self._announce = announce

    def process(self, tasks: list[Task]) -> Report:
        """Read the documents; when this returns, their files and records are in the run folder.

        Raises:
            OutputError: the run folder cannot be written, or a store does not answer.
        """
        jobs = [self._started(task) for task in tasks]
        work: Work = {}
        for number, stage in enumerate(self.pipeline.stages):
            ready = [job for job in jobs if not job.stopped and len(job.issue_counts) == number]
            before = self.pipeline.seconds[stage.name]
            (self._run_stage if number else self._extract)(stage, ready)
            work[stage.name] = StageWork(
                self.pipeline.seconds[stage.name] - before,
                len(ready),
                sum(len(job.document.sentences) for job in ready),
                sum(len(job.document.findings) for job in ready),
            )
        began = time.perf_counter()
        done, shard = self._write(jobs)
        work["write"] = StageWork(time.perf_counter() - began, len(jobs))
        return Report(done, (shard,), work)

    def _started(self, task: Task) -> _Job:
        """A job with the layers that are kept; from the start where they are gone."""
        kept = task.kept
        empty = Document(id=task.key[0], source=task.path)
        if not kept:
            return _Job(task, empty)
        document = self._folder.document(empty.id)
        if not document:  # removed by hand since
            return _Job(task, empty)
        document = replace(_cut(document, kept.stages), source=task.path)
        if kept.stages == len(self.pipeline.stages) or kept.stopped:
            return _Job(task, document, kept.stopped, list(kept.issue_counts), kept.classified)
        issues = document.issues[: kept.issue_counts[-1]]
        document = replace(document, issues=issues, findings=kept.classified)
        return _Job(task, document, False, list(kept.issue_counts), kept.classified)

    def _extract(self, stage: Stage, jobs: list[_Job]) -> None:
        """Run the first stage; files behind URLs are copied to a disk for it."""
        with TemporaryDirectory(prefix="kommunlupp-") as folder:
            for job in [job for job in jobs if is_url(job.task.path) and not job.fails_in(stage)]:
                self._announce(FETCH)
                began = time.perf_counter()
                path = Path(folder) / "".join(job.task.key)
                try:
                    fetch(job.task.path, path, self._max_bytes)
                except DocumentError as error:
                    failed = replace(job.document, issues=(error.issue(),))
                    job.advance(stage.name, failed, False)
                job.document = replace(job.document, source=str(path))
                self.pipeline.seconds[stage.name] += time.perf_counter() - began
            self._run_stage(stage, [job for job in jobs if not job.stopped])
        for job in jobs:  # its name tells later stages something
            job.document = replace(job.document, source=job.task.path)

    def _run_stage(self, stage: Stage, jobs: list[_Job]) -> None:
        for job in [job for job in jobs if job.fails_in(stage)]:
            assert job.task.fault
            issues = (*job.document.issues, job.task.fault.issue)
            job.advance(stage.name, replace(job.document, issues=issues), False)
            jobs = [other for other in jobs if other is not job]
        if isinstance(stage, ManyAtOnce) and len(jobs) > 1:
            jobs = self._run_together(stage, jobs)
        for job in jobs:
            self._announce(stage.name)
            job.advance(stage.name, *self.pipeline.step(stage, job.document))
        self._announce("")

    def _run_together(self, stage: ManyAtOnce, jobs: list[_Job]) -> list[_Job]:
        """Returns the jobs that must be run one by one, to see which of them is at fault."""
        self._announce(stage.name)
        began = time.perf_counter()
        try:
            results = stage.many([job.document for job in jobs])
        except KommunluppError:
            raise
        except Exception:
            return jobs
        finally:
            self.pipeline.seconds[stage.name] += time.perf_counter() - began
        for job, document in zip(jobs, results, strict=True):
            job.advance(stage.name, document, True)
        return []

    def _write(self, jobs: list[_Job]) -> tuple[tuple[Done, ...], str]:
        """Returns what is told of them, and the name of their shard."""
        records = []
        for job in jobs:
            job.document = replace(job.document, source=job.task.source)
            record = self._record(job)
            if record.head.unread:
                self._folder.remove_document(record.head.id)
            else:
                self._folder.write_document(job.document, record.head)
            records.append(record)
        shard = write_shard(self._folder.folder, records)
        done = (
            Done(record.head, record.document["pages"], len(record.findings), record.issues)
            for record in records
        )
        return tuple(done), shard

    def _record(self, job: _Job) -> Record:
        document = job.document
        chain = self.chain[: len(job.issue_counts)]
        again = job.stopped and document.issues[-1].code in TRIED_AGAIN
        return Record(
            Head(*job.task.key, job.task.source, chain, job.stopped, again),
            tuple(job.issue_counts),
            job.classified,
            document.issues,
            {**document_row(document, outcome_of(document)), "file": ""},
            tuple({**row, "document": ""} for row in finding_rows(document, self._gazetteer)),
        )


def _cut(document: Document, stages: int) -> Document:
    """The document as it was after its first stages, but for issues and findings."""
    if stages < 2:
        document = replace(document, text=document.raw, offsets=OffsetMap())
    if stages < 3:
        document = replace(document, headings=(), sentences=())
    if stages < 4:
        document = replace(document, findings=())
    return document if stages == 5 else replace(document, subject=None)
