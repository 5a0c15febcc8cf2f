"""`kommunlupp evaluate restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.evaluation.clean_text import CleanResult
    from pipeline.evaluation.restore import SystemResult

COLUMNS = {
    "wer": "WER", "cer": "CER", "å_f1": "å F1", "ä_f1": "ä F1", "ö_f1": "ö F1",
    "edit_precision": "edits P", "edit_recall": "edits R", "word_damage": "words hurt",
    "number_damage": "numbers hurt",
}  # fmt: skip


@click.command()
@click.option(
    "--bed",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with NNN.gold.txt, NNN.raw.txt and, where known, NNN.swe.txt.",
)
@click.option(
    "--clean",
    type=click.Path(path_type=Path, exists=True),
    help="Clean text that must stay as it is: a file, or a folder of SOURCE.txt.xz.",
)
@click.option("--hunspell", "with_hunspell", is_flag=True, help="Run hunspell, too (slow).")
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all figures and their intervals to this file.",
)
def restore(
    bed: Path | None, clean: Path | None, with_hunspell: bool, json_file: Path | None
) -> None:
    """Measure OCR repair on a bed of pages, and what it does to clean text.

    95 % intervals (bootstrap by page) stand below word and character error rates.
    """
    import json

    from rich.console import Console

    from pipeline.errors import UsageError
    from pipeline.evaluation.clean_text import evaluate_clean
    from pipeline.evaluation.restore import evaluate_bed, symspell_baseline

    if not bed and not clean:
        raise UsageError("neither --bed nor --clean names anything to measure on")
    console = Console(width=None if Console().is_terminal else 160)
    figures: dict[str, object] = {}
    if bed:
        results = evaluate_bed(bed, with_hunspell=with_hunspell)
        _print_bed(console, bed, results)
        figures["bed"] = [result.as_dict() for result in results]
    if clean:
        untouched = evaluate_clean(clean, symspell_baseline())
        _print_clean(console, untouched)
        figures["clean"] = [result.as_dict() for result in untouched]
    if json_file:
        text = json.dumps(figures, ensure_ascii=False, indent=1)
        json_file.write_text(text + "\n", encoding="utf-8")


def _print_bed(console: Console, bed: Path, results: list[SystemResult]) -> None:
    from rich.table import Table

    table = Table("system", *COLUMNS.values(), "words/s", title=str(bed))
    for result in results:
        cells = []
        for name in COLUMNS:
            cell = f"{result.rates.figures[name]:.4f}"
            if name in ("wer", "cer"):
                low, high = result.rates.intervals[name]
                cell += f"\n{low:.3f}–{high:.3f}"
            cells.append(cell)
        speed = f"{result.words_per_second:,.0f}" if result.words_per_second else "–"
        table.add_row(result.name, *cells, speed)
    console.print(table)


def _print_clean(console: Console, results: list[CleanResult]) -> None:
    from rich.table import Table

    table = Table(
        "source", "tokens", "edits", "in numbers", "words/s", "symspellpy words/s",
        title="clean text",
    )  # fmt: skip
    for result in results:
        baseline = result.baseline_words_per_second
        table.add_row(
            result.source, f"{result.tokens:,}", str(result.changed), str(result.numbers_changed),
            f"{result.words_per_second:,.0f}", f"{baseline:,.0f}" if baseline else "–",
        )  # fmt: skip
    console.print(table)
