"""The report: one file, everything escaped, nothing unread passed off as nothing found."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw
from runs import Part, run_of

from pipeline.aggregate import aggregate
from pipeline.aggregate.decisions import Decisions
from pipeline.cli import cli
from pipeline.codebook import LABELS, SWEDISH
from pipeline.evaluation.synthetic import Size, document, finding, invent, some_rates
from pipeline.flow import identify
from pipeline.gazetteer import Gazetteer
from pipeline.report import write_report
from pipeline.report.images import crops
from pipeline.report.words import alphabetical, clipped, listed, number

STATIC = Path(__file__).parents[1] / "pipeline" / "report" / "static"


def report(folder: Path, parts: list[Part], images: int = 3, **options: Any) -> str:
    result = aggregate([run_of(parts)], Gazetteer.load(), **options)
    write_report(result, Gazetteer.load(), folder / "report.html", images)
    return (folder / "report.html").read_text(encoding="utf-8")


def row_of(page: str, code: str) -> str:
    found = re.search(rf'<tr data-k="{code}">.*?</tr>', page, re.S)
    assert found
    return found.group(0)


def test_text_of_documents_is_never_markup(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script> & \"citat\" 'så' </style>"
    of = document(f"mapp/{evil}.pdf", author_codes=["0120"])
    row = finding(of, municipality_codes=["0120"], text=evil, before=evil, quantity=evil)
    lost = document(f"{evil}.doc", "failed", issue_codes=[evil])
    group = finding(of, 200, scope="some", text=evil, after=evil)
    page = report(tmp_path, [(of, [row, group]), (lost, [])])
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 6
    assert page.count("<script>") == page.count("</style>") == 1


def test_nothing_is_fetched(tmp_path: Path) -> None:
    of = document("a.pdf", author_codes=["0120"])
    page = report(tmp_path, [(of, [finding(of, municipality_codes=["0120"])])])
    for attribute, value in re.findall(r'\b(src|href|action|url)="([^"]*)"', page):
        assert value.startswith(("#", "data:")), (attribute, value)
    assert "@import" not in page
    assert not re.findall(r"url\((?!#)", page)
    assert "default-src 'none'" in html.unescape(page)


def test_no_finding_is_told_from_not_read(tmp_path: Path) -> None:
    found, silent, lost, half = (
        document("a.pdf", author_codes=["0120"]),
        document("b.pdf", author_codes=["0182"]),
        document("c.pdf", "failed", author_codes=["0138"]),
        document("d.pdf", "partly", author_codes=["0162"]),
    )
    parts = [(found, [finding(found, municipality_codes=["0120"])])]
    page = report(tmp_path, [*parts, (silent, []), (lost, []), (half, [])])
    assert "● " not in row_of(page, "0182")
    assert row_of(page, "0182").count("inget fynd") == len(LABELS)
    assert row_of(page, "0138").count("inte läst") == len(LABELS)
    assert "delvis läst" in row_of(page, "0162")
    assert "●" in row_of(page, "0120")
    kinds = {code: re.search(rf'id="m{code}" class="(\w+)"', page) for code in ("0120", "0182")}
    assert [match.group(1) for match in kinds.values() if match] == ["k1", "k0"]
    for code, title in (("0138", "inte läst"), ("0182", "läst, inget fynd"), ("2584", "inte läst")):
        assert re.search(rf'id="m{code}".*?<title>[^<]*: {title}</title>', page)
    assert len(re.findall(r'<path id="m\d{4}"', page)) == 290
    assert "c.pdf" in page and "parse-failed" in page


def test_every_finding_is_there_with_its_page_and_repeats_are_folded(tmp_path: Path) -> None:
    of = document("a.pdf")
    text = "Nämnden har anställt två socialsekreterare under hösten och våren."
    rows = [
        finding(of, 0, municipality_codes=["0120"], text=text, page=3),
        finding(of, 900, municipality_codes=["0120"], text=text.replace("har", "har nu"), page=7),
        finding(of, 0, municipality_codes=["0120"], text=text, page=3, label="funding"),
        finding(of, 1500, municipality_codes=["0120", "0182"], text="Avtal slöts.", page=9),
    ]
    page = report(tmp_path, [(of, rows)])
    assert page.count(text) == 1
    assert "Upprepas på s. 7" in page
    assert page.count("Avtal slöts.") == 2
    assert "Resurser och budget<small>vidtagen" in page


def test_the_summary_counts_nothing_that_was_rejected(tmp_path: Path) -> None:
    of = document("a.pdf", author_codes=["0120"])
    alike = [
        finding(of, n, text="Samma mening.", municipality_codes=["0120"]) for n in (0, 90, 180)
    ]
    groups = [finding(of, 300 + n, scope="some") for n in range(3)]
    rejected = [alike[1], alike[2], groups[0], groups[1]]
    decisions = Decisions({row["finding_id"]: False for row in rejected})
    page = report(tmp_path, [(of, [*alike, *groups])], decisions=decisions).replace("\u00a0", " ")
    assert "fann 1 åtgärd som kan knytas till en bestämd kommun eller region. Därtill" in page
    assert "Därtill kommer 1 fynd om grupper" in page


def test_rejected_findings_are_not_counted_but_shown(tmp_path: Path) -> None:
    of = document("a.pdf", author_codes=["0120"])
    row = finding(of, municipality_codes=["0120"])
    decisions = Decisions({row["finding_id"]: False})
    page = report(tmp_path, [(of, [row])], decisions=decisions)
    assert "underkänd av granskare" in page
    assert row_of(page, "0120").count("inget fynd") == len(LABELS)
    assert "1 fynd: 0 bekräftade och 1 underkända".replace("1 fynd", "1\u00a0fynd") in page


def test_an_empty_run_says_so(tmp_path: Path) -> None:
    page = report(tmp_path, [])
    assert "I det lästa fann programmet inga åtgärder." in page
    assert "övriga 290" in page.replace("\u202f", "")


def test_rates_reach_the_page(tmp_path: Path) -> None:
    of = document("a.pdf")
    page = report(tmp_path, [(of, [finding(of, municipality_codes=["0120"])])], rates=some_rates())
    assert "0,80" in page and "0,73" in page
    without = report(tmp_path, [(of, [finding(of, municipality_codes=["0120"])])])
    assert "Modellens uppmätta fel är inte kända" in without


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A page as a picture file, one black line of print on it."""
    path = tmp_path / "sida.png"
    page = Image.new("L", (1240, 1754), "white")
    ImageDraw.Draw(page).rectangle([200, 300, 900, 330], fill="black")
    page.save(path, dpi=(150, 150))
    return path


