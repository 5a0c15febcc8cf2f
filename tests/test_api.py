"""The Python interface, and what a notebook shows of it."""

from __future__ import annotations

import doctest
import importlib
import shutil
import subprocess
import sys
from pathlib import Path

import lxml.html
import pandas as pd
import pytest

import pipeline
from pipeline.errors import ConfigError, DocumentError, Issue, UsageError
from pipeline.tables import FINDINGS

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "corpus" / "examples" / "documents"


@pytest.fixture(scope="module")
def nlp() -> pipeline.Analyser:
    return pipeline.load()


@pytest.fixture(scope="module")
def run(example_run: Path) -> pipeline.Run:
    return pipeline.open_run(example_run)


WITH_EXAMPLES = sorted(
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
    for path in (ROOT / "pipeline").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


def test_there_are_docstring_examples() -> None:
    assert {"pipeline", "pipeline.api", "pipeline.sklearn_estimator"} <= set(WITH_EXAMPLES)


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_docstring_examples_run(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if module == "pipeline.spacy_components":
        pytest.importorskip("spacy")
    monkeypatch.chdir(ROOT)
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted and not result.failed


def test_importing_is_light() -> None:
    code = (
        "import sys; import pipeline; "
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('numpy', 'pandas', 'pyarrow', 'onnxruntime', 'pydantic') or m == 'pipeline.api'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_public_names() -> None:
    for name in pipeline.__all__:
        assert getattr(pipeline, name).__doc__, name
        assert name in dir(pipeline)
    assert pipeline.__version__[0].isdigit()
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = pipeline.no_such_name


def test_a_document(nlp: pipeline.Analyser) -> None:
    doc = nlp(EXAMPLES / "lagesrapport_tibro_2002.pdf")
    frame = doc.to_frame()
    assert doc.ok and list(frame.columns) == FINDINGS.names
    assert len(frame) == len(doc.findings) == doc.to_arrow().num_rows > 5
    assert doc.document.offsets.apply(doc.raw) == doc.text
    first = doc.findings[0]
    assert first.text in " ".join(doc.text.split())
    assert (first.page, first.municipalities) == (1, ["Tibro kommun"])
    picture = first.picture()
    assert picture and picture[:4] == b"RIFF" and picture[8:12] == b"WEBP"


def test_several_documents_are_read_as_they_are_asked_for(nlp: pipeline.Analyser) -> None:
    paths = [EXAMPLES / "nyhet_hjo_2024.html", EXAMPLES / "no-such-file.pdf"]
    read = nlp.pipe(paths)
    assert next(read).findings
    with pytest.raises(DocumentError):
        next(read)


def test_what_went_wrong_is_told(nlp: pipeline.Analyser, tmp_path: Path) -> None:
    broken = tmp_path / "trasig.pdf"
    broken.write_bytes(b"%PDF-1.4\nnothing")
    doc = nlp(broken)
    assert not doc.ok and doc.to_frame().empty
    assert "Inte läst i sin helhet" in doc._repr_html_()


def test_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        pipeline.load(overrides=["restore.nonsense=1"])
    file = tmp_path / "egen.toml"
    file.write_text("[restore]\nenabled = false\n", encoding="utf-8")
    damaged = "Socialndmnden har under aret anstallt tva handlaggare. " * 20
    assert pipeline.load(str(file)).text(damaged).text == damaged


def test_a_text_is_read_as_a_file_of_it(nlp: pipeline.Analyser, tmp_path: Path) -> None:
    text = (EXAMPLES / "tjansteutlatande_farsta_2009.txt").read_text(encoding="utf-8")
    file = tmp_path / "text.txt"
    file.write_text(text.replace("\f", "\n"), encoding="utf-8")
    of_text, of_file = nlp.text(text.replace("\f", "\n")), nlp(file)
    assert [f.text for f in of_text.findings] == [f.text for f in of_file.findings]
    assert of_text.document.id == of_file.document.id


def test_html_of_a_document_holds_its_text_and_escapes_it(nlp: pipeline.Analyser) -> None:
    doc = nlp.text("Nämnden <script>alert(1)</script> har anställt två & en handläggare i Åmål.")
    shown = doc._repr_html_()
    assert "<script>" not in shown
    tree = lxml.html.fromstring(shown)
    assert doc.text in tree.text_content().replace(tree.xpath("//mark/span")[0].text_content(), "")
    assert tree.xpath("//mark/span")[0].text_content().startswith("Rekrytering")
    assert not tree.xpath("//@src") and not tree.xpath("//link")


def test_html_marks_every_finding(run: pipeline.Run) -> None:
    for doc in run:
        tree = lxml.html.fromstring(doc._repr_html_())
        assert len(tree.xpath("//mark/span")) == len(doc.document.findings)


def test_html_of_a_finding(run: pipeline.Run) -> None:
    on_page, without = run.document("vara_2019"), run.document("nyhet_hjo")
    with_picture = lxml.html.fromstring(on_page.findings[0]._repr_html_())
    assert with_picture.xpath("//img/@src")[0].startswith("data:image/webp;base64,")
    assert on_page.findings[0].text in " ".join(with_picture.text_content().split())
    assert without.findings[0].picture() is None
    assert "<img" not in without.findings[0]._repr_html_()


def test_a_finding_whose_file_is_gone_says_so(nlp: pipeline.Analyser, tmp_path: Path) -> None:
    copy = tmp_path / "kil.pdf"
    shutil.copy(EXAMPLES / "tillsynsbeslut_kil_2017.pdf", copy)
    found = nlp(copy).findings[0]
    copy.unlink()
    assert "Ingen bild av sidan" in found._repr_html_()


def test_tables_of_a_run(run: pipeline.Run, example_run: Path) -> None:
    findings = run.findings()
    stored = pd.read_parquet(example_run / "findings.parquet")
    assert len(findings) == len(stored) > 100
    assert set(findings["finding_id"]) == set(stored["finding_id"])
    municipalities = run.municipalities()
    assert municipalities["municipality_code"].map(type).eq(str).all()
    assert (municipalities["estimate_low"] <= municipalities["estimate"]).all()
    assert (municipalities["estimate"] <= municipalities["estimate_high"]).all()
    assert len(run.documents()) == len(list(EXAMPLES.iterdir()))
    assert (run.coverage()["level"] == "municipality").sum() == 290
    assert set(run.estimates()["level"]) == {"municipality", "county", "nation"}
    assert list(run.failures().columns)[:3] == ["file", "severity", "code"]
    assert run.arrow("findings").num_rows == len(findings)
    assert run.manifest["counts"]["read"] == len(run.documents())


def test_documents_of_a_run(run: pipeline.Run) -> None:
    assert len(list(run)) == len(run.documents())
    one = run.document("handlingsplan_mark")
    assert run.document(one.document.id[:10]).document == one.document
    with pytest.raises(UsageError, match="none"):
        run.document("no such document")
    with pytest.raises(UsageError, match="pdf, "):
        run.document(".pdf")
    with pytest.raises(UsageError):
        pipeline.open_run(ROOT / "corpus")


def test_html_of_a_run_maps_what_was_read(run: pipeline.Run) -> None:
    tree = lxml.html.fromstring(run._repr_html_())
    shades = [path.get("fill") for path in tree.iter("path") if path.find("title") is not None]
    assert len(shades) == 290
    read = run.coverage().query("level == 'municipality' and documents > 0")
    assert sum(shade != "url(#unread)" for shade in shades) == len(read)
    assert "Underlaget är 14" in tree.text_content()


def test_issues_of_all_kinds_are_shown(nlp: pipeline.Analyser) -> None:
    from dataclasses import replace

    doc = nlp.text("Mötet öppnas.")
    issue = Issue("low-ink", "warning", "sidan är <blek>", "skanna om", page=3)
    shown = pipeline.Analysis(replace(doc.document, issues=(issue,)))
    assert shown.ok
    assert "sidan är &lt;blek&gt;" in shown._repr_html_() and "sida 3" in shown._repr_html_()
