"""`kommunlupp bench pipeline`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--documents", type=click.IntRange(51), default=500, help="Default: 500.")
@click.option("--jobs", type=click.IntRange(1), help="Worker processes of the whole runs.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all figures to this file.",
)
def pipeline(documents: int, jobs: int | None, json_file: Path | None) -> None:
    """Measure each stage and the whole on invented PDFs, six pages each, peers beside.

    Needs what `pip install 'kommunlupp[train,evaluate,examples]'` installs. Prints Markdown.
    """
    import json
    import tempfile

    from pipeline.evaluation.bench_pipeline import as_markdown, measure

    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(Path(scratch), documents, jobs)
    click.echo(as_markdown(figures))
    if json_file:
        text = json.dumps(figures, indent=1, ensure_ascii=False)
        json_file.write_text(text + "\n", encoding="utf-8")
