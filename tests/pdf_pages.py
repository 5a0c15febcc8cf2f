"""Small PDFs for the tests: laid-out ones by fpdf2, odd ones written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from fpdf import FPDF

PROSE = (
    "Utskottet har under våren gått igenom hur handläggarna arbetar med utredningar som rör barn "
    "och unga. Av de ärenden som lottades fram hade nästan hälften dröjt längre än fyra månader, "
    "och i flera saknades anteckningar om varför. Förvaltningen har därför anställt två erfarna "
    "socialsekreterare och tagit in en konsult för att beta av kön. Nämnden räknar med att läget "
    "är återställt före nyår. Samtidigt behöver delegationen ses över, så att beslut om öppna "
    "insatser kan fattas närmare familjerna. Enhetscheferna önskar också bättre stöd i "
    "verksamhetssystemet, där dubbla registreringar tar tid från mötena med barnen. "
)


def document(**options: object) -> FPDF:
    """An empty A4 document in points, without automatic page breaks."""
    pdf = FPDF(unit="pt", format="A4", **options)  # type: ignore[arg-type]
    pdf.set_auto_page_break(False)
    return pdf


def wrap(pdf: FPDF, text: str, width: float) -> list[str]:
    """Break text into lines no wider than `width` in the current font."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and pdf.get_string_width(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def write(
    pdf: FPDF,
    text: str,
    at: tuple[float, float],
    width: float = 450,
    *,
    size: float = 11,
    style: str = "",
) -> float:
    """Set a paragraph with its first baseline at `at`; return the baseline behind the last."""
    pdf.set_font("Helvetica", style, size)
    x, y = at
    for line in wrap(pdf, text, width):
        pdf.text(x, y, line)
        y += 1.25 * size
    return y


def by_hand(
    path: Path,
    contents: Sequence[str],
    *,
    page: str | Sequence[str] = "/MediaBox [0 0 400 300]",
    meanings: Mapping[int, str] | None = None,
    widths: str = "/FirstChar 0 /LastChar 255 /Widths [" + "500 " * 256 + "]",
) -> Path:
    """Write a PDF with one content stream a page, in font F1.

    Args:
        page: entries of the page dictionary, one for all pages or one each.
        meanings: what the codes of F1 stand for (ToUnicode); the usual letters without it.
        widths: all glyphs are half an em wide unless told otherwise.
    """
    descriptor = (
        "<< /Type /FontDescriptor /FontName /Invented /Flags 32 /Ascent 800 /Descent -200 "
        "/FontBBox [0 -200 1000 800] /ItalicAngle 0 /CapHeight 700 /StemV 80 >>"
    )
    font = (
        "<< /Type /Font /Subtype /TrueType /BaseFont /Invented /Encoding /WinAnsiEncoding "
        f"{widths} /FontDescriptor 4 0 R"
    )
    mapped = "".join(
        f"<{code:02x}> <{text.encode('utf-16-be').hex()}>\n"
        for code, text in (meanings or {}).items()
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange <00> <ff> "
        f"endcodespacerange\n{len(meanings or {})} beginbfchar\n{mapped}endbfchar\nendcmap end"
    )
    kids = " ".join(f"{6 + 2 * index} 0 R" for index in range(len(contents)))
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>",
        font + (" /ToUnicode 5 0 R >>" if meanings else " >>"),
        descriptor,
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]
    for index, content in enumerate(contents):
        own = page if isinstance(page, str) else page[index]
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /Contents {7 + 2 * index} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> >> {own} >>"
        )
        bodies.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    data += (
        f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {len(bodies) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    ).encode("latin-1")
    path.write_bytes(data)
    return path
