"""A worker process: models loaded once, batches in, reports out, until its parent is gone.

Started by `crew.py` as `python -m pipeline.batch.worker`. It says which stage it enters
before it does, so that its parent knows what a crash or a hang is due to.
"""

from __future__ import annotations

import gc
import os
import queue
import resource
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pipeline.batch.chain import stages_of
from pipeline.batch.task import Task
from pipeline.batch.work import Workbench
from pipeline.config import Config
from pipeline.errors import KommunluppError, OutputError
from pipeline.flow import Pipeline

GARBAGE_THRESHOLDS = 100_000, 20, 50

Setting = tuple[Callable[[Config], Pipeline], Config, Path]
"""What a worker is started with: what builds its pipeline, from what, and the run folder."""


def main() -> None:
    """Serve batches from standard input; reports, or the error that ends the run, go to output."""
    calls = Connection(os.dup(0), writable=False)
    replies = Connection(os.dup(1), readable=False)
    # What a library prints must not get between the replies.
    os.dup2(2, 1)
    build, config, folder = calls.recv()
    resource.setrlimit(resource.RLIMIT_DATA, (config.batch.memory_mib << 20,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    waiting: queue.SimpleQueue[list[Task]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(calls, waiting), daemon=True).start()
    try:
        pipeline = build(config)
        stages = stages_of(pipeline, config)
        bench = Workbench(pipeline, stages.chain, folder, lambda stage: replies.send(("at", stage)))
    except KommunluppError as error:
        replies.send(("failed", error))
        return
    # Models are never garbage, and the many small objects of a document hardly ever are.
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    replies.send(("ready", stages))
    while True:
        replies.send(_answer(bench, waiting.get()))


def _answer(bench: Workbench, tasks: list[Task]) -> tuple[str, Any]:
    try:
        return "done", bench.process(tasks)
    except KommunluppError as error:
        return "failed", error
    except OSError as error:
        return "failed", OutputError(f"cannot write the run folder: {error}")


def _receive(calls: Connection, waiting: queue.SimpleQueue[list[Task]]) -> None:
    """Hand batches on; end the process, busy or not, once the parent has closed the pipe."""
    try:
        while True:
            waiting.put(calls.recv())
    except (EOFError, OSError):
        os._exit(0)


if __name__ == "__main__":
    main()
