"""Run a command and watch what it and all its children cost: time, processor time, memory."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_EVERY_S = 0.25
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """What a command cost.

    Attributes:
        seconds: wall time.
        cpu_seconds: of all its processes; those of the last quarter second may be missed.
        peak_mib: most memory at a time, shared pages counted once.
    """

    seconds: float
    cpu_seconds: float
    peak_mib: float


def watched(command: Sequence[str], *, allowed: Sequence[int] = (0,)) -> Cost:
    """Run a command to its end.

    Raises:
        RuntimeError: it ended with another status than those allowed.
    """
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    watch = _Watch(process.pid)
    thread = threading.Thread(target=watch.follow)
    thread.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - began
    watch.stop.set()
    thread.join()
    if process.returncode not in allowed:
        raise RuntimeError(f"{command}: {errors.decode()[-2000:]}")
    return Cost(seconds, sum(watch.ticks.values()) / _TICKS, watch.peak_kib / 1024)


class _Watch:
    def __init__(self, root: int) -> None:
        self._root = root
        self.stop = threading.Event()
        self.ticks: dict[tuple[int, int], int] = {}
        self.peak_kib = 0

    def follow(self) -> None:
        while not self.stop.wait(_EVERY_S):
            total = 0
            for pid in _tree(self._root):
                try:
                    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                    memory = Path(f"/proc/{pid}/smaps_rollup").read_text()
                except OSError:
                    continue  # it has just ended
                # A process is told by its id and start; user and system time in clock ticks.
                self.ticks[pid, int(fields[19])] = int(fields[11]) + int(fields[12])
                total += _pss_kib(memory)
            self.peak_kib = max(self.peak_kib, total)


def _pss_kib(rollup: str) -> int:
    for line in rollup.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _tree(root: int) -> list[int]:
    """A process and all below it."""
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                waiting += [int(child) for child in task.read_text().split()]
            except OSError:
                continue
    return found
