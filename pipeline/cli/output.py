"""Files that commands write beside what they print."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import OutputError


def write_text(path: Path, text: str) -> None:
    """Write a file as UTF-8; raises `OutputError`."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror}",
            remedy="Name a file in a folder that exists and can be written.",
        ) from error
