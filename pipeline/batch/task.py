"""What a worker is asked to do, and what it answers; all of it can be pickled."""

from __future__ import annotations

from dataclasses import astuple, dataclass, field

from pipeline.batch.record import Head, Key
from pipeline.document import Finding
from pipeline.errors import Issue

FETCH = "fetch"
"""What a worker calls the first part of extraction, where a file must be copied from a URL."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier run left of a document that can be used: the layers of its first stages.

    Attributes:
        stages: how many stages are kept.
        stopped: whether the last of them could not handle the document.
        issue_counts: issues after each of them.
        classified: the classifier's findings, where its stage is kept.
    """

    stages: int
    stopped: bool
    issue_counts: tuple[int, ...]
    classified: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A stage that the document must not enter again, and the issue it gets instead."""

    stage: str
    issue: Issue


@dataclass(frozen=True, slots=True)
class Task:
    """A document to read.

    Attributes:
        path: of the file; names that are no UTF-8 as Python spells them.
        source: the same path as it is printed.
        died: the worker process died once while it had this document alone.
    """

    key: Key
    path: str
    source: str
    kept: Kept | None = None
    died: bool = False
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A document that was read and recorded."""

    head: Head
    pages: int
    findings: int
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class StageWork:
    """What a stage did: its time, the documents that it was given, and what it left in them."""

    seconds: float = 0.0
    documents: int = 0
    sentences: int = 0
    findings: int = 0


Work = dict[str, StageWork]
"""What was done, by stage; `write` is for documents and shard."""


def add_up(total: Work, more: Work) -> None:
    """Add to `total` what was done besides."""
    for stage, work in more.items():
        both = zip(astuple(total.get(stage, StageWork())), astuple(work), strict=True)
        total[stage] = StageWork(*map(sum, both))


@dataclass(frozen=True)
class Report:
    """What became of a batch.

    Attributes:
        shards: names of those that its records lie in.
        deaths: why worker processes had to be replaced on the way.
    """

    done: tuple[Done, ...] = ()
    shards: tuple[str, ...] = ()
    work: Work = field(default_factory=dict)
    deaths: tuple[str, ...] = ()
