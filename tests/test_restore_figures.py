"""`evaluate restore`: baselines that are missing are named, and what repair gives a classifier."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.errors import UsageError
from pipeline.evaluation import figures
from pipeline.evaluation.downstream import DownstreamResult, evaluate_downstream
from pipeline.evaluation.ocr_bed import BedPage
from pipeline.evaluation.restore import BedReport, evaluate_bed
from pipeline.training.corpus_data import CorpusError

CORPUS = Path(__file__).parents[1] / "corpus" / "measures" / "test.jsonl"
CHANNEL = str.maketrans("åäöÅÄÖ", "ad6AAO")
DOCUMENTS = 4


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "few.jsonl"
    lines = CORPUS.read_text(encoding="utf-8").split("\n")[:DOCUMENTS]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def page() -> BedPage:
    gold = (
        "Åtgärder för ökad trygghet gäller både små och stora skolor i området, och\n"
        "Östra förvaltningen följer ärendet. Även här är det så att åren går.\n"
    )
    return BedPage("000", gold, gold.translate(CHANNEL), gold)


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bed")
    one = page()
    for kind, text in (("gold", one.gold), ("raw", one.raw), ("swe", one.reread)):
        (folder / f"000.{kind}.txt").write_text(text or "", encoding="utf-8")
    return folder


def by_state(results: list[DownstreamResult]) -> dict[str, DownstreamResult]:
    return {result.state: result for result in results}


def test_repair_gives_the_classifier_back_what_damage_took(corpus: Path) -> None:
    states = by_state(evaluate_downstream(corpus, [page()]))
    assert states["clean"].word_error_rate == 0
    assert states["damaged"].word_error_rate > 0.2
    assert states["repaired"].word_error_rate < 0.1 * states["damaged"].word_error_rate
    assert abs(states["repaired"].micro_f1.value - states["clean"].micro_f1.value) <= 0.02


def test_a_page_without_damage_costs_nothing(corpus: Path) -> None:
    clean = page()
    states = by_state(evaluate_downstream(corpus, [BedPage("0", clean.gold, clean.gold, None)]))
    assert states["damaged"].word_error_rate == states["repaired"].word_error_rate == 0
    assert len({state.micro_f1.value for state in states.values()}) == 1


def test_single_sentences_are_no_documents(tmp_path: Path) -> None:
    path = tmp_path / "sentences.jsonl"
    path.write_text('{"text": "Ja.", "labels": []}\n', encoding="utf-8")
    with pytest.raises(CorpusError):
        evaluate_downstream(path, [page()])


def test_missing_baselines_are_named_with_a_remedy(
    bed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    report = evaluate_bed(bed, with_hunspell=True)
    assert "apt-get install hunspell" in report.skipped["hunspell, first suggestion"]
    assert "apt-get install" in report.untimed["Tesseract with Swedish again, its speed"]
    assert "kommunlupp restore" in {result.name for result in report.results}


def test_hunspell_and_tesseract_run_beside_the_restorer(bed: Path) -> None:
    if not shutil.which("hunspell") or not shutil.which("tesseract"):
        pytest.skip("hunspell or Tesseract is not installed")
    report = evaluate_bed(bed, with_hunspell=True)
    assert not report.skipped | report.untimed
    speed = {result.name: result.words_per_second or 0 for result in report.results}
    measured = ("kommunlupp restore", "Tesseract with Swedish again", "hunspell, first suggestion")
    assert all(speed[name] > 0 for name in measured)


def test_the_command_prints_and_writes_the_figures(bed: Path, corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    arguments = ["evaluate", "restore", "--bed", str(bed), "--measures", str(corpus)]
    done = CliRunner().invoke(cli, [*arguments, "--json", str(out)], catch_exceptions=False)
    assert done.exit_code == 0
    assert "repaired" in done.output and "micro-F1" in done.output
    assert '"state": "repaired"' in out.read_text(encoding="utf-8")
    lonely = CliRunner().invoke(cli, ["evaluate", "restore", "--measures", str(corpus)])
    assert lonely.exception is not None


def test_the_table_names_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    report = BedReport([], {"symspellpy": "not there"}, {"Tesseract, its speed": "no font"})
    monkeypatch.setattr(figures, "evaluate_bed", lambda _: report)
    assert list(figures.repair_table(Path()))[2:] == ["\nnot run: symspellpy (not there)"]


def test_a_file_that_is_no_text_does_not_stop_the_others(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.txt", "b.txt", "c.txt")]
    for file, data in zip(files, (b"Ett.\n", b"\xff\xfe\x00", "Två å.\n".encode()), strict=True):
        file.write_bytes(data)
    out = tmp_path / "out"
    ran = CliRunner().invoke(cli, ["restore", *map(str, files), "--out", str(out)])
    assert "b.txt is no UTF-8 text" in ran.output
    assert sorted(file.name for file in out.iterdir()) == ["a.txt", "c.txt"]
    refused = CliRunner().invoke(cli, ["restore", str(files[0]), "--out", str(tmp_path)])
    assert isinstance(refused.exception, UsageError)
    assert files[0].read_bytes() == b"Ett.\n"
