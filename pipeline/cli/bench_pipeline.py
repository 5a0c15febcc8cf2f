"""`kommunlupp bench pipeline`, which is also `kommunlupp bench` alone."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.output import write_text

_STDOUT = Path("-")


@click.command()
@click.option("--documents", type=click.IntRange(10), default=500, help="Default: 500.")
@click.option("--jobs", type=click.IntRange(1), help="Worker processes of the whole runs.")
@click.option(
    "--json",
    "json_file",
    is_flag=False,
    flag_value=str(_STDOUT),
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write all figures to this file, too; without a name, print them instead of Markdown.",
)
def pipeline(documents: int, jobs: int | None, json_file: Path | None) -> None:
    """Measure each stage and the whole on invented PDFs, six pages each, peers beside.

    The whole is run on all documents and on a tenth; stages and peers on the first 22 at most.
    Needs what `pip install 'kommunlupp[train,evaluate,examples]'` installs. Prints Markdown.
    """
    import json
    import tempfile

    from pipeline.evaluation.bench_pipeline import measure
    from pipeline.evaluation.bench_tables import as_markdown

    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(Path(scratch), documents, jobs)
    text = json.dumps(figures, indent=1, ensure_ascii=False)
    click.echo(text if json_file == _STDOUT else as_markdown(figures))
    if json_file and json_file != _STDOUT:
        write_text(json_file, text + "\n")
