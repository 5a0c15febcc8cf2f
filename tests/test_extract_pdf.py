"""The PDF text layer: turned pages, odd glyphs, pages without usable text, broken files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from effort import calls
from pdf_pages import PROSE, by_hand, document, wrap, write
from pdf_readings import assert_boxes_hold_the_ink, codes, flat, read, regions, words
from PIL import Image

from pipeline.config import ExtractConfig
from pipeline.stages.extract.pdf import read_pdf
from pipeline.stages.extract.pdf_failures import Broken, Encrypted, NoPages


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.pdf"


# Turned pages, cropped pages, turned text

UPRIGHT = "BT /F1 20 Tf 60 220 Td (Barn och unga) Tj 0 -30 Td (ska skyddas) Tj ET"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize(
    "box", ["/MediaBox [0 0 400 300]", "/MediaBox [-50 20 500 400] /CropBox [20 100 390 290]"]
)
def test_page_rotation_and_crop_box(path: Path, turn: int, box: str) -> None:
    by_hand(path, [UPRIGHT], page=f"{box} /Rotate {turn}")
    reading = read(path)
    assert reading.raw == "Barn och unga\nska skyddas"
    page = reading.pages[0]
    assert (page.width > page.height) == (turn in (0, 180))
    assert_boxes_hold_the_ink(path, page)


@pytest.mark.parametrize("matrix", ["0 1 -1 0 150 60", "0 -1 1 0 150 250", "-1 0 0 -1 330 150"])
def test_text_turned_on_the_page(path: Path, matrix: str) -> None:
    by_hand(path, [f"BT /F1 14 Tf {matrix} Tm (Barn och unga) Tj 0 -20 Td (ska skyddas) Tj ET"])
    reading = read(path)
    assert reading.raw == "Barn och unga\nska skyddas"
    assert_boxes_hold_the_ink(path, reading.pages[0])


def test_watermarks_and_stamps_do_not_mix_with_the_prose(path: Path) -> None:
    pdf = document()
    pdf.add_page()
    write(pdf, PROSE, (70, 100))
    pdf.set_font("Helvetica", "B", 60)
    with pdf.rotation(45, 200, 300):
        pdf.text(200, 300, "UTKAST")
    pdf.set_font("Helvetica", "", 9)
    with pdf.rotation(90, 30, 500):
        pdf.text(30, 500, "Inkom 2031-04-02")
    pdf.output(str(path))
    reading = read(path)
    assert flat("".join(regions(reading, "prose"))) == flat(PROSE)
    assert sorted(regions(reading, "running_head")) == ["Inkom 2031-04-02", "UTKAST"]


# Glyphs


def test_raw_keeps_what_the_file_says(path: Path) -> None:
    """Ligatures, soft hyphens, decomposed letters, spaces: later stages edit."""
    meanings = {ord(char): char for char in "abcdefghijklmnopqrstuvwxyz0123456789- "}
    meanings |= {1: "\ufb01", 2: "\u00ad", 3: "a\u0308", 4: "\u00a0", 5: "\u0308"}
    content = (
        "BT /F1 12 Tf 40 250 Td (\\001nna f\\003lt) Tj 0 -20 Td (ut\\002red- ) Tj 0 -20 Td "
        "(ning 10\\004000 a\\005r) Tj ET"
    )
    by_hand(path, [content], meanings=meanings)
    reading = read(path)
    assert reading.raw == "\ufb01nna fa\u0308lt\nut\u00adred-\nning 10\u00a0000 a\u0308r"
    assert words(reading)[-2:] == ["000", "a\u0308r"]


def test_spaces_are_inferred_from_gaps_and_not_from_spaced_letters(path: Path) -> None:
    by_hand(
        path,
        [
            "BT /F1 12 Tf 40 250 Td [(barn) -300 (och) -300 (u) 20 (nga)] TJ 0 -30 Td "
            "4 Tc [(BESLUT) -700 (OM) -700 (TILLSYN)] TJ ET"
        ],
    )
    assert read(path).raw == "barn och unga\n\nBESLUT OM TILLSYN"


def test_letters_in_any_order_and_without_widths(path: Path) -> None:
    letters = list(zip("socialtjänsten", range(14), strict=True))
    content = "".join(
        f"BT /F1 12 Tf {40 + 6 * place} 250 Td (\\{ord(char):03o}) Tj ET "
        for char, place in letters[::-1]
    )
    by_hand(path, [content])
    assert read(path).raw == "socialtjänsten"
    shown = "BT /F1 12 Tf 40 250 Td [(n) -500 (ä) -500 (m) -500 (n) -500 (d)] TJ ET"
    by_hand(path, [shown], widths="/FirstChar 0 /LastChar 255 /Widths [" + "0 " * 256 + "]")
    assert read(path).raw == "nämnd"


def test_fake_bold_is_read_once_and_taken_as_bold(path: Path) -> None:
    pdf = document()
    pdf.add_page()
    pdf.set_font("Helvetica", "", 11)
    for shift in (0.0, 0.4, 0.8):
        pdf.text(70 + shift, 80, "Alla barn ska hinna till mötet")
    write(pdf, PROSE, (70, 100))
    pdf.output(str(path))
    reading = read(path)
    assert regions(reading, "heading") == ["Alla barn ska hinna till mötet"]
    assert flat(reading.raw) == flat("Alla barn ska hinna till mötet " + PROSE)


def test_footnote_marks_are_words_of_their_own(path: Path) -> None:
    pdf = document()
    pdf.add_page()
    x = 70.0
    for text, size, rise in (
        ("Nämnden beslutade", 11, 0),
        ("2", 6.5, 4),
        (" om lokaler på 40 m", 11, 0),
        ("2", 6.5, 4),
        (" i mars.", 11, 0),
    ):
        pdf.set_font("Helvetica", "", size)
        pdf.text(x, 100 - rise, text)
        x += pdf.get_string_width(text)
    pdf.output(str(path))
    reading = read(path)
    assert reading.raw == "Nämnden beslutade 2 om lokaler på 40 m2 i mars."


def test_invisible_text_is_kept_and_named(path: Path) -> None:
    pdf = document()
    for number in range(2):
        pdf.add_page()
        pdf.image(Image.new("L", (60, 80), 235), 0, 0, pdf.w, pdf.h)
        with pdf.local_context(text_mode="INVISIBLE" if number == 0 else "FILL"):
            write(pdf, PROSE, (70, 100))
    pdf.output(str(path))
    reading = read(path)
    assert [page.source for page in reading.pages] == ["hidden_text_layer", "text_layer"]
    assert flat(reading.raw) == flat(PROSE * 2)


def test_sizes_that_ocr_guessed_do_not_part_a_paragraph(path: Path) -> None:
    pdf = document()
    pdf.add_page()
    y = 100.0
    pdf.set_font("Helvetica", "", 11)
    lines = wrap(pdf, PROSE, 430)
    with pdf.local_context(text_mode="INVISIBLE"):
        for index, line in enumerate(lines):
            pdf.set_font("Helvetica", "", (10, 12, 11)[index % 3])
            pdf.text(70, y + (index % 2) * 0.6, line)
            y += 14
    pdf.output(str(path))
    assert regions(read(path), "prose") == ["\n".join(lines)]


def test_effort_grows_with_the_labels_of_a_map_and_not_much_faster(path: Path) -> None:
    def effort(labels: int) -> int:
        pdf = document()
        pdf.add_page()
        pdf.set_font("Helvetica", "", 4)
        for index in range(labels):
            x, y = 20 + (index * 7919) % 550, 20 + (index * 104729) % 800
            pdf.text(x, y, f"Ort{index % 90}")
        pdf.output(str(path))
        found = list[str]()
        made = calls(lambda: found.extend(words(read(path))))
        assert len(found) > 0.75 * labels
        return made

    assert effort(2000) < 1.5 * 4 * effort(500)


def test_invisible_text_behind_the_same_visible_text_is_left_out(path: Path) -> None:
    pdf = document()
    pdf.add_page()
    write(pdf, PROSE, (70, 100))
    with pdf.local_context(text_mode="INVISIBLE"):
        write(pdf, PROSE, (71, 101))
    pdf.output(str(path))
    reading = read(path)
    assert flat(reading.raw) == flat(PROSE)
    assert codes(reading) == [("pdf-double-text", 1)]


# Pages without usable text


def test_empty_garbage_and_numbers_only_pages_have_no_text(path: Path) -> None:
    line = "BT /F1 12 Tf 40 250 Td ({}) Tj ET"
    meanings = {ord(char): "\ue000" for char in "x"} | {ord(char): char for char in "barn12"}
    texts = ["barn", "", "xxxxxxxxbarn", "12", "zzzzzzz"]
    by_hand(path, [line.format(text) for text in texts], meanings=meanings)
    reading = read(path)
    # Codes without a meaning of their own fall back on the font's encoding: 'z' is a letter.
    assert [page.start == page.end for page in reading.pages] == [False, True, True, True, False]
    assert codes(reading) == [("pdf-garbage-text", 3), ("pdf-garbage-text", 4)]
    assert reading.raw == "barn\n\nzzzzzzz"


def test_letters_that_stand_for_others_are_garbage(path: Path) -> None:
    shifted = "".join(
        chr(ord(char) + 3) if char.islower() and char < "x" else char
        for char in re.sub("[åäö]", "t", PROSE)
    )
    consonants = shifted.translate(str.maketrans("aeiouyåäö", "bcdfghjkl"))
    pdf = document()
    pdf.add_page()
    write(pdf, consonants, (70, 100))
    pdf.output(str(path))
    assert codes(read(path)) == [("pdf-garbage-text", 1)]


def test_a_stamp_on_a_scan_is_left_to_ocr(path: Path) -> None:
    pdf = document()
    pdf.add_page()
    pdf.image(Image.new("L", (60, 80), 235), 0, 0, pdf.w, pdf.h)
    write(pdf, "Bilaga 3 till tjänsteskrivelsen", (70, 40))
    pdf.output(str(path))
    reading = read(path)
    assert reading.pages[0].start == reading.pages[0].end
    assert codes(reading) == [("pdf-text-on-scan", 1)]
    assert read(path, ocr="never").raw == "Bilaga 3 till tjänsteskrivelsen"


# Files that are broken


def test_a_page_that_fails_does_not_lose_the_others(path: Path) -> None:
    content = "BT /F1 12 Tf 40 250 Td (Barn och unga) Tj ET"
    usual = "/MediaBox [0 0 400 300]"
    font_without_box = "/Resources << /Font << /F1 << /Type /Font /Subtype /Type3 >> >> >>"
    by_hand(path, [content] * 3, page=[usual, f"{usual} {font_without_box}", usual])
    reading = read(path)
    assert [page.start == page.end for page in reading.pages] == [False, True, False]
    assert reading.pages[1].width == 400
    assert reading.raw == "Barn och unga\n\nBarn och unga"
    assert codes(reading) == [("pdf-page-failed", 2)]


@pytest.mark.parametrize(("password", "opens"), [("", True), ("hemligt", False)])
def test_encrypted_files(path: Path, password: str, opens: bool) -> None:
    pdf = document()
    pdf.set_encryption(owner_password="ägare", user_password=password)
    pdf.add_page()
    write(pdf, PROSE, (70, 100))
    pdf.output(str(path))
    if opens:
        assert flat(read(path).raw) == flat(PROSE)
    else:
        with pytest.raises(Encrypted):
            read(path)


def test_broken_and_empty_files(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\nnothing else")
    with pytest.raises(Broken):
        read(path)
    by_hand(path, [])
    with pytest.raises(NoPages):
        read(path)


def test_pages_beyond_the_limit_are_reported(path: Path) -> None:
    by_hand(path, ["BT /F1 12 Tf 40 250 Td (Barn och unga) Tj ET"] * 3)
    reading = read(path, max_pages=2)
    assert len(reading.pages) == 2
    assert codes(reading) == [("pdf-too-many-pages", None)]


def test_effort_grows_with_the_number_of_glyphs_and_not_faster(path: Path) -> None:
    def effort(repeats: int) -> int:
        pdf = document()
        pdf.add_page()
        write(pdf, PROSE * repeats, (20, 20), 560, size=3)
        pdf.output(str(path))
        return calls(lambda: read_pdf(path, ExtractConfig()))

    assert effort(32) < 1.1 * 8 * effort(4)
