"""Claims: several processes share a run folder, and no document is handled by two at once.

A claim is a file that only one process can make; its holder writes a file of its own every few
seconds. Claims whose holder is gone may be taken over, by the one who has a claim to do so.
"""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import uuid

from pipeline.batch.failures import RunBusy
from pipeline.batch.files import is_running
from pipeline.batch.folders import Folder
from pipeline.errors import OutputError

CLAIMS = "claims"
BEAT_S = 5.0
STALE_S = 60.0
"""A holder on another machine that did not show for so long is taken for dead."""

_ALIVE = ".alive"


class Claims:
    """This process's claims in a run folder; use it as a context.

    Args:
        folder: the run folder.
        purpose: hash of inputs and settings: processes at work together must agree on it.

    Raises:
        RunBusy: another process is at work here for another purpose.
    """

    def __init__(self, folder: Folder, purpose: str) -> None:
        self._run = folder
        self._folder = folder.below(CLAIMS)
        self._name = f"{socket.gethostname()}.{os.getpid()}.{uuid.uuid4().hex[:8]}"
        self._own = f"{self._name}{_ALIVE}"
        self._purpose = purpose.encode()
        self._held: set[str] = set()
        self._stop = threading.Event()
        self._beat = threading.Thread(target=self._show, daemon=True)

    def __enter__(self) -> Claims:
        self._folder.write(self._own, self._purpose)
        for other in self._others():
            if self._content(other) not in (self._purpose, b""):
                self._folder.remove(self._own)
                raise RunBusy(f"{other.removesuffix(_ALIVE)} works in {self._run}")
        self._beat.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._beat.join()  # or it would write its file once more
        for document_id in list(self._held):
            self.release(document_id)
        self._folder.remove(self._own)

    def take(self, document_id: str) -> bool:
        """Claim a document; False where somebody who is alive has it."""
        if self._make(document_id):
            return True
        try:
            holder = self._folder.read(document_id).decode()
            if holder and self._is_alive(f"{holder}{_ALIVE}"):
                return False
            age_s = self._folder.age_s(document_id)
            if age_s is None:
                return self._make(document_id)
            if not holder and age_s < BEAT_S:
                return False  # made, but its holder's name is not written yet
        except FileNotFoundError:  # released in between
            return self._make(document_id)
        return self._take_over(document_id, holder)

    def release(self, document_id: str) -> None:
        """Give a document back, done or not; one that was taken over is no longer ours to give."""
        self._held.discard(document_id)
        if self._content(document_id) == self._name.encode():
            self._folder.remove(document_id)

    def is_alone(self) -> bool:
        """Whether no other process is at work in the folder."""
        return not self._others()

    def sweep(self) -> None:
        """Remove what processes that are gone have left."""
        for name in self._folder.names():
            if not name.endswith(_ALIVE):
                if self.take(name):
                    self.release(name)
            elif not self._is_alive(name):
                self._folder.remove(name)

    def _others(self) -> list[str]:
        beats = [name for name in self._folder.names() if name.endswith(_ALIVE)]
        return [name for name in beats if name != self._own and self._is_alive(name)]

    def _make(self, document_id: str) -> bool:
        made = self._folder.make(document_id, self._name.encode())
        if made:
            self._held.add(document_id)
        return made

    def _take_over(self, document_id: str, holder: str) -> bool:
        """Claim what a holder had who is gone, unless another was quicker to find that out."""
        right = hashlib.sha256(f"{document_id}\0{holder}".encode()).hexdigest()
        if not self.take(right):
            return False
        try:
            taken = self._content(document_id).decode() == holder
            if taken:
                self._folder.write(document_id, self._name.encode())
                self._held.add(document_id)
            return taken
        finally:
            self.release(right)

    def _is_alive(self, beat: str) -> bool:
        age_s = self._folder.age_s(beat)
        if age_s is None:
            return False
        host, pid, _ = beat.removesuffix(_ALIVE).rsplit(".", 2)
        return age_s < STALE_S and (host != socket.gethostname() or is_running(int(pid)))

    def _show(self) -> None:
        while not self._stop.wait(BEAT_S):
            try:
                self._folder.write(self._own, self._purpose)
            except OutputError:
                continue  # a share or a store that is away for a moment

    def _content(self, name: str) -> bytes:
        try:
            return self._folder.read(name)
        except FileNotFoundError:
            return b""
