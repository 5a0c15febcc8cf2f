"""Object stores, through fsspec: run folders in them, and inputs of any fsspec URL.

A run folder needs two promises of a store: what is put appears whole, and listings show it at once.
S3, Google Cloud Storage and Azure give both; so do servers of the S3 interface. Putting a file only
where there is none ("If-None-Match: *") keeps two commands from reading the same document twice at
once; nothing is wrong with a document that was: both leave the same record.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.batch.failures import NoRunFolderThere, StoreFailed
from pipeline.errors import MissingDependencyError

ATOMIC = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss")
"""Protocols of stores that a run folder may lie in; tested is S3."""

_BLOCK = 8 << 20
_LINE = 4096
"""Bytes that hold nearly all first lines."""


@lru_cache(maxsize=64)
def _reached(protocol: str) -> Any:
    """The file system of a protocol; addresses and credentials are taken from the environment."""
    try:
        import fsspec

        # Others write too: what was listed a moment ago may be out of date.
        return fsspec.filesystem(protocol, use_listings_cache=False)
    except ImportError as error:
        raise MissingDependencyError(
            f"nothing that is installed reads {protocol}:// ({error})",
            remedy="For s3://: pip install 'kommunlupp[s3]'. For others see fsspec's list.",
        ) from error
    except ValueError as error:
        raise StoreFailed(f"{protocol}:// is no protocol that is known: {error}") from error


@contextmanager
def _asking(url: str) -> Iterator[None]:
    """Behind fsspec each library has exceptions of its own."""
    try:
        yield
    except (FileNotFoundError, FileExistsError, StoreFailed, MissingDependencyError):
        raise
    except Exception as error:
        raise StoreFailed(f"{url}: {type(error).__name__}: {error}") from error


@contextmanager
def _asking_for(url: str) -> Iterator[None]:
    """`_asking` for one file: a server that does not give it is not a store that fails."""
    try:
        with _asking(url):
            yield
    except (FileNotFoundError, StoreFailed) as error:
        # Of http://, fsspec calls whatever goes wrong a file that is not there.
        cause = error.__cause__
        refused = getattr(cause, "status", HTTPStatus.NOT_FOUND) != HTTPStatus.NOT_FOUND
        silent = isinstance(error, FileNotFoundError) and isinstance(cause, OSError)
        if refused or silent or isinstance(cause, PermissionError):
            raise PermissionError(f"{url}: {cause}") from cause
        raise


@dataclass(frozen=True, slots=True)
class Remote:
    """A file behind a URL, or a folder of such; can be pickled."""

    url: str

    def __str__(self) -> str:
        return self.url

    @property
    def suffix(self) -> str:
        """The name's extension, as `Path` has it."""
        return PurePosixPath(self.url).suffix

    @property
    def fs(self) -> Any:
        """What reaches it."""
        return _reached(self.url.partition("://")[0])

    def files(self) -> list[Remote]:
        """Itself, if it is a file or does not exist, or all files below it, by name.

        Raises:
            StoreFailed: the store does not answer.
        """
        with _asking(self.url):
            try:
                found = self.fs.find(self.url)
            except FileNotFoundError:
                return [self]
            named = [str(self.fs.unstrip_protocol(path)) for path in found]
        return [Remote(url) for url in sorted(named, key=str.encode)] or [self]

    def size(self) -> int | None:
        """Bytes, None where the server does not tell; raises as `fetch` does."""
        with _asking_for(self.url):
            size: int | None = self.fs.info(self.url)["size"]
            return size

    def sha256(self) -> str:
        """A hash of the content; raises as `fetch` does."""
        digest = hashlib.sha256()
        with _asking_for(self.url), self.fs.open(self.url, "rb", block_size=_BLOCK) as file:
            while block := file.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()

    def fetch(self, path: Path) -> None:
        """Copy the file to a path.

        Raises:
            FileNotFoundError: there is none.
            PermissionError: it is there for others perhaps, but the server does not give it.
            StoreFailed: the store does not answer.
        """
        with _asking_for(self.url):
            self.fs.get_file(self.url, str(path))


