"""Files that appear whole or not at all, whatever is killed when."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import OutputError

TEMPORARY = ".writing-"
"""How the names of files begin that are not finished."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file: on disk before it has its name; raises `OutputError`."""
    with replacing(path) as waiting:
        waiting.write_bytes(content)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path to write to; what lies there becomes `path` in one step, or is removed.

    Raises:
        OutputError: the disk is full, or the folder cannot be written.
    """
    waiting = path.with_name(f"{TEMPORARY}{uuid.uuid4().hex}")
    try:
        yield waiting
        descriptor = os.open(waiting, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        waiting.replace(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
    finally:
        waiting.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what killed processes left half written in `folder`."""
    for path in folder.glob(f"{TEMPORARY}*"):
        path.unlink(missing_ok=True)
