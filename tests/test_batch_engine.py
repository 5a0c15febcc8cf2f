"""The batch engine: same tables whatever the workers; crashes and hangs cost one document."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from bad_inputs import bad_inputs
from bad_pdf import memory_bomb
from batch_runs import EXAMPLES, local_run, start, tables, write_texts
from batch_stages import (
    EAT,
    HANG,
    RAISE,
    SEGFAULT,
    classify_breaks,
    fetching_hangs,
    restore_breaks,
    share_is_away,
)

from pipeline.batch.local import LocalEngine
from pipeline.batch.run import Options, run
from pipeline.batch.runfolder import RunFolder
from pipeline.config import BatchConfig, Config
from pipeline.errors import ExitCode
from pipeline.evaluation.bench_watch import watched
from pipeline.evaluation.bench_whole import KOMMUNLUPP
from pipeline.flow import Pipeline

KILLS, DOCUMENTS = 20, 160


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def written_since(out: Path, began_ns: int) -> int:
    """How many documents' files are newer."""
    return sum(path.stat().st_mtime_ns > began_ns for path in out.glob("documents/*.json"))


def test_one_worker_and_two_give_the_same_bytes(tmp_path: Path) -> None:
    inputs = write_texts(tmp_path / "in", 20)
    for path in sorted(EXAMPLES.glob("*_20[01]*.pdf"))[:4]:
        (inputs / path.name).write_bytes(path.read_bytes())
    one = local_run(inputs, tmp_path / "one", jobs=1)
    two = local_run(inputs, tmp_path / "two", jobs=2)
    assert tables(tmp_path / "one") == tables(tmp_path / "two")
    assert one.read == two.read == 24 and one.findings == two.findings > 40


def test_killed_at_twenty_moments_and_resumed(tmp_path: Path) -> None:
    """Bar 1: kill -9, at whatever moment, loses and doubles nothing."""
    inputs = write_texts(tmp_path / "in", DOCUMENTS, paragraphs=2)
    local_run(inputs, tmp_path / "whole")
    rng = random.Random(7)
    out, log, moments = tmp_path / "killed", tmp_path / "log", list[tuple[int, int]]()
    while len(moments) < KILLS:
        # Some runs have other settings: they start from the files of the others, and replace them.
        settings = ("--set", "restore.join_hyphens=false") if len(moments) % 4 == 2 else ()
        began = time.time_ns()
        process = start(inputs, "--out", out, "--jobs", "2", *settings, log=log)
        # Some die while models load, others when files of the next documents have been written.
        wanted = rng.choice((0, 1, 1, 3, 9))
        while process.poll() is None and written_since(out, began) < wanted:
            time.sleep(0.005)
        time.sleep(rng.uniform(0, 0.1))
        finished = process.poll() is not None
        process.kill()
        assert process.wait() in (-signal.SIGKILL, 0), log.read_text()
        if not finished:
            moments.append((len(list(out.glob("documents/*.json"))), written_since(out, began)))
    process = start(inputs, "--out", out)
    _, progress = process.communicate()
    assert process.returncode == 0, progress
    assert progress.count("resuming: ") == 1 and f"[{DOCUMENTS}/{DOCUMENTS}]" in progress
    assert len(set(moments)) >= 8, "the kills all came too early or too late"
    assert tables(out) == tables(tmp_path / "whole")
    documents = list(RunFolder(out).documents())
    assert documents == list(RunFolder(tmp_path / "whole").documents())
    assert len({document.id for document in documents}) == len(documents) == DOCUMENTS
    assert not [path for path in out.rglob("*") if path.name.startswith(".writing")]


@pytest.mark.parametrize("build", [restore_breaks, classify_breaks])
def test_a_stage_that_breaks_costs_that_document_only(
    build: Callable[[Config], Pipeline], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bar 2: a segfault, a hang, an exception, and memory without end."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    inputs = write_texts(tmp_path / "in", 12)
    broken = {"segfault": SEGFAULT, "hang": HANG, "raise": RAISE, "eat": EAT}
    for name, word in broken.items():
        (inputs / f"skrivelse_005_{name}.txt").write_text(f"{word} i Mora kommun.\n" * 20)
    config = Config(batch=BatchConfig(stage_deadline_s=3))

    summary = run([inputs], config, tmp_path / "out", Options(LocalEngine(2, build)))

    stage = "restore" if build is restore_breaks else "classify"
    failures = rows(tables(tmp_path / "out")["failures.csv"])
    codes = {Path(row["file"]).stem.split("_")[-1]: row["code"] for row in failures}
    assert codes == {
        "segfault": "stage-crash",
        "hang": "stage-hang",
        "raise": "stage-fault",
        "eat": "stage-fault",
    }
    assert all(stage in row["message"] for row in failures)
    assert summary.read == 12 and summary.partly == 4 and summary.deaths >= 3
    # What was read before the stage is kept.
    texts = [d.raw for d in RunFolder(tmp_path / "out").documents() if d.issues]
    assert len(texts) == 4 and all("i Mora kommun" in text for text in texts)
    # And the other documents came out as they do without the broken ones.
    for path in inputs.glob("skrivelse_005_*"):
        path.unlink()
    local_run(inputs, tmp_path / "good")
    good = tables(tmp_path / "good")["findings.csv"]
    assert good == tables(tmp_path / "out")["findings.csv"]


@pytest.mark.parametrize("build", [restore_breaks, share_is_away])
def test_what_machine_or_limits_cost_is_tried_again(
    build: Callable[[Config], Pipeline], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    inputs, out = write_texts(tmp_path / "in", 3), tmp_path / "out"
    for name, word in {"segfault": SEGFAULT, "hang": HANG, "raise": RAISE}.items():
        (inputs / f"{name}.txt").write_text(f"{word} i Mora kommun.\n" * 20, encoding="utf-8")
    (inputs / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    config = Config(batch=BatchConfig(stage_deadline_s=3))
    before = run([inputs], config, out, Options(LocalEngine(2, build)))
    broken = 6 if build is share_is_away else 3
    assert before.partly + before.failed == broken + 1

    after = local_run(inputs, out)

    assert (after.read, after.failed) == (6, 1)
    # What extraction had read was kept; what was final (here: a broken file) is not done again.
    if build is share_is_away:
        assert (after.reused, after.resumed_from) == (0, {})
    else:
        assert (after.reused, after.resumed_from) == (4, {"restore": 3})
    local_run(inputs, tmp_path / "anew")
    assert tables(out) == tables(tmp_path / "anew")
    assert local_run(inputs, out).reused == 7


def test_fetching_has_the_deadline_of_a_stage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    inputs = write_texts(tmp_path / "in", 3)
    (inputs / "hang.txt").write_text("Mora kommun har anställt två.", encoding="utf-8")
    config = Config(batch=BatchConfig(stage_deadline_s=3))
    urls = [f"file://{path}" for path in sorted(inputs.iterdir())]
    summary = run(urls, config, tmp_path / "out", Options(LocalEngine(1, fetching_hangs)))
    assert (summary.read, summary.failed) == (3, 1)
    (failure,) = rows(tables(tmp_path / "out")["failures.csv"])
    assert failure["code"] == "stage-hang" and failure["message"].startswith("fetch: ")


HOSTILE_PEAK_MIB = 1600
"""Two workers of 250 MiB, each with a parsing child that may take 512 and hardly ever does."""


def test_hostile_files_among_good_ones(tmp_path: Path) -> None:
    """Bar 2: a corpus with hostile files finishes, each failure recorded, memory bounded."""
    inputs = write_texts(tmp_path / "in", 60, paragraphs=2)
    cases = [
        case
        for case in bad_inputs()
        if not case.settings and len(os.fsencode(case.name)) < 200 and "/" not in case.name
    ]
    expected: dict[str, str] = {}
    for case in cases:
        case.write(inputs / case.name)
        if case.code and os.path.lexists(inputs / case.name) and case.code != "is-a-folder":
            expected[case.name] = case.code
    bomb = memory_bomb(2000)
    for number in range(4):  # without limit, one alone takes more than all may
        (inputs / f"memory_{number}.pdf").write_bytes(bomb + b"\n%%%d" % number)
        expected[f"memory_{number}.pdf"] = "parse-memory"

    options = ("--jobs", "2", "--set", "extract.memory_mib=512")
    command = (*KOMMUNLUPP, "run", inputs, "--out", tmp_path / "out", *options)
    cost = watched([*map(str, command)], allowed=(ExitCode.SOME_FAILED,))

    found: dict[str, set[str]] = {}
    for row in rows(tables(tmp_path / "out")["failures.csv"]):
        found.setdefault(Path(row["file"]).name, set()).add(row["code"])
        assert row["message"] and len(row["remedy"]) > 20
    copies = {name for name, codes in found.items() if codes == {"copy"}}
    missing = {n: c for n, c in expected.items() if n not in copies and c not in found.get(n, ())}
    assert not missing
    assert len(expected) - len(copies & expected.keys()) > 60
    counts = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["counts"]
    assert counts["read"] >= 60 and counts["failed"] >= 44
    assert 300 < cost.peak_mib < HOSTILE_PEAK_MIB
