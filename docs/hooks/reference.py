"""Adds the pages that are made from the code and from the corpus."""

from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

from pipeline.cli.reference import commands_page, errors_page, settings_page

ROOT = Path(__file__).parents[2]


def on_files(files: Files, *, config: Any) -> Files:
    """Add commands, settings, errors and the codebook."""
    pages = {
        "commands.md": commands_page(),
        "settings.md": settings_page(),
        "errors.md": errors_page(),
        "codebook.md": (ROOT / "corpus" / "CODEBOOK.md").read_text(encoding="utf-8"),
    }
    for name, content in pages.items():
        files.append(File.generated(config, name, content=content))
    return files
