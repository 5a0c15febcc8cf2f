"""Files that commands write beside what they print; errors as they print them."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.errors import KommunluppError, OutputError


def write_text(path: Path, text: str) -> None:
    """Write a file as UTF-8; raises `OutputError`."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror}",
            remedy="Name a file in a folder that exists and can be written.",
        ) from error


def show_error(error: KommunluppError) -> None:
    """Print an error with its code and remedy."""
    click.echo(f"error [{error.code}]: {error.message}\n{error.advice}", err=True)
