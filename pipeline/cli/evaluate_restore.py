"""`kommunlupp evaluate restore`."""

from __future__ import annotations

from pathlib import Path

import click

COLUMNS = ("wer", "cer", "å_f1", "ä_f1", "ö_f1", "edit_precision", "edit_recall", "word_damage",
           "number_damage")  # fmt: skip


@click.command()
@click.option(
    "--bed",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="Folder with NNN.gold.txt, NNN.raw.txt and, where known, NNN.swe.txt.",
)
@click.option("--hunspell", "with_hunspell", is_flag=True, help="Run hunspell, too (slow).")
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all figures and their intervals to this file.",
)
def restore(bed: Path, with_hunspell: bool, json_file: Path | None) -> None:
    """Measure OCR repair on a bed of pages: errors, letters, edits, damage, speed.

    95 % intervals (bootstrap by page) stand behind word and character error rates.
    """
    import json

    from rich.console import Console
    from rich.table import Table

    from pipeline.evaluation.restore import evaluate_bed

    results = evaluate_bed(bed, with_hunspell=with_hunspell)
    table = Table(
        "system", *(name.replace("_", " ") for name in COLUMNS), "words/s", title=str(bed)
    )
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
    Console().print(table)
    if json_file:
        figures = [result.as_dict() for result in results]
        json_file.write_text(
            json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
