"""The Dask engine on a real scheduler and worker processes: same bytes, also when one dies."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import pytest
from batch_runs import EXAMPLES, local_run, tables, write_texts
from batch_stages import HANG, SEGFAULT, restore_breaks
from click.testing import CliRunner

from pipeline.batch.chain import Stages
from pipeline.batch.crew import Worker
from pipeline.batch.failures import WorkerLost
from pipeline.batch.folders import folder_at
from pipeline.batch.observer import Observer
from pipeline.batch.run import Options, run
from pipeline.batch.task import Done, Report
from pipeline.cli import cli
from pipeline.config import BatchConfig, Config
from pipeline.errors import ExitCode
from pipeline.evaluation.dask_cluster import cluster
from pipeline.flow import Pipeline

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

from pipeline.batch import cluster as cluster_module
from pipeline.batch.cluster import DaskEngine

TESTS = Path(__file__).parent


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_texts(tmp_path_factory.mktemp("in"), 40)
    for path in sorted(EXAMPLES.glob("*_20[01]*.pdf"))[:2]:
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.fixture(scope="module")
def expected(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of a local run with one worker."""
    out = tmp_path_factory.mktemp("out") / "local"
    local_run(inputs, out)
    return tables(out)


class KillAfter(Observer):
    """Kills a process once some documents are done."""

    def __init__(self, documents: int, victim: subprocess.Popen[bytes]) -> None:
        self._documents = documents
        self._victim = victim

    def document(self, number: int, total: int, done: Done) -> None:
        if number >= self._documents:
            self._victim.kill()


def test_one_worker_through_the_command_line(
    inputs: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with cluster(tmp_path, 1, paths=[TESTS]) as (address, _):
        arguments = [str(inputs), "--out", str(out), "--engine", "dask", "--scheduler", address]
        done = CliRunner().invoke(cli, ["run", *arguments], standalone_mode=False)
    assert done.exception is None and done.return_value == ExitCode.OK
    assert tables(out) == expected


def test_two_workers_one_of_them_killed(
    inputs: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with cluster(tmp_path, 2, paths=[TESTS]) as (address, workers):
        options = Options(DaskEngine(address), observers=[KillAfter(8, workers[0])])
        summary = run([inputs], Config(), out, options)
        assert workers[0].poll() is not None and workers[1].poll() is None
    assert summary.read == 42
    assert tables(out) == expected


def test_two_workers_and_stages_that_break(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    broken = write_texts(tmp_path / "in", 10)
    for name, word in {"segfault": SEGFAULT, "hang": HANG}.items():
        (broken / f"{name}.txt").write_text(f"{word} i Mora kommun.\n" * 20, encoding="utf-8")
    config = Config(batch=BatchConfig(stage_deadline_s=3))
    with cluster(tmp_path, 2, paths=[TESTS]) as (address, workers):
        options = Options(DaskEngine(address, restore_breaks))
        summary = run([broken], config, tmp_path / "out", options)
        assert all(worker.poll() is None for worker in workers)
    assert (summary.read, summary.partly) == (10, 2)


def test_a_run_that_ends_leaves_the_worker_processes_of_others(
    inputs: Path, tmp_path: Path
) -> None:
    """Two commands on one folder; one is given up while the other is at work."""
    with cluster(tmp_path, 1, paths=[TESTS]) as (address, _):
        mine, other = DaskEngine(address), DaskEngine(address)
        other.open(Config(), folder_at(tmp_path / "out"))

        class Leaves(Observer):
            def document(self, number: int, total: int, done: Done) -> None:
                if number == 1:
                    other.close()

        summary = run([inputs], Config(), tmp_path / "out", Options(mine, observers=[Leaves()]))
    assert (summary.read, summary.deaths) == (42, 0)


def test_an_idle_worker_process_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that it worked for was killed, or is long done."""
    monkeypatch.setattr(cluster_module, "_IDLE_S", 0.01)
    stopped = threading.Event()
    monkeypatch.setattr(Worker, "stop", lambda _: stopped.set())
    monkeypatch.setattr(Worker, "stages", lambda _: Stages({}, ()))
    monkeypatch.setattr(Worker, "process", lambda *_: Report())
    setting = ("run", Pipeline.from_config, Config(), folder_at(tmp_path))
    assert cluster_module._process(setting, Stages({}, ()), []) == Report()
    assert stopped.wait(60) and not cluster_module._crew


def test_no_scheduler_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.batch.cluster._CONNECT_S", 1)
    with pytest.raises(WorkerLost):
        DaskEngine("tcp://127.0.0.1:9")
