"""Tables as files and on the terminal: every column in its place, texts as they stand."""

import csv
from pathlib import Path

import pytest

from pipeline.batch.summary import Summary
from pipeline.cli import tables
from pipeline.cli.output import write_text
from pipeline.errors import OutputError
from pipeline.evaluation.synthetic import InventedRun, document, finding
from pipeline.tables import Row

VARA = {"municipality_codes": ["1470"], "municipality_names": ["Vara kommun"]}


def run_of(folder: Path, *findings: Row) -> Path:
    documents = {one["document"]: document(one["document"]) for one in findings}
    InventedRun(list(findings), list(documents.values())).write(folder)
    return folder


def test_brackets_of_documents_are_no_markup(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of = document("beslut [ny] :memo:.pdf")
    said = "Tre [sic] tjänster [/x] är tillsatta."
    folder = run_of(tmp_path / "run [ny]", finding(of, text=said, **VARA))
    tables.print_summary(Summary(findings=1), folder)
    printed = capsys.readouterr().out
    assert said in printed and "beslut [ny] :memo:.pdf" in printed
    assert f"{folder}/findings.csv" in printed


def test_the_surest_finding_of_each_document_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_AT_ONCE", 2)
    scores = {"a": (0.7, 0.9), "b": (0.8,), "c": (0.95, 0.6), "d": (0.9,)}
    findings = [
        finding(document(name), start, score=score, **VARA)
        for name, all_scores in scores.items()
        for start, score in enumerate(all_scores)
    ]
    nobodys = finding(document("e"), score=0.99)
    run = run_of(tmp_path / "run", *findings, nobodys)
    best = tables.surest(run / "findings.parquet", 3)
    assert [(row["document"], row["score"]) for row in best] == [
        ("c", 0.95),
        ("a", 0.9),
        ("d", 0.9),
    ]


def test_every_row_of_findings_csv_has_the_columns_of_its_head(tmp_path: Path) -> None:
    of = document("a.pdf")
    places = [[60.5, 80.0, 400.0, 94.0], [60.5, 96.0, 210.0, 110.0]]
    findings = [finding(of, 0, boxes=places, **VARA), finding(of, 90, boxes=[], **VARA)]
    run = run_of(tmp_path / "run", *findings)
    with (run / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    told = "[60.5, 80.0, 400.0, 94.0];[60.5, 96.0, 210.0, 110.0]"
    assert [row["boxes"] for row in rows] == [told, ""]
    assert [row["label"] for row in rows] == ["recruitment"] * 2
    assert not any(None in row for row in rows)


def test_a_file_that_cannot_be_written_is_told_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No such file") as error:
        write_text(tmp_path / "none" / "figures.json", "{}")
    assert "folder that exists" in error.value.advice
