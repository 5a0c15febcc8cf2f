"""Pages without text: rendered, read by Tesseract, put in their place among the others."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from bad_pictures import picture
from fpdf import FPDF
from PIL import Image, ImageDraw

from pipeline.config import ExtractConfig
from pipeline.document import Box, Document, Page, Region, Word
from pipeline.errors import DocumentError, MissingDependencyError
from pipeline.stages.extract import Extract
from pipeline.stages.extract.child import Child
from pipeline.stages.extract.dispatch import render_page
from pipeline.stages.extract.format_failures import OcrTimeout
from pipeline.stages.extract.formats import Format
from pipeline.stages.extract.reading import Reading
from pipeline.stages.extract.render import Raster, read_image, render
from pipeline.stages.extract.scan import PageText, Tesseract
from pipeline.stages.extract.splice import splice

LINES = [
    "Under hösten har kommunen anställt",
    "sju nya undersköterskor på Åsgården.",
    "Arbetet följs upp varje månad.",
]
DPI = 200
POINT = 72 / DPI
A4 = (1654, 2339)


def sheet(lines: Sequence[str] = LINES) -> Image.Image:
    """A page of print, as a scanner gives it, with a gap after the second line."""
    document = FPDF(unit="pt", format="A4")
    document.add_page()
    # pdfium brings this font along: the picture is the same on every machine.
    document.set_font("helvetica", size=14)
    for index, line in enumerate(lines):
        document.text(70, 110 + 22 * index + (50 if index > 1 else 0), line)
    with pypdfium2.PdfDocument(bytes(document.output())) as rendered:
        return rendered[0].render(scale=DPI / 72, grayscale=True).to_pil()


def scanned_pdf(images: list[Image.Image | str]) -> bytes:
    """Pages that are pictures, or, where a text is given, text."""
    document = FPDF(unit="pt", format="A4")
    document.set_font("helvetica", size=12)
    for image in images:
        document.add_page()
        if isinstance(image, str):
            document.multi_cell(0, text=image)
        else:
            document.image(io.BytesIO(picture(image, "PNG")), 0, 0, document.w, document.h)
    return bytes(document.output())


@pytest.fixture(scope="module")
def extract() -> Iterator[Extract]:
    if not shutil.which("tesseract"):
        pytest.skip("Tesseract is not installed (apt-get install tesseract-ocr tesseract-ocr-swe)")
    stage = Extract(ExtractConfig(ocr_dpi=DPI))
    yield stage
    stage.close()


def read(stage: Extract, path: Path, content: bytes) -> Document:
    path.write_bytes(content)
    return stage(Document("id", str(path)))


def ink_share(image: Image.Image, page: Page, words: tuple[Word, ...]) -> float:
    """The share of the ink that lies inside the words' boxes, one point around them included."""
    scale = image.width / page.width
    inside = Image.new("L", image.size, 0)
    draw = ImageDraw.Draw(inside)
    for word in words:
        box = word.box
        edges = (box.x0 - 1, box.y0 - 1, box.x1 + 1, box.y1 + 1)
        draw.rectangle([edge * scale for edge in edges], fill=1)
    ink = [pixel < 128 for pixel in image.tobytes()]
    held = sum(a and b for a, b in zip(ink, inside.tobytes(), strict=True))
    return held / sum(ink)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_picture_is_read_whichever_way_it_lies(
    extract: Extract, tmp_path: Path, turned: int
) -> None:
    lines = [LINES[index % 3] for index in range(18)]
    image = sheet(lines).rotate(turned, expand=True)
    document = read(extract, tmp_path / "a.png", picture(image, "PNG", dpi=(DPI, DPI)))
    (page,) = document.pages
    assert page.source == "ocr"
    assert page.width == pytest.approx(image.width * POINT, rel=0.01)
    assert page.height == pytest.approx(image.height * POINT, rel=0.01)
    assert document.raw.split() == " ".join(lines).split()
    assert ink_share(image, page, page.words) > 0.99
    assert document.issues == ()


def test_lines_paragraphs_words_and_confidences(extract: Extract, tmp_path: Path) -> None:
    document = read(extract, tmp_path / "a.png", picture(sheet(), "PNG", dpi=(DPI, DPI)))
    assert document.raw == f"{LINES[0]}\n{LINES[1]}\n\n{LINES[2]}"
    (page,) = document.pages
    assert [document.raw[w.start : w.end] for w in page.words] == document.raw.split()
    assert all(w.confidence is not None and 0.5 < w.confidence <= 1 for w in page.words)
    paragraphs = [document.raw[r.start : r.end] for r in page.regions]
    assert paragraphs == document.raw.split("\n\n")
    assert document.text == document.raw


