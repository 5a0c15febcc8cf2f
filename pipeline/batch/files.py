"""Files that appear whole or not at all, whatever is killed when."""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import OutputError

TEMPORARY = ".writing-"
"""How the names of files begin that are not finished."""

_HOST = socket.gethostname()
_OLD_S = 3600.0


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
    waiting = path.with_name(f"{TEMPORARY}{os.getpid()}-{uuid.uuid4().hex}@{_HOST}")
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
    """Remove what killed processes left half written in `folder`, nothing that is being written."""
    for path in folder.glob(f"{TEMPORARY}*"):
        pid = int(path.name.removeprefix(TEMPORARY).partition("-")[0])
        try:
            old = time.time() - path.stat().st_mtime > _OLD_S
        except FileNotFoundError:
            continue
        if old or (path.name.endswith(f"@{_HOST}") and not is_running(pid)):
            path.unlink(missing_ok=True)


def is_running(pid: int) -> bool:
    """Whether a process of this machine is alive."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        # A process that was killed and not yet waited for is a zombie: it does nothing any more.
        return b") Z " not in Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return True
