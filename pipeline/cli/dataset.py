"""`kommunlupp dataset`."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import OnDisk


@click.command()
@click.argument("run", type=OnDisk(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="New folder for the dataset."
)
def dataset(run: Path, out: Path) -> None:
    """Turn the findings of RUN, a run folder, into a dataset of the `datasets` library.

    `datasets.load_from_disk` reads it; its README.md is the card.
    """
    from pipeline.export.dataset import save

    click.echo(f"{save(run, out)} findings: {out}")