def test_a_noisy_page_with_few_words_is_not_lost(extract: Extract, tmp_path: Path) -> None:
    paper = np.asarray(sheet()) * 0.8 + 40
    noise = np.random.default_rng(3).normal(0, 12, paper.shape)
    image = Image.fromarray((paper + noise).clip(0, 255).astype(np.uint8))
    document = read(extract, tmp_path / "a.png", picture(image, "PNG", dpi=(DPI, DPI)))
    assert document.raw.split() == " ".join(LINES).split()


def test_a_mixed_pdf_keeps_its_page_order(extract: Extract, tmp_path: Path) -> None:
    first, last = "Forsta sidan har ett textlager.", "Tredje sidan har ett textlager."
    document = read(extract, tmp_path / "a.pdf", scanned_pdf([first, sheet(), last, sheet()]))
    texts = [document.raw[page.start : page.end] for page in document.pages]
    scan = f"{LINES[0]}\n{LINES[1]}\n\n{LINES[2]}"
    assert texts == [first, scan, last, scan]
    assert [page.source for page in document.pages] == ["text_layer", "ocr", "text_layer", "ocr"]
    for page in document.pages:
        words = [document.raw[w.start : w.end] for w in page.words]
        assert words == document.raw[page.start : page.end].split()
    assert document.issues == ()


def test_blank_pages_are_reported_and_the_others_read(extract: Extract, tmp_path: Path) -> None:
    blank = Image.new("L", A4, 255)
    document = read(extract, tmp_path / "a.pdf", scanned_pdf([blank, sheet(), blank]))
    assert [(issue.code, issue.page) for issue in document.issues] == [
        ("page-blank", 1),
        ("page-blank", 3),
    ]
    assert [page.start == page.end for page in document.pages] == [True, False, True]


def test_a_tiff_has_several_pages(extract: Extract, tmp_path: Path) -> None:
    content = picture(sheet(), "TIFF", save_all=True, append_images=[sheet(LINES[2:])])
    document = read(extract, tmp_path / "a.tif", content)
    assert [document.raw[page.start : page.end].split("\n")[-1] for page in document.pages] == [
        LINES[2],
        LINES[2],
    ]


def test_ocr_off(tmp_path: Path) -> None:
    stage = Extract(ExtractConfig(ocr="never"))
    document = read(stage, tmp_path / "a.pdf", scanned_pdf(["Text finns.", sheet()]))
    stage.close()
    assert document.raw == "Text finns."
    assert [(issue.code, issue.page) for issue in document.issues] == [("ocr-off", 2)]


def test_tesseract_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    stage = Extract(ExtractConfig())
    document = read(stage, tmp_path / "a.pdf", scanned_pdf(["Text finns.", sheet()]))
    plain = read(stage, tmp_path / "a.txt", b"Bara text.")
    stage.close()
    assert document.raw == "Text finns."
    (issue,) = document.issues
    assert (issue.code, issue.severity) == ("ocr-unavailable", "error")
    assert "apt-get install tesseract-ocr tesseract-ocr-swe" in issue.remedy
    assert plain.issues == ()


def test_language_pack_missing(extract: Extract) -> None:
    with pytest.raises(MissingDependencyError) as caught:
        Tesseract(ExtractConfig(ocr_language="swe+xyz_abc"))
    assert "xyz_abc" in caught.value.message
    assert "tesseract-ocr-xyz-abc" in caught.value.advice


def test_a_page_that_takes_too_long(extract: Extract) -> None:
    image = sheet()
    raster = Raster(image.width, image.height, image.tobytes(), 1 / POINT, blank=False)
    with pytest.raises(DocumentError) as caught:
        Tesseract(ExtractConfig()).read(raster, 0.01)
    assert caught.value.code == "ocr-timeout"


