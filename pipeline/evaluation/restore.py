"""The restorer on a bed of pages, its baselines beside it in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.config import RestoreConfig
from pipeline.document import Document, Page
from pipeline.errors import MissingDependencyError
from pipeline.evaluation.ocr_bed import BedPage, read_bed
from pipeline.evaluation.restore_baselines import Repair, hunspell, noisy_channel, symspell
from pipeline.evaluation.restore_metrics import Rates, count_page, rates
from pipeline.evaluation.tesseract_speed import tesseract_speed
from pipeline.resources import model_folder
from pipeline.stages.restore import Restore, restore
from pipeline.stages.restore.model import load_model


@dataclass(frozen=True)
class SystemResult:
    """One system on the bed: figures, intervals, and how fast it was on the raw text."""

    name: str
    rates: Rates
    words_per_second: float | None = None
    characters_per_second: float | None = None

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True)
class BedReport:
    """All systems on a bed.

    Attributes:
        skipped: baselines that could not be run, and why.
        untimed: systems whose speed could not be measured, and why.
    """

    results: list[SystemResult]
    skipped: dict[str, str]
    untimed: dict[str, str]


def systems(*, with_hunspell: bool) -> dict[str, Callable[[], Repair]]:
    """Name of each system and how to make it; the restorer comes last."""
    language = load_model(model_folder("restorer")).language
    made: dict[str, Callable[[], Repair]] = {
        "identity": lambda: lambda text: text,
        "noisy channel, word by word": lambda: noisy_channel(language),
        "symspellpy, same counts": lambda: symspell(language),
    }
    if with_hunspell:
        made["hunspell, first suggestion"] = hunspell
    made["kommunlupp restore"] = lambda: lambda text: restore(text)[0]
    return made


def symspell_baseline() -> Repair:
    """symspellpy with the restorer's word counts; see `restore_baselines.symspell`."""
    return symspell(load_model(model_folder("restorer")).language)


def evaluate_bed(folder: Path, *, with_hunspell: bool = False) -> BedReport:
    """Run every system over the bed; where it has pages read again with Swedish, these, too.

    They stand for themselves, and as what the restorer makes of both readings.

    Raises:
        UsageError: the folder is no bed.
    """
    pages = read_bed(folder)
    results, skipped, untimed = [], {}, {}
    for name, make in systems(with_hunspell=with_hunspell).items():
        try:
            results.append(_run(name, make(), pages))
        except MissingDependencyError as error:
            skipped[name] = f"{error.message}; {error.advice}"
    reread = [page for page in pages if page.reread is not None]
    if reread:
        name = "Tesseract with Swedish again"
        counts = [count_page(page.raw, page.gold, page.reread or "") for page in reread]
        speeds: tuple[float | None, float | None] = None, None
        try:
            speeds = tesseract_speed(pages)
        except MissingDependencyError as error:
            untimed[f"{name}, its speed"] = f"{error.message}; {error.advice}"
        results.append(SystemResult(name, rates(counts), *speeds))
        counts = [count_page(page.raw, page.gold, _read_again(page)) for page in reread]
        results.append(SystemResult("kommunlupp restore, pages read again", rates(counts)))
    return BedReport(results, skipped, untimed)


def _read_again(page: BedPage) -> str:
    """The page as the stage restores it where a picture is at hand."""
    stage = Restore(
        RestoreConfig(join_hyphens=False, reocr="auto"), read_again=lambda *_: page.reread or ""
    )
    whole = Page(1, 0, len(page.raw), "text_layer")
    return stage(Document(page.name, page.name, raw=page.raw, pages=(whole,))).text


def _run(name: str, repair: Repair, pages: list[BedPage]) -> SystemResult:
    repair(pages[0].raw[:200])
    began = time.perf_counter()
    outputs = [repair(page.raw) for page in pages]
    seconds = time.perf_counter() - began
    counts = [
        count_page(page.raw, page.gold, output) for page, output in zip(pages, outputs, strict=True)
    ]
    words = sum(len(page.raw.split()) for page in pages)
    characters = sum(len(page.raw) for page in pages)
    return SystemResult(name, rates(counts), words / seconds, characters / seconds)
