"""What a run gives besides its folder: stream, log, metrics, dataset."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from batch_runs import local_run, write_texts
from click.testing import CliRunner, Result

from pipeline.cli import cli
from pipeline.codebook import LABELS
from pipeline.errors import OutputError, UsageError
from pipeline.export.dataset import save


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in arguments], standalone_mode=False)


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_texts(folder / "in", 5)
    (folder / "in" / "tom.txt").write_bytes(b"")
    local_run(folder / "in", folder / "out")
    return folder


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "out" / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_stream_log_and_metrics(run_folder: Path, tmp_path: Path) -> None:
    log, metrics = tmp_path / "log.jsonl", tmp_path / "kommunlupp.prom"
    inputs, out = run_folder / "in", tmp_path / "out"
    options = ("--stream", "--log", log, "--metrics", metrics)
    first = invoke("run", inputs, "--out", out, *options)
    streamed = [json.loads(line) for line in first.stdout.splitlines()]
    assert {row["finding_id"] for row in streamed} == {
        row["finding_id"] for row in table(run_folder)
    }
    assert len(streamed) == len(table(run_folder)) > 10
    assert all(row["document"].endswith(".txt") for row in streamed)
    # What was done before is streamed too.
    again = invoke("run", inputs, "--out", out, *options)
    assert sorted(again.stdout.splitlines()) == sorted(first.stdout.splitlines())

    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    names = [event["event"] for event in events]
    assert names.count("run-begins") == names.count("run-ends") == 2
    assert names.count("document") == 12 and all("time" in event for event in events)
    assert [e["issues"] for e in events if e.get("file", "").endswith("tom.txt")] == [
        ["empty-file"]
    ] * 2
    assert [e["reused"] for e in events if e["event"] == "run-ends"] == [0, 5]
    lines = metrics.read_text(encoding="utf-8").splitlines()
    assert "kommunlupp_documents_total 6" in lines
    assert 'kommunlupp_issues_total{code="empty-file"} 1' in lines


def test_log_and_metrics_tell_of_paths_stages_and_failure(run_folder: Path, tmp_path: Path) -> None:
    log, metrics, out = tmp_path / "log.jsonl", tmp_path / "kommunlupp.prom", tmp_path / "out"
    (tmp_path / "nothing").mkdir()
    inputs = (run_folder / "in", tmp_path / "nothing")
    options = ("--out", out, "--log", log, "--metrics", metrics)
    first = invoke("run", *inputs, *options)
    assert (
        f"{tmp_path / 'nothing'}: folder-empty" in first.stderr and "resuming" not in first.stderr
    )
    changed = ("--set", "classify.threshold=0.2")
    second = invoke("run", *inputs, *options, *changed)
    assert "resuming: of 6 documents 5 go on from classify\n" in second.stderr
    assert "0 in full, 5 in part, 5 from classify on" in second.stdout
    third = invoke("run", run_folder / "in" / "skrivelse_000.txt", *options, *changed)
    assert "resuming: of 1 documents 1 are done\n" in third.stderr

    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [e["issue"] for e in events if e["event"] == "input-problem"] == ["folder-empty"] * 2
    assert [e["resumed"] for e in events if e["event"] == "run-begins"] == [{}, {"classify": 5}, {}]
    work = next(e["work"] for e in events if e["event"] == "run-ends")
    found = len(table(run_folder))
    assert [work[stage]["documents"] for stage in ("extract", "attribute")] == [5, 5]
    assert work["restore"]["sentences"] == 0 < work["segment"]["sentences"]
    assert work["classify"]["findings"] == work["attribute"]["findings"] == found
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["work"] == {}  # the last run found everything done
    invoke("run", *inputs, *options, "--fresh")
    lines = metrics.read_text(encoding="utf-8").splitlines()
    assert 'kommunlupp_issues_total{code="folder-empty"} 1' in lines
    assert 'kommunlupp_stage_documents_total{stage="classify"} 5' in lines
    assert f'kommunlupp_stage_findings_total{{stage="classify"}} {found}' in lines

    (out / "findings.csv").unlink()
    (out / "findings.csv").mkdir()
    assert isinstance(invoke("run", *inputs, *options).exception, OutputError)
    last = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])
    assert (last["event"], last["error"]) == ("run-fails", "output")


@pytest.mark.parametrize("option", ["--log", "--metrics"])
def test_a_log_that_cannot_be_written_is_told_before_anything_is_read(
    option: str, run_folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "none" / "file"
    with pytest.raises(OutputError, match=str(file)):
        raise_of(invoke("run", run_folder / "in", "--out", tmp_path / "out", option, file))
    assert not (tmp_path / "out").exists()


def test_a_dataset_has_features_and_a_card(run_folder: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets", reason="the extra `dataset` is not installed")
    result = invoke("dataset", run_folder / "out", "--out", tmp_path / "data")
    assert result.exception is None, result.output
    loaded = datasets.load_from_disk(tmp_path / "data")
    rows = table(run_folder)
    assert loaded["text"] == [row["text"] for row in rows]
    label = loaded.features["label"]
    assert label.names == list(LABELS)
    assert [label.int2str(n) for n in loaded["label"]] == [row["label"] for row in rows]
    card = (tmp_path / "data" / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---\nlanguage: sv") and "1 failed" in card and "`basis`" in card
    with pytest.raises(OutputError):
        raise_of(invoke("dataset", run_folder / "out", "--out", tmp_path / "data"))
    with pytest.raises(UsageError):
        raise_of(invoke("dataset", tmp_path, "--out", tmp_path / "none"))
    invoke("aggregate", run_folder / "out", "--out", tmp_path / "totals")
    with pytest.raises(UsageError, match="not a finished run"):
        raise_of(invoke("dataset", tmp_path / "totals", "--out", tmp_path / "none"))


def test_a_dataset_of_another_codebook_is_refused(run_folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("datasets", reason="the extra `dataset` is not installed")
    shutil.copytree(run_folder / "out", tmp_path / "run")
    file = tmp_path / "run" / "findings.parquet"
    findings = pq.read_table(file)
    column = findings.column_names.index("scope")
    strange = pa.array(["nobody"] * findings.num_rows)
    pq.write_table(findings.set_column(column, "scope", strange), file)
    with pytest.raises(UsageError, match="nobody"):
        save(tmp_path / "run", tmp_path / "data")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def raise_of(result: Result) -> None:
    if result.exception:
        raise result.exception
