"""A Dask scheduler and workers as processes of this machine, for tests and benchmarks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_START_S = 60.0

Processes = list[subprocess.Popen[bytes]]


@contextmanager
def cluster(
    folder: Path, workers: int, *, options: Sequence[str] = (), paths: Sequence[Path] = ()
) -> Iterator[tuple[str, Processes]]:
    """Yield the scheduler's address and the worker processes, of one thread each.

    Args:
        folder: for the scheduler's file; also where the processes run.
        options: for scheduler and workers alike.
        paths: where workers find modules, beside kommunlupp.

    Raises:
        TimeoutError: the scheduler does not start.
    """
    file = folder / "scheduler.json"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, [_ROOT, *paths])),
        "DASK_DISTRIBUTED__WORKER__DAEMON": "False",
    }

    def spawn(part: str, *arguments: str) -> subprocess.Popen[bytes]:
        file_and_dashboard = ("--scheduler-file", str(file), "--no-dashboard")
        return subprocess.Popen(
            [
                *(sys.executable, "-m", f"distributed.cli.dask_{part}"),
                *arguments,
                *file_and_dashboard,
                *options,
            ],
            env=environment,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    processes = [spawn("scheduler", "--host", "127.0.0.1", "--port", "0")]
    try:
        address = _address(file)
        processes += [spawn("worker", "--nthreads", "1", "--no-nanny") for _ in range(workers)]
        yield address, processes[1:]
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()


def _address(file: Path) -> str:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        try:
            return str(json.loads(file.read_text())["address"])
        except (FileNotFoundError, ValueError):  # not there, or not in full
            time.sleep(0.1)
    raise TimeoutError("the Dask scheduler does not start")
