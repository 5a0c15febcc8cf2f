"""A worker process: models loaded once, batches in, reports out, until its parent is gone.

Started by `crew.py` as `python -m pipeline.batch.worker`. It says which stage it enters
before it does, so that its parent knows what a crash or a hang is due to.
"""

from __future__ import annotations

import gc
import resource
from collections.abc import Callable
from typing import Any

from pipeline.batch.chain import stages_of
from pipeline.batch.folders import Folder
from pipeline.batch.task import Task
from pipeline.batch.work import Workbench
from pipeline.config import Config
from pipeline.errors import KommunluppError, OutputError
from pipeline.flow import Pipeline
from pipeline.processes import serve

GARBAGE_THRESHOLDS = 100_000, 20, 50

Setting = tuple[Callable[[Config], Pipeline], Config, Folder]
"""What a worker is started with: what builds its pipeline, from what, and the run folder."""


def main() -> None:
    """Serve batches: reports, or the error that ends the run, go back."""
    calls, replies = serve()
    build, config, folder = calls.get()
    resource.setrlimit(resource.RLIMIT_DATA, (config.batch.memory_mib << 20,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        pipeline = build(config)
        stages = stages_of(pipeline, config)
        bench = Workbench(
            pipeline,
            stages.chain,
            folder,
            lambda stage: replies.send(("at", stage)),
            max_bytes=config.extract.max_bytes,
        )
    except KommunluppError as error:
        replies.send(("failed", error))
        return
    # Models are never garbage, and the many small objects of a document hardly ever are.
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    replies.send(("ready", stages))
    while True:
        replies.send(_answer(bench, calls.get()))


def _answer(bench: Workbench, tasks: list[Task]) -> tuple[str, Any]:
    try:
        return "done", bench.process(tasks)
    except KommunluppError as error:
        return "failed", error
    except OSError as error:
        return "failed", OutputError(f"cannot write the run folder: {error}")


if __name__ == "__main__":
    main()
