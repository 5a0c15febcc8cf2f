"""A Python process at the other end of two pipes: started, spoken to, killed. Both of its ends.

Whatever a file or a model does to such a process, it takes nothing else with it; and it ends with
the process that started it, even if that one is killed.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any

_ROOT = Path(__file__).parents[1]


class ProcessGone(Exception):
    """The process was killed on a deadline, or died.

    Attributes:
        late: whether it was killed on the deadline.
        status: its exit status as `subprocess` gives it: minus the signal that killed it.
    """

    def __init__(self, reason: str, *, late: bool, status: int) -> None:
        super().__init__(reason)
        self.late = late
        self.status = status


class Process:
    """A process that runs a module as its main program, which calls `serve`.

    It is killed by `stop`, when this object is no longer referred to, and at the program's end.

    Args:
        module: by its full name.
        environment: variables beside those that this process has.
    """

    def __init__(self, module: str, environment: Mapping[str, str]) -> None:
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._popen = subprocess.Popen(
            # -P: a file lxml.py in the working folder must not be taken for the library.
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join(paths)},
            # Ctrl-C is for the parent, which then closes the pipe.
            start_new_session=True,
        )
        assert self._popen.stdin and self._popen.stdout
        self._calls = Connection(os.dup(self._popen.stdin.fileno()), readable=False)
        self._replies = Connection(os.dup(self._popen.stdout.fileno()), writable=False)
        self._popen.stdin.close()
        self._popen.stdout.close()
        ends = self._calls, self._replies, self._errors
        self._finish = weakref.finalize(self, _finish, self._popen, ends)

    def send(self, message: object) -> None:
        """Send something that can be pickled.

        Raises:
            ProcessGone: it died; it is stopped.
        """
        try:
            self._calls.send(message)
        except OSError as error:
            raise self._gone(None) from error

    def receive(self, deadline_s: float | None = None) -> Any:
        """Wait for a reply, at most so long.

        Raises:
            ProcessGone: it died, or was killed as it was late; it is stopped.
        """
        late = threading.Event()
        timer = threading.Timer(deadline_s or 0, _kill_late, args=(self._popen, late))
        timer.daemon = True
        if deadline_s is not None:
            timer.start()
        try:
            reply = self._replies.recv()
        except (EOFError, OSError) as error:
            raise self._gone(deadline_s if late.is_set() else None) from error
        finally:
            timer.cancel()
        if late.is_set():  # the reply came while it was being killed
            raise self._gone(deadline_s)
        return reply

    def kill(self) -> None:
        """Have it die at once; may be called while another thread waits for a reply."""
        self._popen.kill()

    def stop(self) -> None:
        """Kill it, wait for its end, close the pipes."""
        self._finish()

    def _gone(self, deadline_s: float | None) -> ProcessGone:
        """Why it is gone; `deadline_s` where the deadline killed it."""
        self._popen.kill()
        status = self._popen.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        self.stop()
        if deadline_s is not None:
            return ProcessGone(f"stopped after {deadline_s:g} seconds", late=True, status=status)
        cause = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        last_line = lines[-1][-300:] if lines else ""
        return ProcessGone(f"died ({cause}) {last_line}".rstrip(), late=False, status=status)


def serve() -> tuple[queue.SimpleQueue[Any], Connection]:
    """In a started process: what it is sent, and the way back.

    The process ends, busy or not, once its parent has closed the pipe or is gone. What libraries
    print goes to standard error: it must not get between the replies.
    """
    calls = Connection(os.dup(0), writable=False)
    replies = Connection(os.dup(1), readable=False)
    os.dup2(2, 1)
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(calls, waiting), daemon=True).start()
    return waiting, replies


def _receive(calls: Connection, waiting: queue.SimpleQueue[Any]) -> None:
    try:
        while True:
            waiting.put(calls.recv())
    except (EOFError, OSError):
        os._exit(0)


def _kill_late(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _finish(
    process: subprocess.Popen[bytes], ends: tuple[Connection, Connection, IO[bytes]]
) -> None:
    process.kill()
    process.wait()
    for end in ends:
        end.close()
