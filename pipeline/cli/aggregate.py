"""`kommunlupp aggregate`."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.counting import count, counting_options


@click.command()
@counting_options
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder."
)
def aggregate(
    runs: tuple[Path, ...], decisions: Path | None, metrics: Path | None, out: Path
) -> None:
    """Merge RUNS (folders of runs or earlier aggregations) and count per municipality.

    A document that was read twice counts once. Writes Parquet, CSV, a workbook, and descriptions
    for machines (datapackage.json, dcat.jsonld); these name every column.
    """
    from pipeline.aggregate.outputs import write

    result = count(runs, decisions, metrics)
    write(result, out)
    total = next(row for row in result.coverage.to_pylist() if row["level"] == "total")
    click.echo(
        f"{total['documents']} documents ({total['read']} read, {total['partly']} partly, "
        f"{total['unread']} not), {result.run.findings.num_rows} findings, "
        f"{len(result.municipalities.column('municipality_code').unique())} municipalities with "
        f"findings: {out}"
    )
