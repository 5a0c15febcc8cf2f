"""The ledger: what is done is not done again, and what depends on a change is."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections import Counter
from pathlib import Path

import pytest
from batch_runs import local_run, start, tables, write_texts
from click.testing import CliRunner

from pipeline.batch.chain import stages_of
from pipeline.batch.claims import CLAIMS, Claims
from pipeline.batch.failures import RunBusy
from pipeline.batch.files import TEMPORARY, replacing, sweep
from pipeline.batch.folders import Disk
from pipeline.batch.ledger import SHARDS, Ledger, write_shard
from pipeline.batch.local import LocalEngine
from pipeline.batch.observer import Observer
from pipeline.batch.prospect import Prospect
from pipeline.batch.record import Head, Record
from pipeline.batch.run import Options, run
from pipeline.batch.runfolder import RunFolder
from pipeline.batch.summary import Summary
from pipeline.batch.task import Work
from pipeline.cli import cli
from pipeline.config import ClassifyConfig, Config, ExtractConfig, RestoreConfig
from pipeline.errors import OutputError
from pipeline.flow import Pipeline


class Watch(Observer):
    """Keeps the seconds spent by stage."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.complete = -1

    def begins(self, prospect: Prospect) -> None:
        self.complete = prospect.complete

    def batch(self, work: Work) -> None:
        self.seconds.update({stage: done.seconds for stage, done in work.items() if done.documents})


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with inputs and a run over them."""
    folder = tmp_path_factory.mktemp("done")
    write_texts(folder / "in", 6)
    local_run(folder / "in", folder / "out")
    return folder


@pytest.fixture
def copy(done: Path, tmp_path: Path) -> Path:
    """The run, to be changed; inputs stay where they are."""
    shutil.copytree(done / "out", tmp_path / "out")
    return tmp_path / "out"


def again(inputs: Path, out: Path, config: Config) -> tuple[Summary, set[str], int]:
    watch = Watch()
    summary = run([inputs], config, out, Options(LocalEngine(1), observers=[watch]))
    return summary, set(watch.seconds) - {"write"}, watch.complete


def test_a_finished_run_is_not_done_again(done: Path, copy: Path) -> None:
    before = tables(copy)
    summary, stages, complete = again(done / "in", copy, Config())
    assert (summary.reused, complete, stages) == (6, 6, set())
    assert summary.read == 6 and summary.findings > 0
    assert tables(copy) == before


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (Config(classify=ClassifyConfig(threshold=0.2)), {"classify", "attribute"}),
        (
            Config(restore=RestoreConfig(join_hyphens=False)),
            {"restore", "segment", "classify", "attribute"},
        ),
        (
            Config(extract=ExtractConfig(max_pages=5)),
            {"extract", "restore", "segment", "classify", "attribute"},
        ),
    ],
)
def test_a_change_runs_what_depends_on_it(
    config: Config, expected: set[str], done: Path, copy: Path, tmp_path: Path
) -> None:
    summary, stages, complete = again(done / "in", copy, config)
    assert stages == expected and complete == 0 and summary.reused == 0
    assert summary.resumed == (0 if "extract" in expected else 6)
    local_run(done / "in", tmp_path / "anew", config=config)
    assert tables(copy) == tables(tmp_path / "anew")
    for left, right in zip(
        RunFolder(copy).documents(), RunFolder(tmp_path / "anew").documents(), strict=True
    ):
        assert left == right


def test_inputs_that_come_go_change_and_move(done: Path, copy: Path, tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    shutil.copytree(done / "in", inputs)
    (inputs / "skrivelse_000.txt").unlink()
    (inputs / "skrivelse_001.txt").write_text("Mora kommun har anställt två.", encoding="utf-8")
    (inputs / "skrivelse_002.txt").rename(inputs / "annat namn.txt")
    summary, _, _ = again(inputs, copy, Config())
    assert summary.read == 5
    local_run(inputs, tmp_path / "anew")
    assert tables(copy) == tables(tmp_path / "anew")
    assert {d.source for d in RunFolder(copy).documents()} == {str(p) for p in inputs.iterdir()}


def test_fresh_does_it_all_again(done: Path, copy: Path) -> None:
    before = tables(copy)
    (copy / "page-images").mkdir()
    for name in ("page-images/3f2a-1-150.webp", "review.db"):
        (copy / name).write_bytes(b"")
    out = CliRunner().invoke(
        cli, ["run", str(done / "in"), "--out", str(copy), "--fresh"], standalone_mode=False
    )
    assert out.exception is None and "0 in full, 0 in part" in out.output
    assert tables(copy) == before
    assert not list((copy / "page-images").iterdir()) and (copy / "review.db").exists()


def test_a_document_file_that_is_gone_is_read_again(done: Path, copy: Path) -> None:
    for path in (copy / "documents").iterdir():
        path.unlink()
    config = Config(classify=ClassifyConfig(threshold=0.2))
    _, stages, _ = again(done / "in", copy, config)
    assert "extract" in stages
    assert len(list(RunFolder(copy).documents())) == 6


def test_files_that_a_killed_run_of_other_settings_left_are_not_taken_for_ours(
    done: Path, copy: Path, tmp_path: Path
) -> None:
    """As after a kill between the file and the record: the records are one run's, the files
    another's."""
    before = list(RunFolder(copy).documents())
    other = Config(restore=RestoreConfig(join_hyphens=False))
    shutil.copytree(copy, tmp_path / "other")
    local_run(done / "in", tmp_path / "other", config=other)
    for path in (tmp_path / "other" / "documents").iterdir():
        shutil.copy(path, copy / "documents")
    shutil.copytree(copy, tmp_path / "again")

    third = Config(classify=ClassifyConfig(threshold=0.2))
    _, stages, _ = again(done / "in", copy, third)
    assert stages == {"restore", "segment", "classify", "attribute"}
    local_run(done / "in", tmp_path / "anew", config=third)
    assert tables(copy) == tables(tmp_path / "anew")

    summary, _, _ = again(done / "in", tmp_path / "again", Config())
    assert summary.reused == 0
    assert list(RunFolder(tmp_path / "again").documents()) == before


