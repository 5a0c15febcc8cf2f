"""Findings in the formats of other tools: spaCy, CoNLL-U, Label Studio, doccano, WebAnno, JSONL."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from pipeline.document import Document
from pipeline.errors import MissingDependencyError, OutputError
from pipeline.export import conllu, json_lines, label_studio, webanno

__all__ = ["FORMATS", "export"]

Writer = Callable[[Iterable[Document], Path], int]
"""Writes documents to a path and returns how many."""


def _docbin(documents: Iterable[Document], out: Path) -> int:
    try:
        from pipeline.export import docbin
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            f"{error.name} is not installed", remedy="pip install 'kommunlupp[spacy]'"
        ) from error
    return docbin.write(documents, out)


FORMATS: dict[str, Writer] = {
    "docbin": _docbin,
    "conllu": conllu.write,
    "jsonl": json_lines.write,
    "label-studio": label_studio.write,
    "doccano": json_lines.write_doccano,
    "webanno": webanno.write,
}
"""What `--format` may say. WebAnno takes a folder, the others take a file."""


def export(documents: Iterable[Document], form: str, out: Path) -> int:
    """Write documents with their findings to `out`; returns how many.

    Raises:
        OutputError: it cannot be written.
        MissingDependencyError: `docbin` without spaCy.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        return FORMATS[form](documents, out)
    except OSError as error:
        raise OutputError(f"cannot write {out}: {error.strerror or error}") from error
