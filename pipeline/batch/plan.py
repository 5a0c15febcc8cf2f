"""What is to be done with each input: read it, take it from the ledger, or nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.batch.chain import shared_stages
from pipeline.batch.failures import Copy
from pipeline.batch.inputs import InputFile, content_id, whole_name
from pipeline.batch.ledger import Ledger
from pipeline.batch.outcome import printable
from pipeline.batch.record import Head, Key
from pipeline.batch.task import Kept, Task
from pipeline.errors import DocumentError, Issue


@dataclass(frozen=True, slots=True)
class Input:
    """An input of the run. `key`: None where it was not opened; `issue`: why it is not read."""

    source: str
    key: Key | None = None
    issue: Issue | None = None


class Plan:
    """Looks at the inputs one after the other and fills `inputs`.

    Attributes:
        ledger: what is done.
        inputs: those looked at so far.
        reused: how many are taken from the ledger as they are.
        resumed: how many go on from a stage, by its number.
    """

    def __init__(self, problems: Iterable[tuple[Path, Issue]], ledger: Ledger) -> None:
        self.ledger = ledger
        self._first: dict[str, str] = {}
        self.inputs = [Input(printable(str(path)), None, issue) for path, issue in problems]
        self.reused: list[Head] = []
        self.resumed: Counter[int] = Counter()

    def tasks(self, files: Iterable[InputFile]) -> Iterator[Task | None]:
        """Yield a task for each document that is to be read, None for a file that is not."""
        for path in files:
            source = printable(str(path))
            try:
                document_id = content_id(path)
            except DocumentError as error:
                self.inputs.append(Input(source, None, error.issue()))
                yield None
                continue
            key = document_id, path.suffix.lower()
            if document_id in self._first:
                copy = Copy(f"same content as {self._first[document_id]}")
                self.inputs.append(Input(source, key, copy.issue()))
                yield None
                continue
            self._first[document_id] = source
            self.inputs.append(Input(source, key))
            head = self.ledger.find(key)
            if head and head.source == source and head.is_complete(self.ledger.chain):
                self.reused.append(head)
                yield None
                continue
            yield Task(key, whole_name(path), source, self._kept(head))

    def read_inputs(self) -> dict[str, str]:
        """Document id to path, of those looked at so far that could be opened."""
        return dict(self._first)

    def documents(self) -> set[Key]:
        """Of the documents that the tables are made of."""
        return {one.key for one in self.inputs if one.key and not one.issue}

    def _kept(self, head: Head | None) -> Kept | None:
        """What can be kept of a document that is done in part, or under another path."""
        if not head:
            return None
        stages = shared_stages(head.chain, self.ledger.chain)
        if not stages:
            return None
        self.resumed[stages] += 1
        record = self.ledger.read(head.key)
        stopped = head.stopped and stages == len(head.chain)
        classified = record.classified if stages >= 4 else ()
        return Kept(stages, stopped, record.issue_counts[:stages], classified)


def purpose_of(files: Iterable[InputFile], ledger: Ledger) -> str:
    """A hash of inputs and settings: processes that share a run folder must agree on it."""
    names = "\0".join([*ledger.chain, *sorted(printable(whole_name(path)) for path in files)])
    return hashlib.sha256(names.encode()).hexdigest()[:24]