class SlowTesseract:
    """Stands for the program: a page takes 50 seconds of a clock that nothing else moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def read(self, raster: Raster, deadline_s: float) -> PageText:
        self.now += min(50, deadline_s)
        if deadline_s < 50:
            raise OcrTimeout("too slow")
        return PageText("Läst", 10, 10, (Word(0, 4, Box(0, 0, 1, 1), 0.9),), ())


def test_a_documents_ocr_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No page takes too long, but all together do: what was read by then is kept."""
    stage, slow = Extract(ExtractConfig(ocr_deadline_s=120, ocr_dpi=72)), SlowTesseract()
    monkeypatch.setattr(stage, "_tesseract", slow)
    monkeypatch.setattr("pipeline.stages.extract.time", slow)
    document = read(stage, tmp_path / "a.pdf", scanned_pdf([sheet()] * 3 + ["Text."] + [sheet()]))
    stage.close()
    assert slow.now == 120
    assert document.raw.split() == ["Läst", "Läst", "Text."]
    assert [(issue.code, issue.page) for issue in document.issues] == [
        ("ocr-late", 3),
        ("ocr-late", 5),
    ]
    assert all("extract.ocr_deadline_s" in issue.remedy for issue in document.issues)


def test_a_slow_page_is_no_late_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page's own deadline keeps its own code; after three the document is given up."""
    config = ExtractConfig(ocr_deadline_s=120, ocr_page_deadline_s=20, ocr_dpi=72)
    stage, slow = Extract(config), SlowTesseract()
    monkeypatch.setattr(stage, "_tesseract", slow)
    monkeypatch.setattr("pipeline.stages.extract.time", slow)
    document = read(stage, tmp_path / "a.pdf", scanned_pdf([sheet()] * 4))
    stage.close()
    assert slow.now == 60
    assert [issue.code for issue in document.issues] == [*["ocr-timeout"] * 4, "no-text"]


def test_tesseract_fails(extract: Extract) -> None:
    with pytest.raises(DocumentError) as caught:
        Tesseract(ExtractConfig()).read(Raster(9, 9, b"", 1.0, blank=False), 60)
    assert caught.value.code == "ocr-failed"


def test_rendering_is_capped(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    document = FPDF(unit="pt", format=(14_000, 2_000))
    document.add_page()
    document.output(str(path))
    raster = render(path, Format.PDF, Page(1, 0, 0, "text_layer", 14_000, 2_000), 600)
    assert raster.width <= 12_000
    assert raster.width * raster.height == len(raster.pixels) <= 40_000_000
    assert raster.width == pytest.approx(14_000 * raster.scale, abs=2)


def test_transparent_and_exif_turned_pictures(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    clear = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    path.write_bytes(picture(clear, "PNG"))
    (page,) = read_image(path, 9).pages
    assert render(path, Format.IMAGE, page, DPI).blank
    turned = Image.new("L", (40, 20), 255)
    turned.getexif()[0x0112] = 6
    path.write_bytes(picture(turned, "JPEG", exif=turned.getexif()))
    (page,) = read_image(path, 9).pages
    raster = render(path, Format.IMAGE, page, DPI)
    assert (raster.width, raster.height) == (20, 40)
    assert page.height == pytest.approx(2 * page.width)


def test_rendering_runs_in_the_child(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(scanned_pdf([sheet()]))
    child = Child(1024)
    raster = child.call(render_page, path, Page(1, 0, 0, "text_layer"), 72, deadline_s=60)
    child.close()
    assert (raster.width, raster.height) == (596, 842)
    assert not raster.blank


def test_splice_moves_words_and_regions() -> None:
    box = Box(0, 0, 1, 1)

    def page(number: int, start: int, end: int) -> Page:
        marks = ((Word(start, end, box),), (Region(start, end, "prose"),)) if end > start else ()
        return Page(number, start, end, "text_layer", 10, 10, *marks)

    reading = Reading(
        "ett\n\nfyra", (page(1, 0, 3), page(2, 3, 3), page(3, 3, 3), page(4, 5, 9)), ()
    )
    new = PageText("tvåa", 10, 10, (Word(0, 4, box, 0.5),), (Region(0, 4, "prose"),))
    result = splice(reading, {2: new})
    assert result.raw == "ett\n\ntvåa\n\nfyra"
    assert [result.raw[p.start : p.end] for p in result.pages] == ["ett", "tvåa", "", "fyra"]
    assert [result.raw[w.start : w.end] for p in result.pages for w in p.words] == [
        "ett",
        "tvåa",
        "fyra",
    ]
    assert [p.source for p in result.pages] == ["text_layer", "ocr", "text_layer", "text_layer"]
    assert result.pages[3].regions[0].start == result.pages[3].start


def test_relative_paths_survive_a_change_of_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Extract(ExtractConfig())
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text(name, encoding="utf-8")
        monkeypatch.chdir(tmp_path / name)
        assert stage(Document("id", "x.txt")).raw == name
    stage.close()
