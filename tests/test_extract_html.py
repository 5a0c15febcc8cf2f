"""Web pages: the visible text, block by block."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.document import RegionKind
from pipeline.stages.extract.html import read_html
from pipeline.stages.extract.reading import Reading

PAGE = """<!DOCTYPE html><html><head><title>Titel</title><style>p {}</style></head><body>
<header><p>Sundby kommun</p></header>
<nav><a href="/">Start</a></nav>
<main><h1>Läget i
 hemtjänsten</h1>
<p>Vi har <b>anställt</b> fler&nbsp;&auml;n i fjol.<br>Ny rad.</p>
<script>var x = "<p>nej</p>";</script><!-- nej -->
<div>Lös text<ul><li>Ett</li><li>Två <ul><li>Inre</li></ul></li></ul>efter listan</div>
<table><caption>Antal</caption><tr><th>Enhet</th><th>2019</th></tr>
<tr><td>Norr<p>öst</p></td><td>12</td></tr></table>
<p hidden>nej</p><p style="display: none">nej</p>
<form><button>Sök</button></form>
<p>Slut.</p></main><footer>Kontakt</footer></body></html>"""


def read(tmp_path: Path, content: bytes) -> Reading:
    path = tmp_path / "a.html"
    path.write_bytes(content)
    return read_html(path)


def blocks(reading: Reading) -> list[tuple[RegionKind, str]]:
    return [(r.kind, reading.raw[r.start : r.end]) for r in reading.pages[0].regions]


def test_blocks_with_their_roles(tmp_path: Path) -> None:
    assert blocks(read(tmp_path, PAGE.encode())) == [
        ("running_head", "Sundby kommun"),
        ("heading", "Läget i hemtjänsten"),
        ("prose", "Vi har anställt fler\xa0än i fjol.\nNy rad."),
        ("prose", "Lös text"),
        ("list", "Ett"),
        ("list", "Två"),
        ("list", "Inre"),
        ("prose", "efter listan"),
        ("prose", "Antal"),
        ("table", "Enhet\t2019\nNorr öst\t12"),
        ("prose", "Slut."),
        ("running_head", "Kontakt"),
    ]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("windows-1252", "cp1252"),
        ("", "cp1252"),
        ("", "utf-8"),
        ("", "utf-16"),
        ("utf-8", "cp1252"),
        ("no-such-encoding", "utf-8"),
        ("utf-16", "utf-8"),
    ],
)
def test_encodings(tmp_path: Path, declared: str, encoding: str) -> None:
    text = "Åtgärder – ”klart” på Öland"
    page = f'<html><head><meta charset="{declared}"></head><body><p>{text}</p></body></html>'
    reading = read(tmp_path, page.encode(encoding))
    assert reading.raw == text
    assert reading.issues == ()


def test_a_page_that_declares_latin_1_and_is_utf_8(tmp_path: Path) -> None:
    page = "<html><meta charset='iso-8859-1'><p>Åtgärder för äldre på Öland</p></html>"
    reading = read(tmp_path, page.encode())
    assert reading.raw == "Åtgärder för äldre på Öland"
    assert [issue.code for issue in reading.issues] == ["mojibake-repaired"]


def test_layout_tables_of_one_column_are_prose(tmp_path: Path) -> None:
    page = b"<html><table><tr><td>Kommunen har agerat.</td></tr></table></html>"
    assert blocks(read(tmp_path, page)) == [("prose", "Kommunen har agerat.")]


def test_preformatted_text_keeps_its_lines(tmp_path: Path) -> None:
    reading = read(tmp_path, b"<html><pre>rad ett\nrad tv\xc3\xa5</pre></html>")
    assert reading.raw == "rad ett\nrad två"


def test_unclosed_and_crossed_tags(tmp_path: Path) -> None:
    reading = read(tmp_path, b"<html><p>ett<p>tv\xc3\xa5 <b><i>tre</b></i><div>fyra</p>")
    assert reading.raw.split() == ["ett", "två", "tre", "fyra"]


def test_nothing_is_lost_without_a_word_in_a_deep_page(tmp_path: Path) -> None:
    for depth in (50, 200, 230, 300, 5000):
        page = b"<html><body>" + b"<div>" * depth + b"inre</div>" + b"</div>" * depth
        reading = read(tmp_path, page)
        codes = [issue.code for issue in reading.issues]
        assert reading.raw == "inre" or codes == ["html-too-deep"], depth
    assert read(tmp_path, b"<html>" + b"<div>" * 50 + b"inre").issues == ()
