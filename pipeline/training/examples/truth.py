"""The truth file of an example document: what a perfect reader would find in it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pipeline.training.examples.source import (
    Block,
    Heading,
    Lines,
    PageBreak,
    Paragraph,
    Source,
    Statement,
    Table,
)

SEPARATOR = "\n\n"
"""Between blocks of the clean text."""


def truth(source: Source, file_name: str) -> dict[str, Any]:
    """The truth as JSON values; `corpus/examples/README.md` tells what each key means."""
    text = source.title
    heading = ""
    sentences = []
    tables = []
    for block in source.blocks:
        if isinstance(block, Heading):
            heading = block.text
        if isinstance(block, Table):
            tables.append({"caption": block.caption, "rows": block.rows})
        block_text = _text(block)
        if not block_text:
            continue
        start = len(text) + len(SEPARATOR)
        text += SEPARATOR + block_text
        if isinstance(block, Paragraph):
            for statement in block.statements:
                sentences.append(_sentence(statement, start, heading))
                start += len(statement.text) + 1
    return {
        "id": source.id,
        "file": file_name,
        "format": source.format,
        "genre": source.head["genre"],
        "title": source.title,
        "date": source.date.isoformat(),
        "year": source.date.year,
        "invented": True,
        "letterhead": [
            line
            for value in source.head["letterhead"].values()
            for line in str(value).split("|")
            if line
        ],
        "scan": source.head.get("scan"),
        "municipalities": {
            "author": [_place(place) for place in source.author],
            "covered": [_place(place) for place in source.covered],
            "copy_list": [_place(place) for place in source.copied],
        },
        "text": text,
        "tables": tables,
        "sentences": sentences,
    }


def _text(block: Block) -> str:
    """The prose of a block; tables and page breaks have none."""
    match block:
        case Heading(text, _):
            return text
        case Paragraph(statements, bullets):
            return ("\n" if bullets else " ").join(s.text for s in statements)
        case Lines(lines):
            return "\n".join(line.replace(" || ", " ") for line in lines)
        case Table() | PageBreak():
            return ""


def _sentence(statement: Statement, start: int, heading: str) -> dict[str, Any]:
    return {
        "start": start,
        "end": start + len(statement.text),
        "text": statement.text,
        "heading": heading,
        "labels": [asdict(measure) for measure in statement.measures],
        "municipalities": statement.municipalities,
        "quantity": asdict(statement.quantity) if statement.quantity else None,
    }


def _place(place: str) -> dict[str, str]:
    code, _, name = place.partition(" ")
    return {"code": code, "name": name}
