"""Run calls in a child process that can be killed: on a deadline, or when it eats memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, TypeVar

from pipeline.errors import DocumentError
from pipeline.stages.extract.failures import ParseCrash, ParseMemory, ParseTimeout

MEMORY_EXIT = 77
"""Exit status of a child whose memory limit stopped it."""

_START_S = 60.0
_ROOT = Path(__file__).parents[3]

Result = TypeVar("Result")


@dataclass(frozen=True)
class _Running:
    """A started child with its pipes."""

    process: subprocess.Popen[bytes]
    calls: Connection
    replies: Connection
    errors: IO[bytes]

    def stop(self) -> None:
        """Kill the process, wait for its end, close the pipes."""
        self.process.kill()
        self.process.wait()
        self.calls.close()
        self.replies.close()
        self.errors.close()


class Child:
    """A persistent child process, started when first needed, restarted when it dies.

    Calls are made one at a time. The child ends when this object or this process does, even if
    this process is killed.
    """

    def __init__(self, memory_mib: int) -> None:
        self._memory_mib = memory_mib
        self._running: _Running | None = None
        self._stopper: weakref.finalize[..., Child] | None = None
        self._lock = threading.Lock()

    def call(self, function: Callable[..., Result], *args: object, deadline_s: float) -> Result:
        """Return `function(*args)` as the child computes it; all of it must be picklable.

        Raises:
            DocumentError: raised by the function; or `ParseTimeout`, `ParseMemory`, `ParseCrash`
                where the child had to be killed or died.
        """
        call = partial(function, *args)
        with self._lock:
            used = self._running is not None
            try:
                reply = self._once(call, deadline_s)
            except (ParseMemory, ParseCrash):
                if not used:
                    raise
                # What was read before must not decide: once more, in a fresh process.
                reply = self._once(call, deadline_s)
        if isinstance(reply, DocumentError):
            raise reply
        return reply

    def close(self) -> None:
        """End the child, if there is one."""
        if self._stopper:
            self._stopper()
        self._running = self._stopper = None

    def _once(self, call: partial[Result], deadline_s: float) -> Result | DocumentError:
        running = self._running or self._start()
        late = threading.Event()
        timer = threading.Timer(deadline_s, _kill, args=(running.process, late))
        timer.daemon = True
        timer.start()
        try:
            running.calls.send((deadline_s, call))
            reply: Result | DocumentError = running.replies.recv()
        except (EOFError, OSError) as error:
            failure = self._death(running, deadline_s if late.is_set() else None)
            self.close()
            raise failure from error
        finally:
            timer.cancel()
        if late.is_set():
            self.close()
        return reply

    def _start(self) -> _Running:
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        # One arena: each thread's own would reserve 64 MiB of the limited address space.
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "MALLOC_ARENA_MAX": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        process = subprocess.Popen(
            # -P: a file lxml.py in the working folder must not be taken for the library.
            [sys.executable, "-P", "-m", "pipeline.stages.extract.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
            # Ctrl-C is for the parent, which then closes the pipe.
            start_new_session=True,
        )
        assert process.stdin and process.stdout
        calls = Connection(os.dup(process.stdin.fileno()), readable=False)
        replies = Connection(os.dup(process.stdout.fileno()), writable=False)
        process.stdin.close()
        process.stdout.close()
        running = self._running = _Running(process, calls, replies, errors)
        self._stopper = weakref.finalize(self, running.stop)
        try:
            calls.send(self._memory_mib)
            started = replies.poll(_START_S)
            if started:
                replies.recv()
        except (EOFError, OSError):
            started = False
        if not started:
            failure = self._death(running, None)
            self.close()
            raise failure
        return running

    def _death(self, running: _Running, deadline_s: float | None) -> DocumentError:
        """Why the child is gone; `deadline_s` where the deadline killed it."""
        if deadline_s is not None:
            return ParseTimeout(f"stopped after {deadline_s:g} seconds")
        running.process.kill()
        status = running.process.wait()
        if status == MEMORY_EXIT:
            return ParseMemory(f"more than {self._memory_mib} MiB of memory wanted")
        cause = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        running.errors.seek(0)
        last_lines = running.errors.read()[-300:].decode("utf-8", "replace").strip()
        return ParseCrash(f"the parsing process died ({cause}) {last_lines}".rstrip())


def _kill(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()
