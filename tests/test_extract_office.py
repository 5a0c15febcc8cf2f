"""Word documents: what Word shows comes out, in order and with its role."""

from __future__ import annotations

from pathlib import Path

from bad_office import NAMESPACE, body, docx, package, paragraph
from docx import Document as WordDocument

from pipeline.document import RegionKind
from pipeline.stages.extract.office import read_docx
from pipeline.stages.extract.reading import Reading


def blocks(reading: Reading) -> list[tuple[RegionKind, str]]:
    (page,) = reading.pages
    assert (page.start, page.end, page.source) == (0, len(reading.raw), "file")
    return [(region.kind, reading.raw[region.start : region.end]) for region in page.regions]


def read(tmp_path: Path, content: bytes) -> list[tuple[RegionKind, str]]:
    path = tmp_path / "a.docx"
    path.write_bytes(content)
    return blocks(read_docx(path))


def test_a_document_made_by_word(tmp_path: Path) -> None:
    document = WordDocument()
    section = document.sections[0]
    section.header.paragraphs[0].text = "Sundby kommun (påhittad)"
    section.footer.paragraphs[0].text = "Sida 1"
    document.add_heading("Kompetensförsörjning", level=1)
    document.add_paragraph("Nämnden anställde fyra vikarier.")
    document.add_paragraph("Första åtgärden", style="List Bullet")
    document.add_paragraph("Andra åtgärden", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["Enhet", "Antal", "Norr", "12"], strict=True):
        cell.text = text
    document.add_paragraph("Sist en rad.")
    path = tmp_path / "a.docx"
    document.save(str(path))
    assert blocks(read_docx(path)) == [
        ("running_head", "Sundby kommun (påhittad)"),
        ("heading", "Kompetensförsörjning"),
        ("prose", "Nämnden anställde fyra vikarier."),
        ("list", "Första åtgärden"),
        ("list", "Andra åtgärden"),
        ("table", "Enhet\tAntal\nNorr\t12"),
        ("prose", "Sist en rad."),
        ("running_head", "Sida 1"),
    ]


def test_tracked_changes_are_taken_as_accepted(tmp_path: Path) -> None:
    inner = (
        "<w:p><w:r><w:t xml:space='preserve'>Vi har </w:t></w:r>"
        "<w:del><w:r><w:delText>inte </w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t xml:space='preserve'>nu </w:t></w:r></w:ins>"
        "<w:moveFrom><w:r><w:t>flyttat</w:t></w:r></w:moveFrom>"
        "<w:moveTo><w:r><w:t>anställt.</w:t></w:r></w:moveTo></w:p>"
    )
    assert read(tmp_path, docx(body(inner))) == [("prose", "Vi har nu anställt.")]


def test_hidden_text_and_field_codes_stay_out(tmp_path: Path) -> None:
    styles = (
        f'<w:styles xmlns:w="{NAMESPACE}"><w:style w:styleId="Dold"><w:name w:val="Dold"/>'
        "<w:rPr><w:vanish/></w:rPr></w:style></w:styles>"
    )
    inner = (
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>dold</w:t></w:r>"
        "<w:r><w:rPr><w:rStyle w:val='Dold'/></w:rPr><w:t>dold</w:t></w:r>"
        "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t xml:space='preserve'>Se sida </w:t></w:r>"
        "<w:r><w:instrText>PAGEREF _Toc1</w:instrText></w:r><w:r><w:t>4</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:pStyle w:val='Dold'/></w:pPr><w:r><w:t>dold</w:t></w:r></w:p>"
    )
    assert read(tmp_path, docx(body(inner), styles__xml=styles)) == [("prose", "Se sida 4")]


def test_breaks_tabs_and_hyphens(tmp_path: Path) -> None:
    inner = (
        "<w:p><w:r><w:t>rad</w:t><w:br/><w:t>rad</w:t><w:tab/><w:t>e</w:t><w:noBreakHyphen/>"
        "<w:t>post till</w:t><w:softHyphen/><w:t>syn</w:t></w:r></w:p>"
    )
    assert read(tmp_path, docx(body(inner))) == [("prose", "rad\nrad\te\u2011post till\u00adsyn")]


