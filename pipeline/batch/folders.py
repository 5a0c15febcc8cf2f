"""Where a run folder lies: on a disk, or in an object store (store.py). What a run asks of either.

Whatever is written appears whole or not at all, also if the writer is killed half-way.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.batch.files import TEMPORARY, replacing, sweep, write_whole
from pipeline.errors import OutputError

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class Folder(Protocol):
    """A folder of files, by name; can be pickled. `str()` gives path or URL.

    Writing raises `OutputError` where the disk fails; a store raises it whatever it is asked.
    """

    def below(self, name: str) -> Folder:
        """A folder in this one."""
        ...

    def prepare(self) -> None:
        """Make the folder where it is missing."""
        ...

    def names(self) -> list[str]:
        """Of whole files and of folders in it, in any order; none where it does not exist."""
        ...

    def read(self, name: str) -> bytes:
        """A file's content; raises `FileNotFoundError`."""
        ...

    def first_line(self, name: str) -> bytes:
        """A file's first line, without reading the others; raises `FileNotFoundError`."""
        ...

    def local(self, name: str) -> Path:
        """A path to read a file at; a copy, of a store's. Raises `FileNotFoundError`."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Write a file or replace it."""
        ...

    def replacing(self, name: str) -> AbstractContextManager[Path]:
        """Yield a path to write to; what lies there at the end becomes the file."""
        ...

    def make(self, name: str, content: bytes) -> bool:
        """Write a file that does not exist; False where it does: only one of many can make it."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        ...

    def age_s(self, name: str) -> float | None:
        """Seconds since a file was written, None where it does not exist."""
        ...

    def sweep(self) -> None:
        """Remove what killed processes left half written in the folder."""
        ...


@dataclass(frozen=True, slots=True)
class Disk:
    """A folder of a disk, a network share included."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    def below(self, name: str) -> Disk:
        """See `Folder`."""
        return Disk(self.path / name)

    def prepare(self) -> None:
        """See `Folder`."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot make {self.path}: {error.strerror}") from error

    def names(self) -> list[str]:
        """See `Folder`."""
        try:
            found = self.path.iterdir() if self.path.is_dir() else ()
            return [path.name for path in found if not path.name.startswith(TEMPORARY)]
        except OSError as error:
            raise OutputError(f"cannot read {self.path}: {error.strerror}") from error

    def read(self, name: str) -> bytes:
        """See `Folder`."""
        return self.local(name).read_bytes()

    def first_line(self, name: str) -> bytes:
        """See `Folder`."""
        with self.local(name).open("rb") as file:
            return file.readline()

    def local(self, name: str) -> Path:
        """See `Folder`."""
        return self.path / name

    def write(self, name: str, content: bytes) -> None:
        """See `Folder`."""
        write_whole(self.path / name, content)

    def replacing(self, name: str) -> AbstractContextManager[Path]:
        """See `Folder`."""
        return replacing(self.path / name)

    def make(self, name: str, content: bytes) -> bool:
        """See `Folder`; the content follows the name."""
        try:
            descriptor = os.open(self.path / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        except FileExistsError:
            return False
        except OSError as error:
            raise OutputError(f"cannot write {self.path / name}: {error.strerror}") from error
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        return True

    def remove(self, name: str) -> None:
        """See `Folder`."""
        (self.path / name).unlink(missing_ok=True)

    def age_s(self, name: str) -> float | None:
        """See `Folder`."""
        try:
            return time.time() - (self.path / name).stat().st_mtime
        except FileNotFoundError:
            return None

    def sweep(self) -> None:
        """See `Folder`."""
        sweep(self.path)


def is_url(location: Path | str) -> bool:
    """Whether something lies behind a URL, and not on a disk."""
    return isinstance(location, str) and bool(_URL.match(location))


def folder_at(location: Path | str) -> Folder:
    """The folder at a path or URL.

    Raises:
        OutputError: the URL is of no object store.
        MissingDependencyError: what reaches it is not installed.
    """
    if is_url(location):
        from pipeline.batch.store import Store

        return Store(str(location))
    return Disk(Path(location).absolute())
