"""The PDF text layer: reading order, running heads, tables."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from pdf_pages import PROSE, document, wrap, write
from pdf_readings import assert_boxes_hold_the_ink, flat, read, regions


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.pdf"


# Reading order


def test_paragraphs_headings_and_lists_of_one_column(path: Path) -> None:
    pdf = document()
    pdf.add_page()
    y = write(pdf, "Granskning av barnutredningar", (70, 90), size=18)
    y = write(pdf, "Bakgrund", (70, y + 14), style="B")
    y = write(pdf, PROSE[:190], (70, y))
    first = wrap(pdf, PROSE[:190], 450)
    y = write(pdf, "Nämnden föreslås besluta att", (70, y + 10))
    for number, item in enumerate(("anställa två socialsekreterare", "se över delegationen"), 1):
        pdf.text(70, y, f"{number}.")
        pdf.text(90, y, item)
        y += 14
    y = write(pdf, "2 Bedömning", (70, y + 20))
    write(pdf, PROSE[190:520], (70, y + 8))
    pdf.output(str(path))

    reading = read(path)
    assert regions(reading, "heading") == [
        "Granskning av barnutredningar",
        "Bakgrund",
        "2 Bedömning",
    ]
    assert regions(reading, "list") == [
        "1. anställa två socialsekreterare\n2. se över delegationen"
    ]
    assert reading.raw.split("\n\n")[2].split("\n") == first
    assert flat(regions(reading, "prose")[-1]) == flat(PROSE[190:520])
    assert_boxes_hold_the_ink(path, reading.pages[0])


def two_columns(path: Path, count: int = 2) -> list[str]:
    """A page with a title across, columns of prose, a heading in one, and a note below."""
    pdf = document()
    pdf.add_page()
    write(pdf, "Så arbetar kommunen med kön till utredning", (60, 80), size=20)
    width, gutter = (475 - 20 * (count - 1)) / count, 20
    pdf.set_font("Helvetica", "", 10)
    lines = wrap(pdf, PROSE * 3, width)
    share = len(lines) // count
    parts = []
    for column in range(count):
        part = lines[column * share : (column + 1) * share]
        y = 120.0
        for line in part:
            # Justified: each word is set on its own, as many programs do.
            pdf.set_font("Helvetica", "", 10)
            pieces = line.split()
            free = width - sum(pdf.get_string_width(piece) for piece in pieces)
            space = min(8.0, free / max(1, len(pieces) - 1))
            x = 60 + column * (width + gutter)
            for piece in pieces:
                pdf.text(x, y, piece)
                x += pdf.get_string_width(piece) + space
            y += 12.5
        parts.append(" ".join(part))
    note = "1 Siffrorna avser inkomna ärenden till och med den sista mars och är inte granskade av "
    write(pdf, note + "någon utanför enheten, vilket bör beaktas.", (60, 700), 475, size=8)
    pdf.output(str(path))
    return parts


@pytest.mark.parametrize("count", [2, 3])
def test_columns_are_read_one_after_the_other(path: Path, count: int) -> None:
    parts = two_columns(path, count)
    reading = read(path)
    text = flat(reading.raw)
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert text.startswith("Så arbetar kommunen med kön till utredning " + parts[0][:40])
    assert text.index("1 Siffrorna avser") > text.index(parts[-1][-40:])
    assert_boxes_hold_the_ink(path, reading.pages[0])


@pytest.mark.skipif(not shutil.which("tesseract"), reason="needs Tesseract")
def test_columns_of_a_scan_with_tesseracts_text_layer(path: Path) -> None:
    parts = two_columns(path)
    picture = path.with_suffix(".png")
    pypdfium2.PdfDocument(path)[0].render(scale=300 / 72).to_pil().save(picture, dpi=(300, 300))
    subprocess.run(
        ["tesseract", picture, path.with_suffix(""), "-l", "eng", "pdf"],
        check=True,
        capture_output=True,
        # Several threads wait for each other more than they help on a busy machine.
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    reading = read(path)
    assert reading.pages[0].source == "hidden_text_layer"
    assert_boxes_hold_the_ink(path, reading.pages[0], outside_share=0.02)
    # English turns letters with rings and dots into others, but spares these words.
    shared = [word for word in parts[0].split() if word.isascii() and len(word) > 3]
    assert sum(word in reading.raw for word in shared) > 0.9 * len(shared)
    gutter = 300
    sides = [
        word.box.x0 > gutter
        for word in reading.pages[0].words
        if 110 < word.box.y0 < 600 and abs(word.box.x0 - gutter) > 5
    ]
    assert sides == sorted(sides) and 0.4 < sum(sides) / len(sides) < 0.6


def test_a_sentence_that_breaks_at_a_columns_end_stays_in_one_block(path: Path) -> None:
    parts = two_columns(path)
    assert not parts[0].endswith(".") and parts[1][0].islower()
    joined = flat(parts[0][-30:] + " " + parts[1][:30])
    assert any(joined in flat(text) for text in regions(read(path), "prose"))


def test_columns_between_headings_across_the_page(path: Path) -> None:
    pdf = document()
    pdf.add_page()
    expected = []
    for top, title in (
        (80, "Del ett: läget i dag och det som har hänt sedan förra gången"),
        (420, "Del två: vad förvaltningen tänker göra åt saken under året"),
    ):
        write(pdf, title, (60, top), 480, size=15)
        for x, text in ((60, PROSE[:330].rstrip()), (310, PROSE[330:].rstrip())):
            write(pdf, text, (x, top + 30), 225, size=10)
        expected += [title, flat(PROSE)]
    pdf.output(str(path))
    assert flat(read(path).raw) == " ".join(expected)


def test_paragraphs_told_apart_by_an_indent_only(path: Path) -> None:
    pdf = document()
    pdf.add_page()
    pdf.set_font("Helvetica", "", 11)
    y = 100.0
    for text in (PROSE[:190].rsplit(" ", 1)[0] + ".", PROSE[190:400].rsplit(" ", 1)[0] + "."):
        for index, line in enumerate(wrap(pdf, text, 430)):
            pdf.text(70 + (14 if index == 0 else 0), y, line)
            y += 14
    pdf.output(str(path))
    assert len(regions(read(path), "prose")) == 2


# Margins


def long_report(path: Path, pages: int = 4) -> None:
    pdf = document()
    for number in range(1, pages + 1):
        pdf.add_page()
        pdf.set_font("Helvetica", "", 9)
        pdf.text(70, 40, "Ekbacka kommun")
        pdf.text(250, 40, "Revisionsrapport")
        pdf.text(490, 40, f"{number} ({pages})")
        write(pdf, PROSE[number * 7 :] + f"Sida {number} tar slut här.", (70, 100))
        pdf.set_font("Helvetica", "", 8)
        pdf.text(70, 800, "Påhittat exempel, diarienummer 2031/77")
        pdf.text(280, 820, f"- {number} -")
    pdf.output(str(path))


def test_running_heads_and_page_numbers_are_kept_apart(path: Path) -> None:
    long_report(path)
    reading = read(path)
    assert regions(reading, "page_number") == [
        text for number in range(1, 5) for text in (f"{number} (4)", f"- {number} -")
    ]
    heads = ["Ekbacka kommun", "Revisionsrapport", "Påhittat exempel, diarienummer 2031/77"]
    assert regions(reading, "running_head") == heads * 4
    assert len(regions(reading, "prose")) == 4
    for page in reading.pages:
        text = reading.raw[page.start : page.end]
        assert text.startswith("Ekbacka kommun") and text.endswith(f"- {page.number} -")


def test_margins_of_a_single_page(path: Path) -> None:
    pdf = document()
    pdf.add_page()
    pdf.set_font("Helvetica", "", 9)
    pdf.text(470, 40, "Sida 2 av 5")
    write(pdf, PROSE, (70, 100))
    pdf.set_font("Helvetica", "", 7)
    pdf.text(70, 800, "Postadress: Box 12, 999 99 Ekbacka")
    pdf.text(270, 800, "Telefon: 0999-123 45")
    pdf.text(420, 800, "Org.nr: 212000-0000")
    pdf.output(str(path))
    reading = read(path)
    assert regions(reading, "page_number") == ["Sida 2 av 5"]
    assert len(regions(reading, "running_head")) == 3
    assert flat("".join(regions(reading, "prose"))) == flat(PROSE)


# Tables

ROWS = [
    ("Verksamhet", "Budget", "Utfall", "Avvikelse"),
    ("Barn och unga", "12 400", "13 150", "-750"),
    ("Ekonomiskt bistånd", "8 900", "8 700", "200"),
    ("Missbruksvård", "3 150", "3 420", "-270"),
    ("Summa", "24 450", "25 270", "-820"),
]


def table_page(path: Path, *, ruled: bool) -> None:
    pdf = document()
    pdf.add_page()
    y = write(pdf, PROSE[:330], (70, 90))
    y += 20
    top = y
    for row in ROWS:
        pdf.set_font("Helvetica", "B" if row is ROWS[0] else "", 10)
        pdf.text(74, y, row[0])
        for column, cell in enumerate(row[1:]):
            pdf.text(310 + 90 * column - pdf.get_string_width(cell), y, cell)
        if ruled:
            for column in range(4):
                left = 70 if column == 0 else 160 + 90 * column
                pdf.rect(left, y - 11, 180 if column == 0 else 90, 16)
        y += 16
    assert y > top
    write(pdf, PROSE[330:], (70, y + 20))
    pdf.output(str(path))


@pytest.mark.parametrize("ruled", [True, False])
def test_a_tables_rows_are_lines_with_tabs_between_cells(path: Path, ruled: bool) -> None:
    table_page(path, ruled=ruled)
    reading = read(path)
    assert regions(reading, "table") == ["\n".join("\t".join(row) for row in ROWS)]
    prose = regions(reading, "prose")
    assert [flat(text) for text in prose] == [flat(PROSE[:330]), flat(PROSE[330:])]


def test_cells_of_several_lines_in_a_drawn_table(path: Path) -> None:
    pdf = document()
    pdf.add_page()
    with pdf.table(col_widths=(1, 2, 1), line_height=14, width=440) as table:
        pdf.set_font("Helvetica", "", 10)
        for row in (
            ("Åtgärd", "Beskrivning", "Ansvarig"),
            ("Rekrytering", "Förvaltningen anställer två erfarna socialsekreterare i juni", "IFO"),
            ("Konsulter", "Kön betas av med inhyrd personal till dess att tjänsterna", "IFO"),
        ):
            table.row(row)
    pdf.output(str(path))
    rows = regions(read(path), "table")[0].split("\n")
    assert len(rows) == 3
    assert rows[1] == (
        "Rekrytering\tFörvaltningen anställer två erfarna socialsekreterare i juni\tIFO"
    )


def test_names_in_columns_read_row_by_row(path: Path) -> None:
    pdf = document()
    pdf.add_page()
    pdf.set_font("Helvetica", "", 11)
    names = [
        ("Stina Ekdal (X)", "ordförande"),
        ("Olle Bark (Y)", "ledamot"),
        ("Mira Lönn (Z)", "ledamot"),
        ("Jon Alm (X)", "ersättare"),
    ]
    for index, (name, post) in enumerate(names):
        pdf.text(70, 100 + 15 * index, name)
        pdf.text(300, 100 + 15 * index, post)
    pdf.output(str(path))
    assert regions(read(path), "table") == ["\n".join("\t".join(row) for row in names)]
