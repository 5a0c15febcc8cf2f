"""The engine of one machine: as many worker processes as there are cores."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice

from pipeline.batch.chain import Stages
from pipeline.batch.crew import Worker
from pipeline.batch.folders import Folder
from pipeline.batch.task import Report, Task
from pipeline.config import Config
from pipeline.flow import Pipeline


class LocalEngine:
    """Worker processes on this machine, each with the whole pipeline.

    A worker waits while its parsing child reads, so the two together keep one core busy. A stage
    that crashes or hangs takes one worker with it; nothing but paths and counts passes through
    this process.

    Args:
        jobs: how many; None: one for each core.
        build: importable by name; makes each worker's pipeline.
    """

    def __init__(
        self,
        jobs: int | None = None,
        build: Callable[[Config], Pipeline] = Pipeline.from_config,
    ) -> None:
        self._jobs = jobs or len(os.sched_getaffinity(0))
        self._build = build
        self._workers: list[Worker] = []
        self._idle: queue.LifoQueue[Worker] = queue.LifoQueue()

    def open(self, config: Config, folder: Folder) -> Stages:
        """See `Engine`; the other workers start when they are needed."""
        self._workers = [Worker(config, folder, self._build) for _ in range(self._jobs)]
        for worker in reversed(self._workers):
            self._idle.put(worker)
        return self._workers[0].stages()

    def slots(self) -> int:
        """The number of workers."""
        return self._jobs

    def map(self, batches: Iterator[list[Task]]) -> Iterator[Report]:
        """See `Engine`."""
        running: set[Future[Report]] = set()
        with ThreadPoolExecutor(self._jobs) as threads:
            try:
                while True:
                    # One batch more than workers, so that none waits for a file to be hashed.
                    for batch in islice(batches, self._jobs + 1 - len(running)):
                        running.add(threads.submit(self._process, batch))
                    if not running:
                        return
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    yield from [one.result() for one in done]
            finally:
                for one in running:
                    one.cancel()
                if running:  # the run is given up
                    self.close()

    def close(self) -> None:
        """See `Engine`."""
        for worker in self._workers:
            worker.stop()

    def _process(self, tasks: list[Task]) -> Report:
        worker = self._idle.get()
        try:
            return worker.process(tasks)
        finally:
            self._idle.put(worker)
