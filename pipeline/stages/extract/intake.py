"""Find the input files, and open one safely: no device, no pipe, no loop, nothing too large."""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pipeline.errors import DocumentError, Issue
from pipeline.stages.extract import failures

_OWNER_FILE = "~$"
"""Word's marker of an open document: a hidden file on Windows, without text of the document."""


class Inputs(NamedTuple):
    """Files to read, in order, and the folders that could not be searched in full."""

    files: tuple[Path, ...]
    issues: tuple[tuple[Path, Issue], ...]


def open_regular(path: Path, max_bytes: int | None = None) -> BinaryIO:
    """Open a regular, non-empty file for reading; never waits, whatever `path` is.

    Raises:
        DocumentError: it cannot be (one subclass a reason).
    """
    try:
        # Looked at before it is opened: opening some devices already does something.
        _require_regular(path.stat().st_mode)
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise _open_failure(path, error) from error
    file = os.fdopen(descriptor, "rb")
    try:
        status = os.fstat(descriptor)
        _require_regular(status.st_mode)
        if status.st_size == 0:
            raise failures.EmptyFile("the file is empty")
        if max_bytes is not None and status.st_size > max_bytes:
            raise failures.TooLarge(f"{status.st_size} bytes, more than {max_bytes}")
    except DocumentError:
        file.close()
        raise
    return file


def _require_regular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise failures.IsAFolder("a folder, not a file")
    if not stat.S_ISREG(mode):
        kinds = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
        raise failures.NotAFile(f"{kinds.get(stat.S_IFMT(mode), 'a device')}, not a file")


def _open_failure(path: Path, error: OSError | ValueError) -> DocumentError:
    """The document error that an operating system error means."""
    number = error.errno if isinstance(error, OSError) else errno.ENAMETOOLONG
    if number in (errno.ENOENT, errno.ENOTDIR):
        if path.is_symlink():
            return failures.BrokenLink("a symbolic link to a file that does not exist")
        return failures.FileMissing("no such file")
    if number in (errno.EACCES, errno.EPERM):
        return failures.FileUnreadable("permission denied")
    if number == errno.ELOOP:
        return failures.LinkToItself("a symbolic link that leads back to itself")
    if number in (errno.ENAMETOOLONG, errno.EINVAL):
        return failures.BadFileName("the file system does not take this name")
    return failures.FileBroken(f"cannot be opened: {error}")


def find_inputs(paths: Iterable[Path]) -> Inputs:
    """Return the files that `paths` name, folders searched recursively, each file once.

    Within folders, names are sorted by their bytes, hidden files (`.x`, Word's `~$x`) are left
    out, and links are followed. What is no ordinary file is listed too: it fails, with its own
    code, when it is opened. Names may hold any bytes.
    """
    files: dict[str, Path] = {}
    issues: list[tuple[Path, Issue]] = []
    seen: set[tuple[int, int]] = set()
    for given in paths:
        path = as_spelled(given)
        before = len(files), len(issues)
        is_folder = _is_folder(path)
        for found in _walk(path, (), seen, issues) if is_folder else [path]:
            files.setdefault(os.path.realpath(found), found)
        if is_folder and before == (len(files), len(issues)):
            issues.append((path, failures.FolderEmpty("no file in this folder").issue()))
    return Inputs(tuple(files.values()), tuple(issues))


def as_spelled(path: Path) -> Path:
    """`path` as the disk spells it: "å" may be stored as one character or as two (macOS)."""
    if os.path.lexists(path) or path.parent == path:
        return path
    parent = as_spelled(path.parent)
    wanted = unicodedata.normalize("NFC", path.name)
    try:
        siblings = sorted(parent.iterdir(), key=os.fsencode)
    except (OSError, ValueError):
        return path
    twins = (near for near in siblings if unicodedata.normalize("NFC", near.name) == wanted)
    return next(twins, parent / path.name)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _walk(
    folder: Path,
    above: tuple[tuple[int, int], ...],
    seen: set[tuple[int, int]],
    issues: list[tuple[Path, Issue]],
) -> Iterator[Path]:
    """Files below `folder`; `above` and `seen` hold device and inode of folders entered."""
    try:
        status = folder.stat()
        entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        problem = failures.FolderUnreadable(f"cannot be listed: {error.strerror}")
        issues.append((folder, problem.issue()))
        return
    identity = status.st_dev, status.st_ino
    if identity in above:
        issues.append((folder, failures.LinkLoop("a link to a folder above itself").issue()))
    if identity in seen:
        return
    seen.add(identity)
    for entry in entries:
        if entry.name.startswith((".", _OWNER_FILE)):
            continue
        path = folder / entry.name
        if _is_folder(path):
            yield from _walk(path, (*above, identity), seen, issues)
        else:
            yield path