BOX = (90.0, 140.0, 440.0, 162.0)


def test_a_crop_shows_the_lines_marked(scan: Path, tmp_path: Path) -> None:
    (crop,) = crops(scan, 1, [(BOX,)])
    (tmp_path / "crop.webp").write_bytes(crop)
    picture = Image.open(tmp_path / "crop.webp").convert("RGB")
    colours = [colour for _, colour in picture.getcolors(picture.width * picture.height) or []]
    assert any(r > 230 and g > 215 and b < 190 for r, g, b in colours), "the marker"
    assert any(max(colour) < 40 for colour in colours), "the print under it"
    assert 400 < picture.width < 700 and 40 < picture.height < 90


def test_pictures_come_from_the_very_file_that_was_read(scan: Path, tmp_path: Path) -> None:
    of = document(str(scan), document_id=identify(scan).id)
    row = finding(of, municipality_codes=["0120"], boxes=[list(BOX)])
    assert report(tmp_path, [(of, [row])]).count("data:image/webp") == 1
    assert report(tmp_path, [(of, [row])], images=0).count("data:image/webp") == 0
    with scan.open("ab") as file:
        file.write(b"changed")
    page = report(tmp_path, [(of, [row])])
    assert "data:image/webp" not in page
    assert "Inga utdrag visas som bild" in page


def contrast(first: str, second: str) -> float:
    """WCAG 2 contrast of two colours, #rrggbb or #rgb."""

    def luminance(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
        parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
        red, green, blue = (
            p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_has_contrast_aa() -> None:
    style = (STATIC / "report.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})\b", style))
    pairs = [
        (colours[name], colours[name.removesuffix("-ink")]) for name in colours if "-ink" in name
    ]
    pairs += [(colours[name], colours["paper"]) for name in ("ink", "soft", "link")]
    pairs += [(colours[name], colours["shade"]) for name in ("ink", "soft", "link")]
    pairs += [(colours["unread-ink"], "#fff"), ("#686e75", "#fff"), ("#82878e", "#fff")]
    assert len(pairs) >= 15
    weak = [pair for pair in pairs[:-1] if contrast(*pair) < 4.5]
    assert not weak
    assert contrast(*pairs[-1]) >= 3, "edges of controls"


def test_swedish_is_set_right() -> None:
    assert number(18012) == "18\u202f012"
    assert listed(["a", "b", "c"]) == "a, b och c"
    assert clipped("ett två tre fyra", 8, end=True) == "… fyra"
    assert clipped("ett två tre fyra", 9, end=False) == "ett två …"
    names = ["Örebro", "Ale", "Åre", "Ängelholm", "Ystad"]
    assert sorted(names, key=alphabetical) == ["Ale", "Ystad", "Åre", "Ängelholm", "Örebro"]


def test_commands_count_and_report(tmp_path: Path) -> None:
    invent(Size(150, 20, municipalities=7)).write(tmp_path / "run")
    runner = CliRunner()
    done = runner.invoke(
        cli, ["aggregate", str(tmp_path / "run"), "--out", str(tmp_path / "counted")]
    )
    assert done.exit_code == 0, done.output
    assert "20 documents" in done.output and "not corrected" in done.output
    out = tmp_path / "report.html"
    done = runner.invoke(cli, ["report", str(tmp_path / "counted"), "--out", str(out)])
    assert done.exit_code == 0, done.output
    page = out.read_text(encoding="utf-8")
    assert all(SWEDISH[label] in page for label in LABELS)