def test_a_text_box_is_read_once_after_its_paragraph(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{paragraph('Faktaruta')}</w:txbxContent>"
    inner = (
        "<w:p><w:r><w:t>Löptext.</w:t></w:r><w:r>"
        "<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
        f"<mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert read(tmp_path, docx(body(inner))) == [("prose", "Löptext."), ("prose", "Faktaruta")]


def test_tables(tmp_path: Path) -> None:
    def cell(inner: str) -> str:
        return f"<w:tc>{inner}</w:tc>"

    nested = (
        f"<w:tbl><w:tr>{cell(paragraph('inre 1'))}{cell(paragraph('inre 2'))}</w:tr></w:tbl><w:p/>"
    )
    removed = f"<w:tr><w:trPr><w:del/></w:trPr>{cell(paragraph('borttagen'))}</w:tr>"
    rows = (
        f"<w:tr>{cell(paragraph('ett') + paragraph('två'))}{cell(paragraph('tre'))}</w:tr>"
        f"<w:tr>{cell(paragraph('fyra'))}{cell(nested)}</w:tr>{removed}"
    )
    frame = f"<w:tbl><w:tr>{cell(paragraph('Ruta med') + paragraph('löptext.'))}</w:tr></w:tbl>"
    assert read(tmp_path, docx(body(f"<w:tbl>{rows}</w:tbl>{frame}"))) == [
        ("table", "ett två\ttre\nfyra\tinre 1 inre 2"),
        ("prose", "Ruta med"),
        ("prose", "löptext."),
    ]


def test_roles_by_style_name_inheritance_and_properties(tmp_path: Path) -> None:
    styles = (
        f'<w:styles xmlns:w="{NAMESPACE}">'
        '<w:style w:styleId="R1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="Egen"><w:name w:val="Egen"/><w:basedOn w:val="R1"/></w:style>'
        '<w:style w:styleId="Ring"><w:name w:val="Ring"/><w:basedOn w:val="Ring"/></w:style>'
        '<w:style w:styleId="I1"><w:name w:val="toc 1"/></w:style></w:styles>'
    )

    def styled(properties: str, text: str) -> str:
        return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"

    inner = (
        styled("<w:pStyle w:val='Egen'/>", "Ärvd rubrik")
        + styled("<w:outlineLvl w:val='2'/>", "Egen rubrik")
        + styled("<w:pStyle w:val='Ring'/>", "Text")
        + styled("<w:numPr><w:numId w:val='3'/></w:numPr>", "Punkt")
        + styled("<w:numPr><w:numId w:val='0'/></w:numPr>", "Ingen punkt")
        + styled("<w:pStyle w:val='I1'/>", "Inledning 3")
    )
    kinds = [kind for kind, _ in read(tmp_path, docx(body(inner), styles__xml=styles))]
    assert kinds == ["heading", "heading", "prose", "list", "prose", "table"]


def test_footnotes_follow_the_body(tmp_path: Path) -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    notes = (
        f'<w:footnotes xmlns:w="{NAMESPACE}"><w:footnote w:type="separator">'
        f"{paragraph('streck')}</w:footnote><w:footnote>{paragraph('En not.')}</w:footnote>"
        "</w:footnotes>"
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="a" Type="{office}/footnotes" Target="footnotes.xml"/></Relationships>'
    )
    content = package(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": body(paragraph("Löptext.")),
            "word/footnotes.xml": notes,
            "word/_rels/document.xml.rels": relations,
        }
    )
    assert read(tmp_path, content) == [("prose", "Löptext."), ("prose", "En not.")]


def test_a_long_report_passes_the_limits(tmp_path: Path) -> None:
    """Real XML repeats its tags: the bomb limit must let it through."""
    inner = "".join(paragraph(f"Stycke {number} om bemanning.") for number in range(40_000))
    assert len(read(tmp_path, docx(body(inner)))) == 40_000