def test_inputs_that_are_away_for_a_run_are_not_forgotten(
    done: Path, copy: Path, tmp_path: Path
) -> None:
    before = tables(copy)
    other = write_texts(tmp_path / "in", 7)
    for path in (done / "in").iterdir():
        (other / path.name).unlink()
    assert again(tmp_path / "nothing", copy, Config())[0].reused == 0
    summary, _, _ = again(other, copy, Config())
    assert (summary.read, summary.reused) == (1, 0)
    # Nobody sees what lies there of others.
    local_run(other, tmp_path / "alone")
    assert tables(copy) == tables(tmp_path / "alone")
    assert [d.source for d in RunFolder(copy).documents()] == [str(p) for p in other.iterdir()]

    summary, stages, _ = again(done / "in", copy, Config())
    assert (summary.reused, stages) == (6, set()) and tables(copy) == before
    assert len(list((copy / "documents").iterdir())) == 7
    summary = run([done / "in"], Config(), copy, Options(LocalEngine(1), fresh=True))
    assert summary.reused == 0 and len(list((copy / "documents").iterdir())) == 6


def test_shards_are_listed_no_more_often_for_many_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker says which shard it wrote."""
    listed = []
    names = Disk.names

    def counted(folder: Disk) -> list[str]:
        listed.append(folder.path.name)
        return names(folder)

    monkeypatch.setattr(Disk, "names", counted)
    times = []
    for documents in (1, 40):
        listed.clear()
        local_run(write_texts(tmp_path / f"in{documents}", documents, 1), tmp_path / "out")
        times.append(listed.count(SHARDS))
    assert times[0] == times[1]


def test_the_same_bytes_under_another_extension_are_another_document(
    done: Path, copy: Path, tmp_path: Path
) -> None:
    inputs = tmp_path / "in"
    inputs.mkdir()
    for suffix in (".txt", ".html", ".txt"):
        for path in inputs.iterdir():
            path.unlink()
        shutil.copy(done / "in" / "skrivelse_000.txt", inputs / f"skrivelse{suffix}")
        again(inputs, copy, Config())
    (document,) = RunFolder(copy).documents()
    assert document.source.endswith(".txt")


def test_another_run_that_forgets_does_not_take_records_from_under_us(
    done: Path, copy: Path
) -> None:
    """The ledger is read once the run has its claim on the folder."""

    entered = Claims.__enter__

    def enter(self: Claims) -> Claims:
        RunFolder(copy).forget()
        return entered(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Claims, "__enter__", enter)
        summary, _, _ = again(done / "in", copy, Config())
    assert (summary.read, summary.reused) == (6, 0)
    with Claims(Disk(copy), "this"), pytest.raises(RunBusy):
        run([done / "in"], Config(), copy, Options(LocalEngine(1), fresh=True))
    assert len(list((copy / "documents").iterdir())) == 6


def test_several_processes_share_a_run_folder(tmp_path: Path) -> None:
    inputs = write_texts(tmp_path / "in", 30)
    local_run(inputs, tmp_path / "alone")
    out = tmp_path / "out"
    logs = [tmp_path / f"{n}.jsonl" for n in range(2)]
    both = [start(inputs, "--out", out, "--jobs", "1", "--log", log) for log in logs]
    for process in both:
        assert process.communicate() and process.returncode == 0
    assert tables(out) == tables(tmp_path / "alone")
    batches = [log.read_text().count('"event": "batch"') for log in logs]
    assert all(batches), "one process did everything"


def test_another_run_in_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / CLAIMS).mkdir()
    with Claims(Disk(tmp_path), "this"):
        with Claims(Disk(tmp_path), "this") as second:
            assert not second.is_alone()
        with pytest.raises(RunBusy), Claims(Disk(tmp_path), "that"):
            pass


def test_a_claim_is_given_once_and_outlives_no_holder(tmp_path: Path) -> None:
    (tmp_path / CLAIMS).mkdir()
    with Claims(Disk(tmp_path), "p") as one, Claims(Disk(tmp_path), "p") as two:
        taken: list[bool] = []
        threads = [
            threading.Thread(
                target=lambda claims: taken.append(claims.take("document")), args=(claims,)
            )
            for claims in (one, two) * 8
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(taken) == 1
        (one if one.take("document") else two).release("document")
    # What another has is not ours to give back.
    with Claims(Disk(tmp_path), "p") as one, Claims(Disk(tmp_path), "p") as two:
        assert one.take("document")
        (tmp_path / CLAIMS / "document").write_bytes(two._name.encode())
        one.release("document")
        assert (tmp_path / CLAIMS / "document").exists()
        (tmp_path / CLAIMS / "document").unlink()
    # A holder that is gone: its beat is no file any more.
    (tmp_path / CLAIMS / "document").write_text("elsewhere.4000000.00000000")
    with Claims(Disk(tmp_path), "p") as claims:
        assert claims.take("document")


def test_of_two_that_find_a_holder_gone_one_takes_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other has judged the same holder, and acts when its claim is already another's."""
    (tmp_path / CLAIMS).mkdir()
    is_alive = Claims._is_alive
    with Claims(Disk(tmp_path), "p") as slow, Claims(Disk(tmp_path), "p") as quick:
        (tmp_path / CLAIMS / "document").write_text("elsewhere.4000000.00000000")
        taken: list[bool] = []

        def overtaken(self: Claims, beat: str) -> bool:
            alive = is_alive(self, beat)
            if self is slow and not taken:
                taken.append(quick.take("document"))
            return alive

        monkeypatch.setattr(Claims, "_is_alive", overtaken)
        assert not slow.take("document") and taken == [True]
        monkeypatch.undo()
        assert not slow.take("document") and not quick.take("document")
        quick.release("document")
        assert slow.take("document")
    assert not list((tmp_path / CLAIMS).iterdir())


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_text("before")

    def write_half() -> None:
        with replacing(path) as waiting:
            waiting.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]
    dead = subprocess.Popen(["true"])
    dead.wait()
    left = tmp_path / f"{TEMPORARY}{dead.pid}-0@{socket.gethostname()}"
    left.write_text("half")
    with replacing(path) as waiting:
        waiting.write_text("after")
        sweep(tmp_path)
    assert path.read_text() == "after" and not left.exists()
    with pytest.raises(OutputError), replacing(tmp_path / "no" / "such") as waiting:
        waiting.write_text("")


