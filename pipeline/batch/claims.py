"""Claims: several processes share a run folder, and no document is handled by two at once.

A claim is a file that only one process can make; its holder touches a file of its own every few
seconds. Claims whose holder is gone may be taken over.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from pathlib import Path

from pipeline.batch.failures import RunBusy
from pipeline.batch.files import is_running, write_whole

CLAIMS = "claims"
BEAT_S = 5.0
STALE_S = 60.0
"""A holder on another machine that did not show for so long is taken for dead."""

_ALIVE = ".alive"


class Claims:
    """This process's claims in a run folder; use it as a context.

    Args:
        folder: the run folder; its folder of claims exists.
        purpose: hash of inputs and settings: processes at work together must agree on it.

    Raises:
        RunBusy: another process is at work here for another purpose.
    """

    def __init__(self, folder: Path, purpose: str) -> None:
        self._folder = folder / CLAIMS
        self._name = f"{socket.gethostname()}.{os.getpid()}.{uuid.uuid4().hex[:8]}"
        self._own = self._folder / f"{self._name}{_ALIVE}"
        self._purpose = purpose
        self._held: set[str] = set()
        self._stop = threading.Event()
        self._beat = threading.Thread(target=self._show, daemon=True)

    def __enter__(self) -> Claims:
        write_whole(self._own, self._purpose.encode())
        for other in self._others():
            if other.read_text(encoding="utf-8") != self._purpose:
                self._own.unlink()
                raise RunBusy(f"{other.name.removesuffix(_ALIVE)} works in {self._folder.parent}")
        self._beat.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for document_id in list(self._held):
            self.release(document_id)
        self._own.unlink(missing_ok=True)

    def take(self, document_id: str) -> bool:
        """Claim a document; False where somebody who is alive has it."""
        path = self._folder / document_id
        if self._make(path):
            return True
        try:
            holder = path.read_text(encoding="utf-8")
            if holder and self._is_alive(self._folder / f"{holder}{_ALIVE}"):
                return False
            if not holder and time.time() - path.stat().st_mtime < BEAT_S:
                return False  # made, but its holder's name is not written yet
            # Only one of those who find it stale can rename it.
            aside = path.with_name(f"{document_id}.{self._name}")
            path.rename(aside)
            aside.unlink()
        except FileNotFoundError:
            pass  # released or taken over in between
        return self._make(path)

    def release(self, document_id: str) -> None:
        """Give a document back, done or not."""
        self._held.discard(document_id)
        (self._folder / document_id).unlink(missing_ok=True)

    def is_alone(self) -> bool:
        """Whether no other process is at work in the folder."""
        return not self._others()

    def sweep(self) -> None:
        """Remove what processes that are gone have left."""
        for path in self._folder.iterdir():
            if path.name.endswith(_ALIVE):
                stale = not self._is_alive(path)
            else:
                stale = not self._is_alive(self._folder / f"{_content(path)}{_ALIVE}")
            if stale:
                path.unlink(missing_ok=True)

    def _others(self) -> list[Path]:
        beats = self._folder.glob(f"*{_ALIVE}")
        return [path for path in beats if path != self._own and self._is_alive(path)]

    def _make(self, path: Path) -> bool:
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        except FileExistsError:
            return False
        with os.fdopen(descriptor, "w") as file:
            file.write(self._name)
        self._held.add(path.name)
        return True

    def _is_alive(self, beat: Path) -> bool:
        try:
            age = time.time() - beat.stat().st_mtime
        except FileNotFoundError:
            return False
        host, pid, _ = beat.name.removesuffix(_ALIVE).rsplit(".", 2)
        return age < STALE_S and (host != socket.gethostname() or is_running(int(pid)))

    def _show(self) -> None:
        while not self._stop.wait(BEAT_S):
            try:
                os.utime(self._own)
            except OSError:
                continue  # a network share that is away for a moment


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
