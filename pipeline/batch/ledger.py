"""The ledger: which documents are done under which settings, and where their records lie.

Records lie in shards, files of lines that appear whole and never change. Any number of processes
may add shards; a document that was done twice has the same record twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.batch.chain import Chain
from pipeline.batch.folders import Folder
from pipeline.batch.record import Head, Key, Record, head_of
from pipeline.errors import OutputError

SHARDS = "shards"


def write_shard(folder: Folder, records: Iterable[Record]) -> str:
    """Add records to the ledger in the run folder, all of them or none; returns the shard's name.

    Raises:
        OutputError: the run folder cannot be written.
    """
    content = b"".join(record.to_line() for record in records)
    name = f"{hashlib.sha256(content).hexdigest()[:24]}.jsonl"
    folder.below(SHARDS).write(name, content)
    return name


@dataclass(frozen=True, slots=True)
class Entry:
    """A record's head and where the whole record lies."""

    head: Head
    shard: Path
    start: int


class Ledger:
    """The records in a run folder, seen with the settings of one run.

    Of several records of a document the one is used of which most stages can be kept.

    Args:
        folder: the run folder.
        chain: the settings of the run, see chain.py.

    Raises:
        OutputError: the shards cannot be read.
    """

    def __init__(self, folder: Folder, chain: Chain) -> None:
        self.chain = chain
        self._shards = folder.below(SHARDS)
        self._entries: dict[Key, Entry] = {}
        self._chains: dict[Chain, Chain] = {}
        self._read: set[str] = set()
        self.refresh()

    def refresh(self) -> None:
        """List the shards and take in those that were added since."""
        while not self._take_in(sorted(self._shards.names())):
            pass  # another process compacted the ledger in between: look again

    def take_in(self, names: Iterable[str]) -> None:
        """Take in shards without listing them all, which takes its time when they are many."""
        if not self._take_in(names):
            self.refresh()

    def find(self, key: Key) -> Head | None:
        """The best record of a document, if there is one."""
        entry = self._entries.get(key)
        return entry.head if entry else None

    def heads(self) -> Iterator[Head]:
        """The heads of all documents, other runs' inputs among them."""
        for entry in self._entries.values():
            yield entry.head

    def read(self, key: Key) -> Record:
        """The best record of a document, in full; raises `KeyError` where there is none."""
        try:
            return self._read_entry(self._entries[key])
        except FileNotFoundError:  # another process, at its end, has just compacted the ledger
            self._entries.clear()
            self._read.clear()
            self.refresh()
            return self._read_entry(self._entries[key])

    def compact(self) -> None:
        """Put the best record of each document into one shard, if there are more shards.

        Call it only while nobody else works in the folder.
        """
        old, wanted = sorted(self._read), sorted(self._entries)
        if len(old) < 2:
            return
        digest = hashlib.sha256()
        for name in (*old, *map("".join, wanted)):
            digest.update(f"{name}\0".encode())
        with (
            self._shards.replacing(f"{digest.hexdigest()[:24]}.jsonl") as path,
            path.open("wb") as file,
        ):
            for key in wanted:
                file.write(self.read(key).to_line())
        for name in old:
            self._shards.remove(name)

    def _read_entry(self, entry: Entry) -> Record:
        with entry.shard.open("rb") as file:
            file.seek(entry.start)
            return Record.from_line(file.readline())

    def _take_in(self, names: Iterable[str]) -> bool:
        try:
            for name in names:
                if name.endswith(".jsonl") and name not in self._read:
                    self._index(self._shards.local(name))
                    self._read.add(name)
        except (ValueError, TypeError, KeyError) as error:  # damaged, or of another version
            raise OutputError(
                f"cannot understand {name} in {self._shards}: {error}",
                remedy="Run again with --fresh, or choose another folder with --out.",
            ) from error
        except FileNotFoundError:
            return False
        except OSError as error:
            raise OutputError(f"cannot read {self._shards}: {error.strerror}") from error
        return True

    def _index(self, shard: Path) -> None:
        start = 0
        with shard.open("rb") as file:
            for line in file:
                head = head_of(line)
                # The chains of a million documents are a handful: one object each.
                head = replace(head, chain=self._chains.setdefault(head.chain, head.chain))
                entry = Entry(head, shard, start)
                start += len(line)
                known = self._entries.get(entry.head.key)
                # Equals say the same, but for what was tried again: the later one counts then.
                if not known or self._rank(entry.head) >= self._rank(known.head):
                    self._entries[entry.head.key] = entry

    def _rank(self, head: Head) -> tuple[bool, bool, int, str]:
        # The path decides between equals: the same one whatever order shards are read in.
        complete, final = head.is_complete(self.chain), head.is_final(self.chain)
        return complete, final, head.standing(self.chain), head.source
