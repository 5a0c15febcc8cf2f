"""Does repair leave clean text alone, and how fast does it see that there is nothing to do?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.evaluation.restore_baselines import Repair
from pipeline.stages.restore import restore
from pipeline.training.source_text import paragraphs

SOURCES_ENDING = ".txt.xz"

DOCUMENT = 12_000
"""Characters of a document made of a source's paragraphs: about four pages."""


@dataclass(frozen=True)
class CleanResult:
    """Clean text of one source: tokens read, tokens with an edit, of these with a digit; speed."""

    source: str
    tokens: int
    changed: int
    numbers_changed: int
    words_per_second: float
    baseline_words_per_second: float | None
    examples: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def documents(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield sources and their documents.

    Args:
        path: a UTF-8 text file, or a folder of `<source>.txt.xz` (a paragraph a line), of which
            the share is read that no training sees.
    """
    if path.is_file():
        yield path.name, [path.read_text(encoding="utf-8")]
        return
    for file in sorted(path.glob(f"*{SOURCES_ENDING}")):
        source = file.name.removesuffix(SOURCES_ENDING)
        found, current = [], ""
        for paragraph in paragraphs(path, source, held_out=True):
            current += paragraph + "\n"
            if len(current) >= DOCUMENT:
                found.append(current)
                current = ""
        yield source, [*found, current]


def evaluate_clean(path: Path, baseline: Repair | None = None) -> list[CleanResult]:
    """Restore clean text and count what was changed.

    Raises:
        UsageError: `path` holds no text.
    """
    results = [_run(source, texts, baseline) for source, texts in documents(path)]
    if not results:
        raise UsageError(f"{path} holds no text file and no *{SOURCES_ENDING}")
    return results


def _run(source: str, texts: list[str], baseline: Repair | None) -> CleanResult:
    changed, numbers, examples = 0, 0, []
    restore("")
    began = time.perf_counter()
    restored = [restore(text) for text in texts]
    seconds = time.perf_counter() - began
    for text, (_, edits) in zip(texts, restored, strict=True):
        for edit in edits:
            if "ocr" not in edit.kind.split("+"):
                continue
            start = max(text.rfind(" ", 0, edit.start), text.rfind("\n", 0, edit.start)) + 1
            token = text[start : edit.end + 20].split()[0]
            changed += 1
            numbers += any(map(str.isdigit, token))
            examples.append(f"{token}: {edit.before!r} -> {edit.after!r}")
    tokens = sum(len(text.split()) for text in texts)
    speed = None
    if baseline:
        began = time.perf_counter()
        for text in texts:
            baseline(text)
        speed = tokens / (time.perf_counter() - began)
    return CleanResult(
        source, tokens, changed, numbers, tokens / seconds, speed, tuple(examples[:20])
    )
