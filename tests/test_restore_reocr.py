"""Damaged pages of a real PDF, read again by real Tesseract; what happens where that cannot be."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from pdf_pages import PROSE, document, wrap, write

from pipeline.config import Config, ExtractConfig, RestoreConfig
from pipeline.document import Document, Page
from pipeline.errors import ExitCode, MissingDependencyError
from pipeline.flow import Pipeline, identify
from pipeline.offsets import Edit, OffsetMap
from pipeline.resources import model_folder
from pipeline.stages.extract import Extract
from pipeline.stages.extract.failures import ParseTimeout
from pipeline.stages.restore import Restore
from pipeline.stages.restore.choice import Scorer
from pipeline.stages.restore.model import load_model
from pipeline.stages.restore.second_reading import better_words

CHANNEL = str.maketrans("åäöÅÄÖ", "adoAAO")
"""What an engine without Swedish makes of the letters."""

WHAT_NO_REPAIR_BRINGS_BACK = {"nästan": "nxqtan", "månader": "mxqwder", "familjerna": "fvnzljerkn"}


def scanned(path: Path) -> Path:
    """A scan of `PROSE` with a badly read layer behind it, and a page of clean text."""
    printed = document()
    printed.add_page()
    write(printed, PROSE, (70, 110), size=12)
    with pypdfium2.PdfDocument(bytes(printed.output())) as rendered:
        picture = rendered[0].render(scale=200 / 72, grayscale=True).to_pil()
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    layer = PROSE
    for word, read in WHAT_NO_REPAIR_BRINGS_BACK.items():
        layer = layer.replace(word, read)
    pdf = document()
    pdf.add_page()
    pdf.image(kept, 0, 0, pdf.w, pdf.h)
    pdf.set_font("Helvetica", size=12)
    with pdf.local_context(text_mode="INVISIBLE"):
        for number, line in enumerate(wrap(pdf, layer, 450)):
            pdf.text(70, 110 + 15 * number, line.translate(CHANNEL))
    pdf.add_page()
    write(pdf, PROSE, (70, 110))
    path.write_bytes(bytes(pdf.output()))
    return path


def stages(**settings: object) -> tuple[Extract, Restore]:
    extract = Extract(ExtractConfig())
    config = RestoreConfig.model_validate(settings)
    return extract, Restore(config, read_again=extract.read_again)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Document]:
    path = scanned(tmp_path_factory.mktemp("scans") / "scan.pdf")
    extract = Extract(ExtractConfig())
    yield extract(identify(path))
    extract.close()


needs_tesseract = pytest.mark.skipif(
    not shutil.which("tesseract"), reason="Tesseract is not installed"
)


@needs_tesseract
def test_a_damaged_page_is_read_again(extracted: Document) -> None:
    extract, restore = stages(reocr="auto")
    never = Restore(RestoreConfig(reocr="never"), read_again=extract.read_again)(extracted)
    again = restore(extracted)
    extract.close()
    assert [page.source for page in extracted.pages] == ["hidden_text_layer", "text_layer"]
    for word in WHAT_NO_REPAIR_BRINGS_BACK:
        assert never.text.count(word) == 1, "only the clean page has it"
        assert again.text.count(word) == 2
    assert not again.issues
    assert again.raw == extracted.raw
    assert again.offsets.apply(again.raw) == again.text
    assert again.offsets.revert(again.text) == again.raw


@needs_tesseract
def test_what_was_read_again_stands_where_the_layer_had_it(extracted: Document) -> None:
    extract, restore = stages(reocr="auto")
    again = restore(extracted)
    extract.close()
    edits = [edit for edit in again.offsets.edits if "reocr" in edit.kind.split("+")]
    for word, read in WHAT_NO_REPAIR_BRINGS_BACK.items():
        place = again.raw.index(read)
        (edit,) = (edit for edit in edits if edit.start == place)
        assert edit.before.rstrip(".,") == read
        assert edit.after.rstrip(".,") == word
    clean = extracted.pages[1]
    assert all(edit.start < clean.start or edit.kind == "hyphen" for edit in again.offsets.edits)


def test_without_tesseract_the_repaired_layer_stands(
    extracted: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    extract, restore = stages(reocr="auto")
    never = Restore(RestoreConfig(reocr="never"))(extracted)
    document = restore(extracted)
    extract.close()
    assert document.text == never.text
    (issue,) = document.issues
    assert (issue.code, issue.severity) == ("reocr-unavailable", "warning")
    assert "apt-get install" in issue.remedy


def test_always_fails_before_the_first_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    config = Config(restore=RestoreConfig(reocr="always"))
    with pytest.raises(MissingDependencyError) as error:
        Pipeline.from_config(config)
    assert error.value.exit_code == ExitCode.MISSING
    assert "apt-get install" in error.value.advice


def test_clean_documents_are_not_read_again(extracted: Document) -> None:
    def read_again(source: str, page: Page, deadline_s: float) -> str:
        raise AssertionError("nothing is damaged")

    clean = replace(extracted, raw=PROSE, pages=(Page(1, 0, len(PROSE), "text_layer"),))
    assert Restore(RestoreConfig(reocr="auto"), read_again=read_again)(clean).text == PROSE


def test_pages_that_cannot_be_read_keep_their_layer(extracted: Document) -> None:
    def read_again(source: str, page: Page, deadline_s: float) -> str:
        raise ParseTimeout(f"stopped after {deadline_s:g} seconds")

    document = Restore(RestoreConfig(reocr="auto"), read_again=read_again)(extracted)
    assert document.text == Restore(RestoreConfig())(extracted).text
    assert [(issue.code, issue.page) for issue in document.issues] == [("reocr-failed", 1)]


def test_a_document_has_its_time(extracted: Document) -> None:
    ended: list[float] = []

    def read_again(source: str, page: Page, deadline_s: float) -> str:
        ended.append(deadline_s)
        return ""

    page = extracted.pages[0]
    twice = replace(
        extracted,
        raw=extracted.raw[: page.end] * 2,
        pages=(page, replace(page, number=2, start=page.end, end=2 * page.end)),
    )
    document = Restore(RestoreConfig(reocr="auto", reocr_deadline_s=1e-9), read_again=read_again)(
        twice
    )
    assert [issue.code for issue in document.issues] == ["reocr-late"]
    assert not ended


def scorer() -> Scorer:
    return Scorer(load_model(model_folder("restorer")).plausibility)


def merged(text: str, again: str) -> str:
    return OffsetMap.of(better_words(text, again, scorer())).apply(text)


def test_the_better_words_of_both_readings() -> None:
    layer = "Nämnden har beslutat att\nanslå medel till nya tjän5ter vid 14 skolor, 2014/0231."
    again = "Nämnden har beslutat alt anslå medel till nya\ntjänster vid 74 skolor. 2614/0231."
    assert merged(layer, again) == layer.replace("tjän5ter", "tjänster")


def test_what_a_reading_left_out_or_made_up_changes_nothing() -> None:
    layer = "Nämnden har beslutat att anslå medel till nya tjänster."
    assert merged(layer, "") == layer
    assert merged(layer, "Nämnden har anslå medel till nya tjänster.") == layer
    assert merged(layer, f"{layer} Sida 1 av 7 ||| ~~ --") == layer
    assert merged("", layer) == ""


def test_line_breaks_are_the_layers() -> None:
    layer = "Nämnden har beslutat att anslå med3l\n\ntill nya tjän5ter."
    again = "Nämnden har beslutat att anslå medeltill nya tjänster."
    assert merged(layer, again) == layer.replace("tjän5ter", "tjänster")


def test_edits_fit_text_with_blanks_of_all_kinds() -> None:
    layer = "  Nämnden  har\n\n beslutat att\tanslå medel till nya tjän5ter.\n"
    again = "Nämnden har beslutat att anslå medel till nya tjänster."
    edits = better_words(layer, again, scorer())
    assert [(e.before, e.after) for e in edits] == [("tjän5ter.", "tjänster.")]
    assert all(isinstance(e, Edit) and 0 < e.confidence <= 1 for e in edits)
