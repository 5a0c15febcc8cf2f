"""Inputs and run folders in an object store: a real one, through its S3 interface."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_runs import EXAMPLES, start, tables, write_texts
from click.testing import CliRunner

pytest.importorskip("s3fs", reason="the extra `s3` is not installed")
pytest.importorskip("swift", reason="the object store of the tests is not installed")

import fsspec
from object_store import KEY, SECRET, object_store

from pipeline.batch.claims import CLAIMS, Claims
from pipeline.batch.cluster import DaskEngine
from pipeline.batch.failures import NoRunFolderThere, NotOnDisk, RunBusy, StoreFailed
from pipeline.batch.folders import folder_at
from pipeline.batch.ledger import SHARDS
from pipeline.batch.local import LocalEngine
from pipeline.batch.run import Options, run
from pipeline.batch.store import Store
from pipeline.cli import cli
from pipeline.config import ClassifyConfig, Config
from pipeline.errors import ExitCode
from pipeline.evaluation.dask_cluster import cluster

BUCKET = "s3://kommunlupp"
DOCUMENTS = 12


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[fsspec.AbstractFileSystem]:
    """The store, where commands and workers find it: by their environment."""
    with (
        pytest.MonkeyPatch.context() as patch,
        object_store(tmp_path_factory.mktemp("store")) as address,
    ):
        patch.setenv("AWS_ENDPOINT_URL", address)
        patch.setenv("AWS_ACCESS_KEY_ID", KEY)
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        found = fsspec.filesystem("s3", use_listings_cache=False)
        found.mkdir(BUCKET)
        yield found


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_texts(tmp_path_factory.mktemp("inputs") / "in", DOCUMENTS - 2)
    for path in sorted(EXAMPLES.glob("*_20[01]*.pdf"))[:2]:
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="module")
def expected(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("expected") / "out"
    run([inputs], Config(), out, Options(LocalEngine(1)))
    return tables(out)


@pytest.fixture(scope="module")
def uploaded(store: fsspec.AbstractFileSystem, inputs: Path) -> str:
    """The inputs in the store, with files that are to be left out."""
    url = f"{BUCKET}/in"
    for path in inputs.iterdir():
        store.put_file(str(path), f"{url}/{path.name}")
    store.pipe_file(f"{url}/.hidden/notes.txt", b"Mora kommun")
    return url


def fetched(store: fsspec.AbstractFileSystem, url: str, folder: Path) -> dict[str, bytes]:
    """The tables of a run in the store."""
    store.get(f"{url}/", str(folder / "fetched"), recursive=True)
    return tables(folder / "fetched")


def test_a_run_folder_in_the_store_has_the_same_tables(
    store: fsspec.AbstractFileSystem, inputs: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    out = f"{BUCKET}/plain"
    done = CliRunner().invoke(cli, ["run", str(inputs), "--out", out], standalone_mode=False)
    assert done.exception is None and done.return_value == ExitCode.OK
    assert f"{out}/findings.csv" in done.output
    assert fetched(store, out, tmp_path) == expected
    assert len(store.ls(f"{out}/{SHARDS}")) == 1 and not store.exists(f"{out}/{CLAIMS}")
    assert len(store.ls(f"{out}/documents")) == DOCUMENTS

    again = run([inputs], Config(), out, Options(LocalEngine(1)))
    assert again.reused == DOCUMENTS
    changed = run([inputs], Config(classify=ClassifyConfig(threshold=0.2)), out)
    assert (changed.reused, changed.resumed) == (0, DOCUMENTS)


def test_inputs_in_the_store_read_the_same(
    store: fsspec.AbstractFileSystem,
    uploaded: str,
    inputs: Path,
    expected: dict[str, bytes],
    tmp_path: Path,
) -> None:
    missing = f"{uploaded}/no-such.pdf"
    summary = run([uploaded, missing], Config(), tmp_path / "out", Options(LocalEngine(2)))
    assert (summary.read, summary.failed) == (DOCUMENTS, 1)
    found = tables(tmp_path / "out")
    plain = found["findings.csv"].replace(f"{uploaded}/".encode(), f"{inputs}/".encode())
    assert plain == expected["findings.csv"]
    assert b"file-missing" in found["failures.csv"]


def test_two_dask_workers_inputs_and_run_folder_in_the_store(
    store: fsspec.AbstractFileSystem, uploaded: str, tmp_path: Path
) -> None:
    run([uploaded], Config(), tmp_path / "local", Options(LocalEngine(1)))
    out = f"{BUCKET}/dask"
    with cluster(tmp_path, 2) as (address, _):
        summary = run([uploaded], Config(), out, Options(DaskEngine(address)))
    assert summary.read == DOCUMENTS
    assert fetched(store, out, tmp_path) == tables(tmp_path / "local")


def test_killed_and_resumed_in_the_store(
    store: fsspec.AbstractFileSystem, inputs: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    out = f"{BUCKET}/killed"
    for wanted in (1, 4):
        process = start(inputs, "--out", out, "--jobs", "1", log=tmp_path / "log")
        while process.poll() is None and len(store.find(f"{out}/documents")) < wanted:
            time.sleep(0.05)
        process.kill()
        process.wait()
    summary = run([inputs], Config(), out, Options(LocalEngine(2)))
    assert summary.read == DOCUMENTS and 0 < len(store.ls(f"{out}/{SHARDS}")) <= 1
    assert fetched(store, out, tmp_path) == expected


def test_a_claim_in_the_store_is_kept_from_others(store: fsspec.AbstractFileSystem) -> None:
    folder = folder_at(f"{BUCKET}/claims")
    with Claims(folder, "p") as one, Claims(folder, "p") as two:
        # One after the other: two at the same instant may both be told yes, for Swift looks before
        # it writes. They would leave the same record (docs/cluster.md).
        assert one.take("d") and not two.take("d") and not one.is_alone()
        with pytest.raises(RunBusy), Claims(folder, "q"):
            pass
    # A holder that is gone.
    folder.below(CLAIMS).write("d", b"elsewhere.4000000.00000000")
    with Claims(folder, "p") as claims:
        assert claims.is_alone() and claims.take("d")
    assert not folder.below(CLAIMS).names()


def test_what_a_store_cannot_do_is_said(
    store: fsspec.AbstractFileSystem, inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoRunFolderThere):
        run([inputs], Config(), "sftp://host/run")
    with pytest.raises(StoreFailed, match="known"):
        run(["nonsense://in"], Config(), tmp_path / "out", Options(LocalEngine(1)))
    with pytest.raises(StoreFailed, match="no-such-bucket"):
        Store("s3://no-such-bucket/run").write("file", b"")
    for command in (["report"], ["aggregate"], ["dataset"], ["review"], ["export"]):
        done = CliRunner().invoke(cli, [*command, f"{BUCKET}/plain"], standalone_mode=False)
        assert isinstance(done.exception, NotOnDisk)
    store.pipe_file(f"{BUCKET}/other/letter.txt", b"other files")
    done = CliRunner().invoke(cli, ["run", str(inputs), "--out", f"{BUCKET}/other"])
    assert "holds other files" in str(done.exception)


def test_a_store_that_does_not_answer_ends_the_run(inputs: Path, tmp_path: Path) -> None:
    environment = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": "none"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**environment, "AWS_SECRET_ACCESS_KEY": "none"}.items():
            patch.setenv(name, value)
        process = start(inputs, "--out", "s3://kommunlupp/out", "--jobs", "1")
        _, said = process.communicate(timeout=300)
    assert process.returncode == ExitCode.OUTPUT and "error [store-failed]" in said
    assert "AWS_ENDPOINT_URL" in said
