"""Text files: encodings, mojibake, control characters, form feeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import DocumentError
from pipeline.stages.extract.plain import decode, read_plain, repair_mojibake, sniff_text
from pipeline.stages.extract.reading import Reading

TEXT = "Äldrenämnden i Åmål införde år 2019 ett nytt sätt att följa upp – ”varje månad” – köerna.\n"


def read(tmp_path: Path, content: bytes) -> Reading:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    return read_plain(path)


def codes(reading: Reading) -> list[str]:
    return [issue.code for issue in reading.issues]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"],
)
def test_encodings(tmp_path: Path, encoding: str) -> None:
    reading = read(tmp_path, (TEXT * 3).encode(encoding))
    assert reading.raw == TEXT * 3
    assert reading.issues == ()


def test_utf_16_big_endian_with_mark(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xfe\xff" + TEXT.encode("utf-16-be")).raw == TEXT


@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_mojibake_is_repaired_and_reported(tmp_path: Path, wrong: str) -> None:
    text = "Rätt från början.\n" * 3 + TEXT.replace("”", '"')
    damaged = text.encode("utf-8").decode(wrong).encode("utf-8")
    reading = read(tmp_path, damaged)
    assert reading.raw == text
    assert codes(reading) == ["mojibake-repaired"]


def test_mojibake_in_some_lines_only(tmp_path: Path) -> None:
    bad = "Måndag hölls mötet.".encode().decode("cp1252")
    assert repair_mojibake(f"Måndag\n{bad}\nLördag") == ("Måndag\nMåndag hölls mötet.\nLördag", 1)


@pytest.mark.parametrize(
    "clean",
    [
        TEXT,
        "Müller, Ærø, Škoda, Łódź, señor, façade, naïve, Ångström, 5 µg, ½ tjänst, § 12, 20 °C",
        "Ãrea är portugisiska, Âge franska; ÅÄÖ ÅÄÖ, â och ã.",
        "Pris: 100 €, &amp; &auml; står kvar, ﬁn ligatur, mjukt\u00adstreck, a\u030a",
        "Фёдор Достоевский 東京 ١٢٣ 😀 ‰ † ‡ … ‘’ ‚ „ ™",
        "",
    ],
)
def test_clean_text_is_never_touched(clean: str) -> None:
    assert repair_mojibake(clean) == (clean, 0)


def test_line_ends_become_line_feeds(tmp_path: Path) -> None:
    assert read(tmp_path, b"a\r\nb\rc\nd\r\n\r\n").raw == "a\nb\nc\nd\n\n"


def test_control_characters_go_and_tabs_stay(tmp_path: Path) -> None:
    reading = read(tmp_path, b"ett\0 tv\x07\x1b\tre\x0b slut " * 9)
    assert reading.raw == "ett tv\tre slut " * 9
    assert codes(reading) == ["control-characters"]
    assert "36 control" in reading.issues[0].message


def test_form_feeds_part_pages(tmp_path: Path) -> None:
    reading = read(tmp_path, b"sida ett\n\fsida tv\xc3\xa5\n\f\fsida fyra\f")
    texts = [reading.raw[page.start : page.end] for page in reading.pages]
    assert texts == ["sida ett\n", "sida två\n", "", "sida fyra"]
    assert [page.number for page in reading.pages] == [1, 2, 3, 4]
    assert {page.source for page in reading.pages} == {"file"}


def test_broken_bytes_in_utf_8_are_counted() -> None:
    assert decode(TEXT.encode() + b"\xe5 och \xff") == (TEXT + "\ufffd och \ufffd", 2)


def test_a_replacement_character_in_the_file_is_not_counted() -> None:
    assert decode("trasig \ufffd redan".encode()) == ("trasig \ufffd redan", 0)


def test_a_cut_character_at_the_end_of_what_is_sniffed_is_no_harm() -> None:
    assert sniff_text(("å" * 40).encode()[:-1]).startswith("å" * 39)


@pytest.mark.parametrize("content", [bytes(range(256)) * 4, b"\x01\x02\x03\x04abc"])
def test_bytes_that_are_no_text(content: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        sniff_text(content)
    assert caught.value.code == "not-text"
