"""What is to be done with each input: read it, take it from the ledger, or nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.batch.chain import Chain
from pipeline.batch.failures import Copy
from pipeline.batch.inputs import InputFile, content_id, whole_name
from pipeline.batch.ledger import Ledger
from pipeline.batch.outcome import printable
from pipeline.batch.record import Head, Key
from pipeline.batch.runfolder import RunFolder
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

    Args:
        stages: their names, in order.
        problems: paths that gave no files.
        folder: where the documents' files lie.

    Attributes:
        ledger: what is done.
        inputs: those looked at so far.
        reused: how many are taken from the ledger as they are.
        resumed: how many others go on from a stage, by its name; `write` where no stage is left.
    """

    def __init__(
        self,
        stages: Sequence[str],
        problems: Iterable[tuple[Path, Issue]],
        ledger: Ledger,
        folder: RunFolder,
    ) -> None:
        self.ledger = ledger
        self._stages = stages
        self._folder = folder
        self._first: dict[str, str] = {}
        self.inputs = [Input(printable(str(path)), None, issue) for path, issue in problems]
        self.reused: list[Head] = []
        self.resumed: Counter[str] = Counter()

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
            if head := self.done(key, source):
                self.reused.append(head)
                yield None
                continue
            yield Task(key, whole_name(path), source, self._kept(key))

    def read_inputs(self) -> dict[str, str]:
        """Document id to path, of those looked at so far that could be opened."""
        return dict(self._first)

    def done(self, key: Key, source: str) -> Head | None:
        """The record of a document that needs not be read again.

        Its file goes with it: of two settings' runs one may have left the record, the other the
        file, if it was killed in between.
        """
        head = self.ledger.find(key)
        if not head or head.source != source or not head.is_final(self.ledger.chain):
            return None
        return head if self._folder.head(key[0]) == (None if head.unread else head) else None

    def _kept(self, key: Key) -> Kept | None:
        """What can be kept of a document that is done in part, or under another path."""
        head = self.ledger.find(key)
        filed = self._folder.head(key[0]) if head else None
        if not head or not filed or filed.key != key:
            return None
        stages = min(one.standing(self.ledger.chain) for one in (head, filed))
        if not stages:
            return None
        record = self.ledger.read(head.key)
        stopped = head.stopped and stages == len(head.chain)
        ran_all = stopped or stages == len(self._stages)
        self.resumed["write" if ran_all else self._stages[stages]] += 1
        classified = record.classified if stages >= 4 else ()
        return Kept(stages, stopped, record.issue_counts[:stages], classified)


def purpose_of(files: Iterable[InputFile], chain: Chain) -> str:
    """A hash of inputs and settings: processes that share a run folder must agree on it."""
    names = "\0".join([*chain, *sorted(printable(whole_name(path)) for path in files)])
    return hashlib.sha256(names.encode()).hexdigest()[:24]