def test_records_that_cannot_be_understood_are_told_with_a_remedy(tmp_path: Path) -> None:
    for line in (b"torn", b'{"another": "version"}\t{}\n'):
        folder = Disk(tmp_path / line[:4].hex())
        folder.below(SHARDS).prepare()
        folder.below(SHARDS).write("a.jsonl", line)
        with pytest.raises(OutputError, match=r"a\.jsonl") as error:
            Ledger(folder, ("a",))
        assert "--fresh" in error.value.advice


def test_of_two_records_the_one_that_is_of_use_is_taken(tmp_path: Path) -> None:
    def record(*chain: str, stopped: bool = False) -> Record:
        head = Head("id", ".txt", "a.txt", chain, stopped)
        return Record(head, tuple(0 for _ in chain), (), (), {"pages": len(chain)}, ())

    (tmp_path / SHARDS).mkdir()
    for one in (record("a", "b", "c"), record("a", "x", "y"), record("z", stopped=True)):
        write_shard(Disk(tmp_path), [one])
    for chain, best in (("abc", "abc"), ("axw", "axy"), ("zzz", "z")):
        head = Ledger(Disk(tmp_path), tuple(chain)).find(("id", ".txt"))
        assert head and head.chain == tuple(best)
    ledger = Ledger(Disk(tmp_path), ("a", "b", "c"))
    other = Ledger(Disk(tmp_path), ("a", "b", "c"))
    ledger.compact()
    assert len(list((tmp_path / SHARDS).iterdir())) == 1
    kept = Ledger(Disk(tmp_path), ("a", "b", "c")).read(("id", ".txt"))
    assert kept == record("a", "b", "c") == other.read(("id", ".txt"))


def test_each_setting_changes_its_stage_and_those_behind() -> None:
    def chain(config: Config) -> tuple[str, ...]:
        return stages_of(Pipeline.from_config(config), config).chain

    plain = chain(Config())
    for config, same in (
        (Config(), 5),
        (Config(classify=ClassifyConfig(threshold=0.3)), 3),
        (Config(restore=RestoreConfig(enabled=False)), 1),
        (Config(extract=ExtractConfig(ocr="never")), 0),
    ):
        other = chain(config)
        assert [a == b for a, b in zip(plain, other, strict=True)] == [n < same for n in range(5)]
