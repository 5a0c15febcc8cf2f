"""What the README and the pages of the documentation assume to be there."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "corpus" / "examples" / "documents"


def make_desk(folder: Path) -> Path:
    """Lay out documents, a scan's text, sentences and a model of one's own in `folder`."""
    (folder / "documents").mkdir()
    for name in ("tillsynsbeslut_kil_2017.pdf", "nyhet_hjo_2024.html"):
        shutil.copy(EXAMPLES / name, folder / "documents")
    shutil.copy(EXAMPLES / "tjansteutlatande_farsta_2009.txt", folder / "scan.txt")
    (folder / "sentences.jsonl").write_text('{"text": "Två chefer har anställts."}\n', "utf-8")
    (folder / "corpus").symlink_to(ROOT / "corpus")
    (folder / "model").symlink_to(ROOT / "models" / "linear")
    return folder
