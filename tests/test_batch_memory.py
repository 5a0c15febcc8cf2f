"""Memory: tables and dataset of a large run take little more than those of a small one."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline import tables
from pipeline.aggregate import aggregate, facts, outputs, passing
from pipeline.aggregate.merge import read_run
from pipeline.batch import runfolder
from pipeline.batch.assemble import write_tables
from pipeline.batch.plan import Input
from pipeline.batch.record import Head, Key, Record
from pipeline.batch.runfolder import RunFolder
from pipeline.batch.summary import Summary
from pipeline.codebook import LABELS, STATUSES
from pipeline.errors import Issue
from pipeline.evaluation.synthetic import Size, document, finding, invent, some_rates
from pipeline.export import dataset
from pipeline.gazetteer import Gazetteer
from pipeline.report import write_report

FINDINGS_EACH = 10
GAZETTEER = Gazetteer.load()


class MadeUpLedger:
    """Makes each record when it is asked for."""

    def read(self, key: Key) -> Record:
        number = int(key[0])
        of = document(f"{number:06}.pdf", document_id=key[0], author_codes=["0180"])
        rows = tuple(
            finding(
                of,
                start,
                label=LABELS[(number + start) % len(LABELS)],
                status=STATUSES[start % len(STATUSES)],
                text=f"Mening {start} av {number} om åtgärder som kommunen har vidtagit.",
                municipality_codes=["0180"],
                municipality_names=["Stockholms kommun"],
            )
            for start in range(FINDINGS_EACH)
        )
        issue = Issue("page-unread", "warning", "Inga ord.", "Titta på sidan.", 1)
        return Record(Head(*key, "", (), False), (), (), (issue,), of, rows)


def peak(work: Callable[[], object]) -> int:
    """Bytes of Python, NumPy and Arrow together, at most, while the work is done."""
    usual = pa.default_memory_pool()
    watched = pa.proxy_memory_pool(usual)
    pa.set_memory_pool(watched)
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] + watched.max_memory()
    finally:
        tracemalloc.stop()
        pa.set_memory_pool(usual)


def write(folder: Path, findings: int) -> None:
    run, documents = RunFolder(folder), findings // FINDINGS_EACH
    run.create()
    inputs = [Input(f"{n:06}.pdf", (f"{n:06}", ".pdf")) for n in range(documents)]
    summary = Summary()
    ledger: Any = MadeUpLedger()
    write_tables(inputs, ledger, run, GAZETTEER, summary)
    assert summary.findings == findings and summary.municipalities == 1


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few thousand rows are many groups."""
    monkeypatch.setattr(tables, "GROUP", 200)
    monkeypatch.setattr(runfolder, "COUNTED_AT_ONCE", 200)
    monkeypatch.setattr(passing, "_AT_ONCE", 200)
    monkeypatch.setattr(facts, "_FOLDED_AT_ONCE", 200)
    monkeypatch.setattr(dataset, "_AT_ONCE", 200)


def test_tables_of_ten_times_as_many_findings(small_groups: None, tmp_path: Path) -> None:
    write(tmp_path / "first", 200)  # what is loaded once is not counted
    few = peak(lambda: write(tmp_path / "few", 2_000))
    many = peak(lambda: write(tmp_path / "many", 20_000))
    # What may grow: 25 bytes a finding for the evidence, and what is held of each input.
    assert (many - few) / 18_000 < 80


def test_report_and_totals_of_ten_times_as_many_findings(
    small_groups: None, tmp_path: Path
) -> None:
    for findings in (200, 2_000, 20_000):
        invent(Size(findings, findings // FINDINGS_EACH)).write(tmp_path / f"run-{findings}")

    def count(findings: int) -> None:
        result = aggregate([read_run(tmp_path / f"run-{findings}")], GAZETTEER, rates=some_rates())
        outputs.write(result, tmp_path / f"totals-{findings}")

    def tell(findings: int) -> None:
        result = aggregate([read_run(tmp_path / f"run-{findings}")], GAZETTEER, rates=some_rates())
        write_report(result, GAZETTEER, tmp_path / f"{findings}.html", images_each=0)

    def growth(work: Callable[[int], None]) -> float:
        work(200)
        return (peak(lambda: work(20_000)) - peak(lambda: work(2_000))) / 18_000

    # The findings table and the ids in every table of counts are 900 bytes a finding.
    assert growth(count) < 1_700
    assert growth(tell) < 3_300


def test_dataset_of_ten_times_as_many_findings(small_groups: None, tmp_path: Path) -> None:
    pytest.importorskip("datasets", reason="the extra `dataset` is not installed")
    counts = {"findings": 0, "read": 1, "partly": 0, "failed": 0}
    manifest = {"finished": "2024-05-02", "counts": counts}
    manifest |= dict.fromkeys(("config", "stages", "commit"), "")
    for findings in (200, 2_000, 20_000):
        write(tmp_path / f"run-{findings}", findings)
        RunFolder(tmp_path / f"run-{findings}").write_manifest(manifest)

    def save(findings: int) -> None:
        out = tmp_path / f"data-{findings}"
        assert dataset.save(tmp_path / f"run-{findings}", out) == findings

    save(200)
    few, many = peak(lambda: save(2_000)), peak(lambda: save(20_000))
    assert (many - few) / 18_000 < 80
