"""The inputs of a run: files of a disk, and files behind URLs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from pipeline.batch.folders import is_url
from pipeline.batch.store import Remote
from pipeline.errors import Issue
from pipeline.flow import identify
from pipeline.stages.extract import failures
from pipeline.stages.extract.intake import find_inputs

InputFile = Path | Remote

_NOTHING = hashlib.sha256().hexdigest()

Problems = tuple[tuple[Path, Issue], ...]


def find(inputs: Sequence[Path | str]) -> tuple[tuple[InputFile, ...], Problems]:
    """The files that paths and URLs name, folders searched, each once; and what went wrong.

    Files on disks come first. Behind URLs too, hidden files (`.x`, `~$x`) are left out.

    Raises:
        StoreFailed: a store does not answer.
        MissingDependencyError: what reaches it is not installed.
    """
    local = find_inputs([Path(given) for given in inputs if not is_url(given)])
    remote: dict[str, Remote] = {}
    for given in map(str, filter(is_url, inputs)):
        for file in Remote(given).files():
            below = file.url.removeprefix(given).split("/")
            if not any(part.startswith((".", "~$")) for part in below):
                remote.setdefault(file.url, file)
    return (*local.files, *remote.values()), local.issues


def content_id(file: InputFile) -> str:
    """The SHA-256 of a file's bytes.

    Raises:
        DocumentError: the file cannot be read.
        StoreFailed: its store does not answer.
    """
    if isinstance(file, Path):
        return identify(file).id
    try:
        if file.size() == 0 or (digest := file.sha256()) == _NOTHING:
            raise failures.EmptyFile("the file is empty")
        return digest
    except FileNotFoundError as error:
        raise failures.FileMissing("no such file") from error
    except PermissionError as error:
        raise failures.FileUnreadable(str(error)) from error


def fetch(url: str, path: Path, max_bytes: int) -> None:
    """Copy a file behind a URL to a path.

    Raises:
        DocumentError: it is gone, refused, or too large.
        StoreFailed: its store does not answer.
    """
    file = Remote(url)
    try:
        size = file.size()
        if size is not None and size > max_bytes:
            raise failures.TooLarge(f"{size} bytes, more than {max_bytes}")
        file.fetch(path)
    except FileNotFoundError as error:
        raise failures.FileMissing("no such file") from error
    except PermissionError as error:
        raise failures.FileUnreadable(str(error)) from error


def whole_name(file: InputFile) -> str:
    """A file's path from the root, or its URL."""
    return str(file.absolute() if isinstance(file, Path) else file)
