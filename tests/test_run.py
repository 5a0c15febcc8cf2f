"""The main job end to end: files in, run folder out, failures recorded, exit code honest."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from bad_inputs import bad_inputs, write_all
from click.testing import CliRunner, Result

from pipeline.batch.runfolder import RunFolder
from pipeline.cli import cli
from pipeline.document import Document
from pipeline.errors import ExitCode

SHARED = Path(__file__).parents[1].parent / "shared"
MEMO = """Vara kommun
Socialförvaltningen

Tjänsteskrivelse

Personalläget inom individ- och familjeomsorgen

Under hösten har Vara kommun anställt fyra nya socialsekreterare till mottagningsenheten.
I väntan på att de börjar har två konsulter från ett bemanningsföretag hyrts in.
Socialnämnden har dessutom ändrat sin delegationsordning så att enhetschefen får besluta om
placeringar i jourhem. Arbetsbelastningen är fortfarande hög.

Kopia till:

Marks kommun
Kils kommun
Ale kommun
"""


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in arguments], standalone_mode=False)


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over two texts, a copy, and two files that cannot be read."""
    folder = tmp_path_factory.mktemp("in")
    (folder / "undermapp").mkdir()
    (folder / "undermapp" / "tjänsteskrivelse vara.txt").write_text(MEMO, encoding="utf-8")
    (folder / "kopia.txt").write_text(MEMO, encoding="utf-8")
    (folder / "notis.html").write_text(
        "<h1>Nyhet</h1><p>Mora kommun ska slå ihop två enheter nästa år.</p>", encoding="utf-8"
    )
    (folder / "tom.txt").write_bytes(b"")
    (folder / "trasig.pdf").write_bytes(b"%PDF-1.4\nnothing more")
    out = tmp_path_factory.mktemp("out") / "run"
    result = invoke("run", folder, "--out", out)
    assert result.exception is None, result.output
    assert result.return_value == ExitCode.SOME_FAILED
    assert "failures.csv" in result.output
    return out


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_document_is_written_and_reads_back(run_folder: Path) -> None:
    documents = list(RunFolder(run_folder).documents())
    assert len(documents) == 2
    for document in documents:
        assert document.offsets.apply(document.raw) == document.text
        assert document.offsets.revert(document.text) == document.raw


def test_measures_are_found_and_credited_to_the_author_only(run_folder: Path) -> None:
    findings = rows(run_folder / "findings.csv")
    memo = [row for row in findings if row["document"].endswith(".txt")]
    labels = {row["label"] for row in memo}
    assert {"recruitment", "temporary_staffing", "delegation"} <= labels
    credited = {row["municipality_names"] for row in memo if row["scope"] == "named"}
    assert credited == {"Vara kommun"}
    assert all(row["page"] == "1" and row["text"] for row in findings)


def test_parquet_and_csv_hold_the_same(run_folder: Path) -> None:
    for name in ("findings", "municipalities"):
        table = pq.read_table(run_folder / f"{name}.parquet")
        flat = rows(run_folder / f"{name}.csv")
        assert len(flat) == table.num_rows > 0
        assert table.column_names == list(flat[0])
    codes = pq.read_table(run_folder / "municipalities.parquet")["municipality_code"].to_pylist()
    assert "1470" in codes and not {"1463", "1715", "1440"} & set(codes)


def test_failures_name_file_code_and_remedy(run_folder: Path) -> None:
    failures = rows(run_folder / "failures.csv")
    by_file = {Path(row["file"]).name: row for row in failures}
    assert {"tom.txt", "trasig.pdf"} <= set(by_file)
    copies = [row for row in failures if row["code"] == "copy"]
    assert len(copies) == 1 and copies[0]["severity"] == "warning"
    assert all(row["code"] and row["message"] and row["remedy"] for row in failures)


def test_manifest_tells_how_to_repeat_the_run(run_folder: Path) -> None:
    manifest = json.loads((run_folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["counts"]["read"] == 2
    assert manifest["counts"]["failed"] == 2
    assert manifest["counts"]["copies"] == 1
    assert set(manifest["seconds"]) >= {"whole", "extract", "restore", "classify"}
    assert len(manifest["inputs"]) == 3 and manifest["config"]["extract"]["ocr"] == "auto"


def test_a_second_run_gives_the_same_tables(run_folder: Path, tmp_path: Path) -> None:
    sources = json.loads((run_folder / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    again = tmp_path / "again"
    invoke("run", *sorted(sources.values()), "--out", again)
    for name in ("findings.csv", "municipalities.csv"):
        assert (again / name).read_bytes() == (run_folder / name).read_bytes()


def test_inspect_shows_stages_and_a_finding(run_folder: Path) -> None:
    path = next((run_folder / "documents").glob("*.json"))
    finding = next(RunFolder(run_folder).documents()).findings[0]
    shown = invoke("inspect", path)
    assert shown.exception is None
    for stage in ("extract", "restore", "segment", "classify", "attribute"):
        assert f"== {stage}" in shown.output
    one = invoke("inspect", path, "--finding", finding.id[:8])
    assert finding.label in one.output and "page 1" in one.output


def test_a_folder_of_other_files_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "viktigt.txt").write_text("rör inte", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "run", str(tmp_path), "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.OUTPUT
    assert "output" in done.stderr and (tmp_path / "viktigt.txt").read_text() == "rör inte"


def test_an_empty_folder_is_a_recorded_failure(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = invoke("run", tmp_path / "empty", "--out", tmp_path / "out")
    assert result.return_value == ExitCode.SOME_FAILED
    assert [row["code"] for row in rows(tmp_path / "out" / "failures.csv")] == ["folder-empty"]


def test_a_folder_of_bad_files_is_finished_and_each_failure_recorded(tmp_path: Path) -> None:
    """Bar 5 of the spine, through the command: batch goes on, code and remedy for each file."""
    write_all(tmp_path / "in")
    (tmp_path / "in" / "åtgärd.txt").write_text(MEMO, encoding="utf-8")
    quick = ("--set", "extract.deadline_s=10", "--set", "extract.ocr_page_deadline_s=15")
    result = invoke("run", tmp_path / "in", "--out", tmp_path / "run", *quick)
    assert result.return_value == ExitCode.SOME_FAILED
    written = {path.name for path in (tmp_path / "in").iterdir()}
    failures = rows(tmp_path / "run" / "failures.csv")
    codes: dict[str, set[str]] = {}
    for row in failures:
        assert row["code"] and row["message"] and row["remedy"]
        codes.setdefault(Path(row["file"]).name, set()).add(row["code"])
    expected = {
        case.name.encode("utf-8", "backslashreplace").decode(): case.code
        for case in bad_inputs()
        if case.code not in (None, "is-a-folder") and not case.settings and case.name in written
    }
    missing = {name: code for name, code in expected.items() if code not in codes.get(name, ())}
    copies = {name for name, found in codes.items() if "copy" in found}
    assert len(expected) >= 40 and not {n: c for n, c in missing.items() if n not in copies}
    assert any(
        row["document"].endswith("åtgärd.txt") for row in rows(tmp_path / "run/findings.csv")
    )


@pytest.mark.skipif(not SHARED.is_dir(), reason="the seed documents in shared/ are not here")
def test_seed_documents(tmp_path: Path) -> None:
    """Bar 2 of the spine: the four real documents."""
    seeds = SHARED / "seeds"
    assert invoke("run", seeds, "--out", tmp_path / "run").return_value == ExitCode.OK
    by_name = {Path(d.source).stem: d for d in RunFolder(tmp_path / "run").documents()}
    assert len(by_name) == 4
    decision = by_name["ivo_decision_2018"]
    labels = {finding.label for finding in decision.findings}
    assert {"recruitment", "temporary_staffing", "reorganisation", "delegation"} <= labels
    assert _credited(decision) == set()
    memo = by_name["municipal_memo_ocr_2015"]
    assert memo.subject is not None and memo.subject.author == ("0120",)
    assert _credited(memo) == {"0120"}


def _credited(document: Document) -> set[str]:
    return {code for finding in document.findings for code in finding.municipalities}
