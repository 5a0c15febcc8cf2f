"""What the tests of the batch engine share: small corpora, runs, tables as bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pipeline.batch.local import LocalEngine
from pipeline.batch.run import Options, run
from pipeline.batch.summary import Summary
from pipeline.config import Config

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "corpus" / "examples" / "documents"
TABLES = (
    "findings.csv",
    "findings.parquet",
    "documents.csv",
    "documents.parquet",
    "municipalities.csv",
    "municipalities.parquet",
    "failures.csv",
)
MEASURES = (
    "har anställt två nya socialsekreterare.",
    "har hyrt in tre konsulter från ett bemanningsföretag.",
    "ska slå ihop mottagningsenheten och utredningsenheten.",
    "har ändrat sin delegationsordning.",
)
PLACES = ("Vara", "Mora", "Tibro", "Mark", "Orust", "Boden", "Lund", "Sala")


def write_texts(folder: Path, documents: int, paragraphs: int = 12) -> Path:
    """Memos of several paragraphs, each of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(documents):
        place = PLACES[number % len(PLACES)]
        lines = [f"{place} kommun", "Socialförvaltningen", "", f"Tjänsteskrivelse {number}", ""]
        for part in range(paragraphs):
            measure = MEASURES[(number + part) % len(MEASURES)]
            lines += [f"Under hösten {2000 + part} {place} kommun arbetat med frågan nr {number}."]
            lines += [f"{place} kommun {measure}", ""]
        (folder / f"skrivelse_{number:03}.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder


def tables(folder: Path) -> dict[str, bytes]:
    """The final tables, by name."""
    return {name: (folder / name).read_bytes() for name in TABLES}


def local_run(inputs: Path, out: Path, *, jobs: int = 1, config: Config | None = None) -> Summary:
    """A run in this process's engine."""
    return run([inputs], config or Config(), out, Options(LocalEngine(jobs)))


def start(*arguments: str | Path, log: Path | None = None) -> subprocess.Popen[str]:
    """Start `kommunlupp run` as a process of its own, its progress on a pipe."""
    paths = [str(ROOT), str(Path(__file__).parent)]
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "run", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=log.open("w") if log else subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )
