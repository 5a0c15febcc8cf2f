"""A record: all that a run keeps of a document beside its file: keys, and its rows of the tables.

In a shard a record is a line: a small head, a tab, the rest, so that a ledger of many documents
reads heads only. The rows name no path: a document may be renamed between runs.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter

from pipeline.batch.chain import Chain, shared_stages
from pipeline.document import Finding
from pipeline.errors import Issue
from pipeline.tables import Row

Key = tuple[str, str]
"""A document's id and the lower-case extension of its file, which extraction looks at."""

_FINDINGS = TypeAdapter(tuple[Finding, ...])


@dataclass(frozen=True, slots=True)
class Head:
    """What tells whether a record can be used; also stands in the document's file.

    Attributes:
        source: the path that stands in the document's file.
        chain: a hash for each stage that ran.
        stopped: whether the last of them could not handle the document.
        again: whether that was due to machine or limits: another run tries that stage again.
    """

    id: str
    extension: str
    source: str
    chain: Chain
    stopped: bool
    again: bool = False

    @property
    def key(self) -> Key:
        """What the record is found by."""
        return self.id, self.extension

    @property
    def unread(self) -> bool:
        """Whether not even the first stage could handle the document, so that it has no file."""
        return self.stopped and len(self.chain) == 1

    def is_complete(self, chain: Chain) -> bool:
        """Whether it says how the document comes out under the settings of `chain`."""
        ran = len(self.chain)
        return self.chain == chain[:ran] and (self.stopped or ran == len(chain))

    def is_final(self, chain: Chain) -> bool:
        """Whether nothing is left to do, or to try again, under the settings of `chain`."""
        return self.is_complete(chain) and not self.again

    def standing(self, chain: Chain) -> int:
        """How many stages' answers stand under the settings of `chain`."""
        return min(shared_stages(self.chain, chain), len(self.chain) - self.again)

    def to_json(self) -> str:
        """The head as one line; `head_of` reads it back."""
        return json.dumps(asdict(self), sort_keys=True)


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
        content = json.dumps(rest, sort_keys=True, ensure_ascii=False)
        return f"{self.head.to_json()}\t{content}\n".encode()

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
    """Read the head of a line of a shard, or a head alone."""
    head = json.loads(line.partition(b"\t")[0])
    return Head(**{**head, "chain": tuple(head["chain"])})
