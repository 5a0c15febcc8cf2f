"""A bed of OCR pages: what was printed, what was read, and what reading it again gave."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UsageError


@dataclass(frozen=True)
class BedPage:
    """One page; `reread` is the text of Tesseract with Swedish on the same image, where known."""

    name: str
    gold: str
    raw: str
    reread: str | None


def read_bed(folder: Path) -> list[BedPage]:
    """Read `NNN.gold.txt`, `NNN.raw.txt` and, where it stands beside them, `NNN.swe.txt`.

    Raises:
        UsageError: the folder holds no such pages.
    """
    pages = []
    for gold in sorted(folder.glob("*.gold.txt")):
        name = gold.name.removesuffix(".gold.txt")
        raw, reread = folder / f"{name}.raw.txt", folder / f"{name}.swe.txt"
        if not raw.exists():
            raise UsageError(f"{gold} has no {raw.name} beside it")
        pages.append(
            BedPage(
                name,
                gold.read_text(encoding="utf-8"),
                raw.read_text(encoding="utf-8"),
                reread.read_text(encoding="utf-8") if reread.exists() else None,
            )
        )
    if not pages:
        raise UsageError(f"{folder} holds no NNN.gold.txt with NNN.raw.txt")
    return pages
