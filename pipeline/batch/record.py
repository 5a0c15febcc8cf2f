"""A record: all that a run keeps of a document beside its file: keys, and its rows of the tables.

In a shard a record is a line: a small head, a tab, the rest, so that a ledger of many documents
reads heads only. The rows name no path: a document may be renamed between runs.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter

from pipeline.batch.chain import Chain
from pipeline.document import Finding
from pipeline.errors import Issue
from pipeline.tables import Row

Key = tuple[str, str]
"""A document's id and the lower-case extension of its file, which extraction looks at."""

_FINDINGS = TypeAdapter(tuple[Finding, ...])


@dataclass(frozen=True, slots=True)
class Head:
    """What tells whether a record can be used.

    Attributes:
        source: the path that stands in the document's file.
        chain: a hash for each stage that ran.
        stopped: whether the last of them could not handle the document.
    """

    id: str
    extension: str
    source: str
    chain: Chain
    stopped: bool

    @property
    def key(self) -> Key:
        """What the record is found by."""
        return self.id, self.extension

    def is_complete(self, chain: Chain) -> bool:
        """Whether nothing is left to do under the settings that `chain` stands for."""
        ran = len(self.chain)
        return self.chain == chain[:ran] and (self.stopped or ran == len(chain))


@dataclass(frozen=True, slots=True)
class Record:
    """A document's record.

    Attributes:
        issue_counts: how many of the issues there were after each stage that ran.
        classified: findings as the classifier gave them, before they were credited.
        issues: all of them.
        document: its row of the documents table, `file` left empty.
        findings: its rows of the findings table, `document` left empty.
    """

    head: Head
    issue_counts: tuple[int, ...]
    classified: tuple[Finding, ...]
    issues: tuple[Issue, ...]
    document: Row
    findings: tuple[Row, ...]

    def to_line(self) -> bytes:
        """The record as a line of a shard."""
        rest: dict[str, Any] = {
            "issue_counts": self.issue_counts,
            "classified": _FINDINGS.dump_python(self.classified, mode="json"),
            "issues": [asdict(issue) for issue in self.issues],
            "document": self.document,
            "findings": self.findings,
        }
        head = json.dumps(asdict(self.head), sort_keys=True)
        return f"{head}\t{json.dumps(rest, sort_keys=True, ensure_ascii=False)}\n".encode()

    @classmethod
    def from_line(cls, line: bytes) -> Record:
        """Read a line of a shard."""
        rest = json.loads(line.partition(b"\t")[2])
        return cls(
            head_of(line),
            tuple(rest["issue_counts"]),
            _FINDINGS.validate_python(rest["classified"]),
            tuple(Issue(**issue) for issue in rest["issues"]),
            rest["document"],
            tuple(rest["findings"]),
        )


def head_of(line: bytes) -> Head:
    """Read the head of a line of a shard."""
    head = json.loads(line.partition(b"\t")[0])
    return Head(
        head["id"], head["extension"], head["source"], tuple(head["chain"]), head["stopped"]
    )
