"""The example documents: files that open, truth that fits, damage where damage is meant."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import docx
import lxml.html
import pypdfium2 as pdfium
import pytest
from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq, Levenshtein

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.config import ExtractConfig
from pipeline.document import Document
from pipeline.gazetteer import Gazetteer
from pipeline.stages.extract import Extract
from pipeline.training.examples.source import FOOTER, SourceError, read_source
from pipeline.training.examples.truth import truth

FOLDER = Path(__file__).parents[1] / "corpus" / "examples"
DOCUMENTS = FOLDER / "documents"
TRUTH = FOLDER / "truth"
SOURCES = sorted((FOLDER / "source").glob("*.md"))
TRUTHS: list[dict[str, Any]] = [
    json.loads(path.read_text(encoding="utf-8")) for path in sorted(TRUTH.glob("*.truth.json"))
]
INVISIBLE = 3
"""Text render mode of text that is neither filled nor stroked."""


def of_format(*formats: str) -> list[Any]:
    return [pytest.param(t, id=t["id"]) for t in TRUTHS if t["format"] in formats]


def hidden(with_text: bool) -> list[Any]:
    """Scans with, or without, a hidden text layer."""
    return [p for p in of_format("scan") if bool(p.values[0]["scan"].get("language")) == with_text]


every = pytest.mark.parametrize(
    "example", of_format("pdf", "scan", "mixed", "docx", "html", "ocr_txt")
)


def pdf_page_texts(path: Path) -> list[str]:
    pages = pdfium.PdfDocument(path)
    return [page.get_textpage().get_text_bounded() for page in pages]


def words(text: str) -> list[str]:
    """Words, broken ones joined; marks that stand alone are none."""
    joined = re.sub(r"(?<=\w)(?:[\x02\ufffe]\s*|[-\u00ad]\r?\n)(?=[a-zåäö])", "", text)
    return [word for word in joined.split() if re.search(r"\w", word)]


def test_the_set_is_what_the_issue_asks_for() -> None:
    assert len(TRUTHS) >= 12
    assert {t["id"] for t in TRUTHS} == {path.stem for path in SOURCES}
    assert {t["file"] for t in TRUTHS} == {path.name for path in DOCUMENTS.iterdir()}
    assert {t["genre"] for t in TRUTHS} >= {
        "memo", "board_minutes", "supervisory_decision", "audit_report", "county_report",
        "action_plan", "quality_report", "statistics_memo",
    }  # fmt: skip
    assert {t["format"] for t in TRUTHS} == {"pdf", "scan", "mixed", "docx", "html", "ocr_txt"}
    assert len(hidden(with_text=True)) >= 3
    assert {t["scan"]["language"] for p in hidden(with_text=True) for t in p.values} >= {
        "eng", "dan",
    }  # fmt: skip
    assert sum(path.stat().st_size for path in FOLDER.rglob("*")) < 6_000_000


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_truth_file_is_what_the_source_says(path: Path) -> None:
    written = json.loads((TRUTH / f"{path.stem}.truth.json").read_text(encoding="utf-8"))
    made = truth(read_source(path), written["file"])
    assert written == json.loads(json.dumps(made, default=str))


@every
def test_sentences_stand_where_the_truth_says(example: dict[str, Any]) -> None:
    end = 0
    for sentence in example["sentences"]:
        assert example["text"][sentence["start"] : sentence["end"]] == sentence["text"]
        assert sentence["start"] >= end
        assert sentence["heading"] in example["text"]
        end = sentence["end"]


@every
def test_labels_follow_the_codebook(example: dict[str, Any]) -> None:
    for sentence in example["sentences"]:
        labels = sentence["labels"]
        assert len({label["label"] for label in labels}) == len(labels)
        for label in labels:
            assert label["label"] in LABELS
            assert label["status"] in STATUSES
            assert label["scope"] in SCOPES
        named = any(label["scope"] == "named" for label in labels)
        assert named == bool(sentence["municipalities"]), sentence["text"]
        if sentence["quantity"]:
            assert sentence["quantity"]["text"] in sentence["text"]
            assert labels


def test_every_label_status_and_scope_occurs() -> None:
    labels = [label for t in TRUTHS for s in t["sentences"] for label in s["labels"]]
    assert {label["label"] for label in labels} == set(LABELS)
    assert {label["status"] for label in labels} == set(STATUSES)
    assert {label["scope"] for label in labels} == set(SCOPES)
    without = sum(not s["labels"] for t in TRUTHS for s in t["sentences"])
    assert 0.35 < without / sum(len(t["sentences"]) for t in TRUTHS) < 0.65


@every
def test_municipalities_exist_and_copies_are_not_credited(example: dict[str, Any]) -> None:
    gazetteer = Gazetteer.load()
    places = example["municipalities"]
    for place in places["author"] + places["covered"] + places["copy_list"]:
        assert gazetteer.name(place["code"]) == place["name"]
    credited = {name for s in example["sentences"] for name in s["municipalities"]}
    assert not credited & {place["name"] for place in places["copy_list"]}
    for place in places["copy_list"]:
        assert place["name"] in example["text"]


@every
def test_file_opens_and_bears_the_footer(example: dict[str, Any]) -> None:
    path = DOCUMENTS / example["file"]
    match example["format"]:
        case "docx":
            file = docx.Document(str(path))
            assert all(FOOTER in s.footer.paragraphs[0].text for s in file.sections)
        case "html":
            assert FOOTER in lxml.html.parse(str(path)).findtext(".//footer/p[last()]")
        case "ocr_txt":
            pages = path.read_text(encoding="utf-8").rstrip("\f\n").split("\f")
            assert all(bears_footer(page) for page in pages)
        case "pdf":
            texts = pdf_page_texts(path)
            assert 1 <= len(texts) <= 8
            assert all(FOOTER in text for text in texts)
        case "scan" | "mixed":
            texts = pdf_page_texts(path)
            assert 1 <= len(texts) <= 8
            for number, text in enumerate(texts):
                assert bears_footer(text or read_foot(path, number))


def bears_footer(text: str) -> bool:
    return fuzz.partial_ratio(FOOTER, text) > 75


def read_foot(path: Path, number: int) -> str:
    """What Tesseract reads in the lowest tenth of a page."""
    if not shutil.which("tesseract"):
        pytest.skip("Tesseract is not installed: a page without text cannot be read")
    page = pdfium.PdfDocument(path)[number]
    image = page.render(scale=3, grayscale=True).to_pil()
    strip = image.crop((0, int(image.height * 0.9), image.width, image.height))
    picture = io.BytesIO()
    strip.save(picture, "PNG")
    command = ["tesseract", "stdin", "stdout", "--psm", "6"]
    done = subprocess.run(
        command, input=picture.getvalue(), capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode("utf-8")


@pytest.mark.parametrize("example", of_format("pdf"))
def test_born_digital_text_is_the_truth(example: dict[str, Any]) -> None:
    read = words("\n".join(pdf_page_texts(DOCUMENTS / example["file"])))
    wanted = words(example["text"])
    assert LCSseq.similarity(wanted, read) / len(wanted) >= 0.98


@pytest.mark.parametrize("example", hidden(with_text=True))
def test_hidden_layer_is_damaged_and_invisible(example: dict[str, Any]) -> None:
    pages = pdfium.PdfDocument(DOCUMENTS / example["file"])
    for page in pages:
        kinds = [item.type for item in page.get_objects()]
        assert pdfium.raw.FPDF_PAGEOBJ_IMAGE in kinds
        texts = [item for item in page.get_objects() if item.type == pdfium.raw.FPDF_PAGEOBJ_TEXT]
        assert texts
        modes = {pdfium.raw.FPDFTextObj_GetTextRenderMode(item.raw) for item in texts}
        assert modes == {INVISIBLE}
    layer = " ".join(words("\n".join(pdf_page_texts(DOCUMENTS / example["file"]))))
    rate = Levenshtein.normalized_distance(" ".join(words(example["text"])), layer)
    assert 0.01 < rate < 0.4
    assert len(re.findall("ö", layer)) < len(re.findall("ö", example["text"])) / 2


@pytest.mark.parametrize("example", of_format("ocr_txt"))
def test_mangled_text_is_damaged_but_recognisable(example: dict[str, Any]) -> None:
    text = " ".join(words((DOCUMENTS / example["file"]).read_text(encoding="utf-8")))
    rate = Levenshtein.normalized_distance(" ".join(words(example["text"])), text)
    assert 0.01 < rate < 0.4


@pytest.mark.parametrize("example", hidden(with_text=False))
def test_image_only_scan_has_no_text(example: dict[str, Any]) -> None:
    assert not any(pdf_page_texts(DOCUMENTS / example["file"]))


@pytest.mark.parametrize("example", of_format("mixed"))
def test_mixed_file_has_pages_of_both_kinds(example: dict[str, Any]) -> None:
    texts = pdf_page_texts(DOCUMENTS / example["file"])
    without = [number for number, text in enumerate(texts, start=1) if not text]
    assert without == example["scan"]["pages"]
    assert len(without) < len(texts)


def extracted(example: dict[str, Any]) -> Document:
    stage = Extract(ExtractConfig())
    try:
        return stage(Document(id=example["id"], source=str(DOCUMENTS / example["file"])))
    finally:
        stage.close()


@pytest.mark.parametrize("example", of_format("mixed") + hidden(with_text=False))
def test_pages_without_text_are_read_in_their_place(example: dict[str, Any]) -> None:
    if not shutil.which("tesseract"):
        pytest.skip("Tesseract is not installed: a page without text cannot be read")
    document = extracted(example)
    sources = {page.number: page.source for page in document.pages}
    scanned = example["scan"].get("pages", list(sources))
    assert {number for number, source in sources.items() if source == "ocr"} == set(scanned)
    wanted = words(example["text"])
    assert LCSseq.similarity(wanted, words(document.raw)) / len(wanted) >= 0.9


@pytest.mark.parametrize("example", of_format("pdf", "docx", "html"))
def test_extraction_gives_the_truth(example: dict[str, Any]) -> None:
    """All of the prose in its order, and next to nothing beside letterhead, heads and tables."""
    document = extracted(example)
    outside = ("running_head", "page_number", "table")
    parts = [
        document.raw[region.start : region.end]
        for page in document.pages
        for region in page.regions
        if region.kind not in outside
    ]
    read = words("\n\n".join(parts) if parts else document.raw)
    wanted = words(example["text"])
    found = LCSseq.similarity(wanted, read)
    assert found / len(wanted) >= 0.98
    captions = [table["caption"] for table in example["tables"]]
    known = set(words(" ".join([FOOTER, *captions, *example["letterhead"]])))
    beside = [word for word in read if word not in known]
    assert len(beside) - found <= 0.03 * len(wanted)


@pytest.mark.parametrize("example", of_format("pdf")[:2])
def test_making_again_gives_the_same_pages(example: dict[str, Any], tmp_path: Path) -> None:
    pytest.importorskip("fpdf", reason="the extra `examples` is not installed")
    pytest.importorskip("pyphen", reason="the extra `examples` is not installed")
    from pipeline.training.examples.pdf import write_pdf

    source = read_source(FOLDER / "source" / f"{example['id']}.md")
    try:
        write_pdf(source, tmp_path / "again.pdf")
    except FileNotFoundError as error:
        pytest.skip(str(error))
    assert pdf_page_texts(tmp_path / "again.pdf") == pdf_page_texts(DOCUMENTS / example["file"])


HEAD = """+++
title = "Prov"
genre = "memo"
format = "pdf"
date = 2020-01-01
[municipalities]
covered = [{covered}]
[letterhead]
+++
"""


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("En mening.\n= lunch taken named\n", "not in the codebook"),
        ("En mening.\n= routines often named\n", "not in the codebook"),
        ("# Rubrik\n= routines taken named\n", "without a sentence"),
        ("~ två | 2 | |\n", "without a sentence"),
    ],
)
def test_source_that_breaks_the_grammar_is_refused(tmp_path: Path, body: str, message: str) -> None:
    path = tmp_path / "prov.md"
    path.write_text(HEAD.format(covered='"1440 Ale kommun"') + body, encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        read_source(path)


def test_named_without_anybody_to_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "prov.md"
    covered = '"1440 Ale kommun", "1281 Lunds kommun"'
    text = HEAD.format(covered=covered) + "En mening.\n= routines taken named\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="nobody is named"):
        read_source(path)
