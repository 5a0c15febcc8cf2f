"""Open the review database: SQLite beside the run, or PostgreSQL by URL. One thread writes.

The writer puts all that is waiting into one transaction and answers after its commit, so that
eight reviewers wait for one sync of the disk and not for eight. An answer means: it is on disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from pipeline.review.errors import ReviewError

T = TypeVar("T")
_BATCH = 64
_LOCK = 6_114_210
"""PostgreSQL's advisory lock that whoever appends to the log holds."""


class Database:
    """Reading connections for everybody, one writing thread.

    Raises:
        ReviewError: the database cannot be opened or migrated.
    """

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError as error:
            raise ReviewError(f"no database URL: {error}") from error
        if self.url.drivername in ("postgresql", "postgres"):
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {} if self.is_sqlite else {"pool_pre_ping": True}
        self.engine = create_engine(self.url, pool_size=16, max_overflow=32, **options)
        (_prepare_sqlite if self.is_sqlite else _prepare_postgresql)(self.engine)
        self._waiting: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    @classmethod
    def at(cls, path: Path) -> Database:
        """A SQLite file."""
        return cls(f"sqlite:///{path}")

    def migrate(self) -> None:
        """Bring the tables to this version; makes them in an empty database."""
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["engine"] = self.engine
        try:
            command.upgrade(config, "head")
        except SQLAlchemyError as error:
            raise ReviewError(f"cannot open {self.url.render_as_string()}: {error}") from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection with a snapshot of the database: all statements see the same."""
        with self.engine.connect() as connection:
            if not self.is_sqlite:  # where each statement would see what is there by then
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in a transaction and return its result once it is on disk.

        What `work` raises is raised here, and undoes only what it did.
        """
        self._start()
        job = _Job(work)
        self._waiting.put(job)
        result: T = job.answer.result()
        return result

    def close(self) -> None:
        """Let the writer finish, close all connections."""
        if self._thread:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None
        self.engine.dispose()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
                self._thread.start()

    def _serve(self) -> None:
        job = self._waiting.get()
        while job:
            jobs = [job]
            following: _Job | None = None
            ending = False
            try:
                while len(jobs) < _BATCH:
                    following = self._waiting.get_nowait()
                    if following is None:
                        ending = True
                        break
                    jobs.append(following)
            except Empty:
                pass
            self._commit(jobs)
            job = None if ending else self._waiting.get()

    def _commit(self, jobs: list[_Job]) -> None:
        try:
            with self.engine.connect() as connection, self._exclusive(connection):
                for job in jobs:
                    job.run(connection)
        except BaseException as error:  # nothing of the transaction is on disk
            for job in jobs:
                job.answer.set_exception(error)
            return
        for job in jobs:
            job.reply()

    @contextmanager
    def _exclusive(self, connection: Connection) -> Iterator[None]:
        """A transaction that alone may write, also among other processes."""
        connection.info["write"] = True
        try:
            with connection.begin():
                if not self.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
                yield
        finally:
            connection.info.pop("write", None)


class _Job:
    """Something to write, and where its answer goes after the commit."""

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self.work = work
        self.answer: Future[Any] = Future()
        self._result: Any = None
        self._error: Exception | None = None

    def run(self, connection: Connection) -> None:
        try:
            with connection.begin_nested():
                self._result = self.work(connection)
        except Exception as error:
            self._error = error

    def reply(self) -> None:
        if self._error:
            self.answer.set_exception(self._error)
        else:
            self.answer.set_result(self._result)


def _prepare_postgresql(engine: Engine) -> None:
    """Many short queries at once: what helps single long ones costs more than it brings."""

    @event.listens_for(engine, "connect")
    def opened(raw: Any, _record: Any) -> None:
        with raw.cursor() as cursor:
            cursor.execute("SET jit = off")
            cursor.execute("SET max_parallel_workers_per_gather = 0")
        raw.commit()


def _prepare_sqlite(engine: Engine) -> None:
    """Write-ahead log, a sync at every commit, and transactions that SQLAlchemy begins."""

    @event.listens_for(engine, "connect")
    def opened(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        for setting in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "busy_timeout = 30000",
            "cache_size = -32000",
            "case_sensitive_like = ON",
        ):
            raw.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        mode = "IMMEDIATE" if connection.info.get("write") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {mode}")
