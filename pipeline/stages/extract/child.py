"""Run calls in a child process that can be killed: on a deadline, or when it eats memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from pipeline.errors import DocumentError
from pipeline.processes import Process, ProcessGone
from pipeline.stages.extract.failures import ParseCrash, ParseMemory, ParseTimeout

MEMORY_EXIT = 77
"""Exit status of a child whose memory limit stopped it."""

_START_S = 60.0
# One arena: each thread's own would reserve 64 MiB of the limited address space.
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1"}

Result = TypeVar("Result")


class Child:
    """A persistent child process, started when first needed, restarted when it dies.

    Calls are made one at a time. The child ends when this object or this process does, even if
    this process is killed.
    """

    def __init__(self, memory_mib: int) -> None:
        self._memory_mib = memory_mib
        self._process: Process | None = None
        self._lock = threading.Lock()

    def call(self, function: Callable[..., Result], *args: object, deadline_s: float) -> Result:
        """Return `function(*args)` as the child computes it; all of it must be picklable.

        Raises:
            DocumentError: raised by the function; or `ParseTimeout`, `ParseMemory`, `ParseCrash`
                where the child had to be killed or died.
        """
        call = partial(function, *args)
        with self._lock:
            used = self._process is not None
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
        if self._process:
            self._process.stop()
        self._process = None

    def _once(self, call: partial[Result], deadline_s: float) -> Result | DocumentError:
        try:
            process = self._process or self._start()
            process.send((deadline_s, call))
            reply: Result | DocumentError = process.receive(deadline_s)
        except ProcessGone as gone:
            self._process = None
            raise self._failure(gone) from gone
        return reply

    def _start(self) -> Process:
        process = Process("pipeline.stages.extract.worker", _ENVIRONMENT)
        try:
            process.send(self._memory_mib)
            process.receive(_START_S)
        except ProcessGone as gone:
            raise ParseCrash(f"the parsing process does not start: it {gone}") from gone
        self._process = process
        return process

    def _failure(self, gone: ProcessGone) -> DocumentError:
        if gone.late:
            return ParseTimeout(str(gone))
        if gone.status == MEMORY_EXIT:
            return ParseMemory(f"more than {self._memory_mib} MiB of memory wanted")
        return ParseCrash(f"the parsing process {gone}")
