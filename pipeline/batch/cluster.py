"""The engine of a Dask cluster: the same worker processes, one for each thread of its workers.

A Dask worker only supervises: models are loaded once in a process beside it, which can crash or
hang without taking the Dask worker along. Inputs and run folder lie on a path or at a URL that all
share.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from pipeline.batch.chain import Stages
from pipeline.batch.crew import Worker
from pipeline.batch.failures import WorkerLost
from pipeline.batch.folders import Folder
from pipeline.batch.task import Report, Task
from pipeline.config import Config
from pipeline.errors import MissingDependencyError, UsageError
from pipeline.flow import Pipeline

if TYPE_CHECKING:
    import distributed

_Setting = tuple[str, Callable[[Config], Pipeline], Config, Folder]
"""An id of the run, so that two of them leave each other's worker processes alone; and the rest."""

_CONNECT_S = 60
_IDLE_S = 600.0


@dataclass
class _Post:
    """A worker process; `until`: ends it when it has been idle for long, None while it works."""

    worker: Worker
    until: threading.Timer | None = None


_crew: dict[tuple[str, int], _Post] = {}
"""In a Dask worker: the worker process of each run and thread."""
_crew_lock = threading.Lock()


class DaskEngine:
    """Batches as tasks of a Dask scheduler; workers may come and go while it runs.

    Args:
        address: of the scheduler, `tcp://host:8786`, or `tls://` with the certificates that
            Dask's own configuration names.
        build: importable by name, on the cluster too; makes each worker's pipeline.
    """

    def __init__(
        self, address: str, build: Callable[[Config], Pipeline] = Pipeline.from_config
    ) -> None:
        try:
            self._client = _connected(address)
        except OSError as error:
            raise WorkerLost(f"no scheduler answers at {address}: {error}") from error
        except (TypeError, ValueError, RuntimeError) as error:
            raise UsageError(
                f"no connection to {address} can be made: {error}",
                remedy="Give tcp://host:port, or tls:// with certificates in Dask's configuration.",
            ) from error
        self._build = build
        self._setting: _Setting | None = None
        self._stages: Stages | None = None
        self._starts: list[Any] = []

    def open(self, config: Config, folder: Folder) -> Stages:
        """See `Engine`."""
        import distributed

        setting = self._setting = (uuid.uuid4().hex, self._build, config, folder)
        try:
            self._client.wait_for_workers(1, timeout=_CONNECT_S)
            # All worker processes load their models at once; the first answer is enough to go on.
            self._starts = [
                self._client.submit(_stages, setting, pure=False, workers=[address])
                for address, threads in self._client.nthreads().items()
                for _ in range(threads)
            ]
            ready = distributed.as_completed(self._starts, loop=self._client.loop)
            stages: Stages = next(ready).result()
        except (TimeoutError, distributed.KilledWorker) as error:
            raise WorkerLost(f"the cluster has no worker that stays alive: {error}") from error
        self._stages = stages
        return stages

    def slots(self) -> int:
        """Threads of all workers, as many as there are just now."""
        return max(1, sum(map(int, self._client.nthreads().values())))

    def map(self, batches: Iterator[list[Task]]) -> Iterator[Report]:
        """See `Engine`; a batch whose worker is lost is given to another."""
        import distributed

        running = distributed.as_completed(loop=self._client.loop)
        try:
            while True:
                # Two for each slot, so that a worker finds the next at hand when one is done.
                for batch in islice(batches, max(0, 2 * self.slots() - running.count())):
                    arguments = (self._setting, self._stages, batch)
                    running.add(self._client.submit(_process, *arguments, pure=False))
                if running.is_empty():
                    return
                try:
                    report: Report = next(running).result()
                except distributed.KilledWorker as error:
                    raise WorkerLost(f"the workers that had a batch are gone: {error}") from error
                yield report
        finally:
            self._client.cancel(list(running.futures))

    def close(self) -> None:
        """See `Engine`; the Dask workers stay."""
        if self._setting:
            self._client.run(_release, self._setting[0], on_error="ignore")
        self._client.close()


def _connected(address: str) -> distributed.Client:
    """A client that has reached the scheduler; raises what Dask does where it does not."""
    try:
        import distributed
    except ImportError as error:
        raise MissingDependencyError(
            "Dask is not installed", remedy="pip install 'kommunlupp[cluster]'"
        ) from error

    class Client(distributed.Client):
        """Closed at once when it does not connect: Dask leaves that to garbage collection, which
        may come while another client starts, and then both wait for each other without end."""

        def start(self, **given: Any) -> None:
            try:
                super().start(**given)  # type: ignore[no-untyped-call]
            except Exception:
                self.close()  # type: ignore[no-untyped-call]
                raise

    return Client(  # type: ignore[no-untyped-call]
        address, timeout=_CONNECT_S, set_as_default=False
    )


@contextmanager
def _at_work(setting: _Setting) -> Iterator[Worker]:
    """The worker process of this thread, on the Dask worker."""
    run, build, config, folder = setting
    key = run, threading.get_ident()
    with _crew_lock:
        post = _crew.setdefault(key, _Post(Worker(config, folder, build)))
        if post.until:
            post.until.cancel()
            post.until = None
    try:
        yield post.worker
    finally:
        post.until = threading.Timer(_IDLE_S, _dismiss, (key,))
        post.until.daemon = True
        post.until.start()


def _dismiss(key: tuple[str, int]) -> None:
    """End a worker process that has had nothing to do: its run is over, or was killed."""
    with _crew_lock:
        if (post := _crew.get(key)) and post.until:  # or it has just been given a batch
            _crew.pop(key).worker.stop()


def _stages(setting: _Setting) -> Stages:
    with _at_work(setting) as worker:
        return worker.stages()


def _process(setting: _Setting, expected: Stages, tasks: list[Task]) -> Report:
    with _at_work(setting) as worker:
        if worker.stages() != expected:
            raise WorkerLost(
                "a worker has another version of kommunlupp, its models or programs",
                remedy="Install the same on all machines, then restart the Dask workers.",
            )
        return worker.process(tasks)


def _release(run: str) -> None:
    """End the worker processes of a run."""
    with _crew_lock:
        for key in [key for key in _crew if key[0] == run]:
            _crew.pop(key).worker.stop()