class Store:
    """A `Folder` of an object store; see there.

    Args:
        url: its address, `s3://bucket/folder`.

    Raises:
        NoRunFolderThere: what the URL names does not write files whole.
        MissingDependencyError: what reaches it is not installed.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        protocol = url.partition("://")[0]
        if protocol not in ATOMIC:
            raise NoRunFolderThere(f"{protocol}:// is no object store that writes files whole")
        self._fs = _reached(protocol)
        self._copies: tempfile.TemporaryDirectory[str] | None = None

    def __reduce__(self) -> tuple[type[Store], tuple[str]]:
        return Store, (self._url,)

    def __str__(self) -> str:
        return self._url

    def below(self, name: str) -> Store:
        """See `Folder`."""
        return Store(f"{self._url}/{name}")

    def prepare(self) -> None:
        """Nothing: a store's folders exist while something lies in them."""

    def names(self) -> list[str]:
        """See `Folder`."""
        with _asking(self._url):
            try:
                found = self._fs.ls(self._url, detail=False)
            except FileNotFoundError:
                return []
        own = self._fs._strip_protocol(self._url)
        paths = [path.rstrip("/") for path in found]
        return [path.rpartition("/")[2] for path in paths if path != own]

    def read(self, name: str) -> bytes:
        """See `Folder`."""
        with _asking(self._at(name)):
            return bytes(self._fs.cat_file(self._at(name)))

    def first_line(self, name: str) -> bytes:
        """See `Folder`."""
        with _asking(self._at(name)):
            start = bytes(self._fs.cat_file(self._at(name), start=0, end=_LINE))
        line, newline, _ = (start if b"\n" in start else self.read(name)).partition(b"\n")
        return line + newline

    def local(self, name: str) -> Path:
        """See `Folder`; the copy goes when this object does."""
        copies = self._copies = self._copies or tempfile.TemporaryDirectory(prefix="kommunlupp-")
        path = Path(copies.name) / name
        Remote(self._at(name)).fetch(path)
        return path

    def write(self, name: str, content: bytes) -> None:
        """See `Folder`: one request, or parts that take effect when the last is there."""
        with _writing(self._at(name)):
            self._fs.pipe_file(self._at(name), content)

    @contextmanager
    def replacing(self, name: str) -> Iterator[Path]:
        """See `Folder`."""
        with tempfile.TemporaryDirectory(prefix="kommunlupp-") as folder:
            path = Path(folder) / "file"
            yield path
            with _writing(self._at(name)):
                self._fs.put_file(str(path), self._at(name))

    def make(self, name: str, content: bytes) -> bool:
        """See `Folder`; true also where the very content is there.

        Then an earlier request took effect, its answer was lost, and the library asked again.
        """
        url = self._at(name)
        with _writing(url):
            try:
                self._fs.pipe_file(url, content, mode="create")
            except OSError as refusal:  # S3's "precondition failed" has no class of its own
                try:
                    return self.read(name) == content
                except FileNotFoundError:
                    raise refusal from None
        return True

    def remove(self, name: str) -> None:
        """See `Folder`."""
        with _asking(self._at(name)):
            try:
                self._fs.rm_file(self._at(name))
            except FileNotFoundError:
                return

    def age_s(self, name: str) -> float | None:
        """See `Folder`; clocks of store and machine must agree to half a minute."""
        with _asking(self._at(name)):
            try:
                written: float = self._fs.modified(self._at(name)).timestamp()
            except FileNotFoundError:
                return None
        return time.time() - written

    def sweep(self) -> None:
        """Nothing: what was not put whole is not there."""

    def _at(self, name: str) -> str:
        return f"{self._url}/{name}"


@contextmanager
def _writing(url: str) -> Iterator[None]:
    with _asking(url):
        try:
            yield
        except FileNotFoundError as error:  # the bucket
            raise StoreFailed(f"cannot write {url}: {error}") from error
