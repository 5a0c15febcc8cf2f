"""An example document as docx and as html."""

from __future__ import annotations

from datetime import datetime, time
from html import escape
from pathlib import Path
from typing import Any

from docx import Document as new_docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from pipeline.training.examples.source import (
    FOOTER,
    Block,
    Heading,
    Lines,
    PageBreak,
    Paragraph,
    Source,
    Table,
)


def write_docx(source: Source, path: Path) -> None:
    """Write `source` as a Word file with heading styles, running head and footer."""
    file = new_docx()
    file.styles["Normal"].font.name = str(source.style("font", "Liberation Sans"))
    file.styles["Normal"].font.size = Pt(float(source.style("size", 11)))
    file.core_properties.title = source.title
    file.core_properties.author = source.letter("officer")
    file.core_properties.comments = FOOTER
    file.core_properties.created = datetime.combine(source.date, time(9, 0))
    section = file.sections[0]
    section.header.paragraphs[
        0
    ].text = (
        f"{source.letter('organisation')}\t{source.letter('kind')}\t{source.letter('reference')}"
    )
    section.footer.paragraphs[0].text = FOOTER
    section.footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    for label, value in _letterhead(source):
        file.add_paragraph(f"{label}: {value}").paragraph_format.space_after = Pt(0)
    file.add_heading(source.title, 0)
    for block in source.blocks:
        _docx_block(file, block)
    file.save(str(path))


def _docx_block(file: Any, block: Block) -> None:
    match block:
        case Heading(text, level):
            file.add_heading(text, level)
        case Paragraph(statements, bullets=True):
            for statement in statements:
                file.add_paragraph(statement.text, style="List Bullet")
        case Paragraph(statements):
            file.add_paragraph(" ".join(statement.text for statement in statements))
        case Lines(lines):
            for line in lines:
                file.add_paragraph(line.replace(" || ", "\t")).paragraph_format.space_after = Pt(0)
        case Table(rows, caption):
            if caption:
                file.add_paragraph(caption, style="Caption")
            table = file.add_table(len(rows), len(rows[0]), style="Table Grid")
            for row, cells in zip(table.rows, rows, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
            file.add_paragraph()
        case PageBreak():
            file.add_page_break()


def write_html(source: Source, path: Path) -> None:
    """Write `source` as a page of a municipal web site, menu and cookie note included."""
    menu = "".join(f'<li><a href="#">{escape(item)}</a></li>' for item in source.style("menu", []))
    body = "\n".join(_html_block(block) for block in source.blocks)
    organisation = escape(source.letter("organisation"))
    path.write_text(
        f"""<!DOCTYPE html>
<html lang="sv">
<head>
<meta charset="utf-8">
<title>{escape(source.title)} – {organisation}</title>
<style>body {{ font-family: sans-serif; max-width: 46em; margin: auto; }}</style>
<script>window.dataLayer = window.dataLayer || [];</script>
</head>
<body>
<header><p>{organisation}</p><nav><ul>{menu}</ul></nav></header>
<main>
<article>
<h1>{escape(source.title)}</h1>
<p class="date">Publicerad {source.date.isoformat()}</p>
{body}
</article>
</main>
<footer><p>{escape(source.letter("address"))}</p><p>{FOOTER}</p></footer>
</body>
</html>
""",
        encoding="utf-8",
    )


def _html_block(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level + 1}>{escape(text)}</h{level + 1}>"
        case Paragraph(statements, bullets=True):
            items = "\n".join(f"<li>{escape(s.text)}</li>" for s in statements)
            return f"<ul>\n{items}\n</ul>"
        case Paragraph(statements):
            return f"<p>{escape(' '.join(s.text for s in statements))}</p>"
        case Lines(lines):
            return f"<p>{'<br>'.join(map(escape, lines))}</p>"
        case Table(rows, caption):
            cells = [
                "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row)
                for row, tag in zip(rows, ["th"] + ["td"] * len(rows), strict=False)
            ]
            inner = "".join(f"<tr>{row}</tr>\n" for row in cells)
            return f"<table>\n<caption>{escape(caption)}</caption>\n{inner}</table>"
        case PageBreak():
            return "<hr>"


def _letterhead(source: Source) -> list[tuple[str, str]]:
    """Fields of the letterhead that the document has, with their captions."""
    fields = [
        ("Datum", source.date.isoformat()),
        ("Diarienummer", source.letter("reference")),
        ("Handläggare", source.letter("officer")),
        ("Förvaltning", source.letter("unit")),
    ]
    return [(caption, value) for caption, value in fields if value]
