"""`kommunlupp train`."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

PATHS = click.Path(path_type=Path, exists=True)


@click.command()
@click.option(
    "--encoder", required=True, metavar="NAME|FOLDER", help="A BERT: on the hub, or saved locally."
)
@click.option(
    "--data",
    multiple=True,
    required=True,
    type=PATHS,
    help="Labelled sentences: JSONL, a dataset's folder, a review's review.db.",
)
@click.option(
    "--validation", multiple=True, type=PATHS, help="Default: one document in eight of the data."
)
@click.option(
    "--test", multiple=True, type=PATHS, help="Default: another one in eight of the data."
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Model folder."
)
@click.option("--epochs", type=click.IntRange(1), help="The most rounds through the data.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0))
@click.option(
    "--resume/--anew",
    default=True,
    show_default=True,
    help="Go on from the checkpoint of an interrupted run, or drop it.",
)
def train(
    encoder: str,
    data: tuple[Path, ...],
    validation: tuple[Path, ...],
    test: tuple[Path, ...],
    out: Path,
    epochs: int | None,
    seed: int,
    resume: bool,
) -> None:
    """Fine-tune a BERT into a classifier of measures; measure it and make it ready for use.

    Training stops when the validation sentences get no better answers. Interrupted, the same
    command goes on where it was. Baselines are measured in the same run.
    """
    from pipeline.errors import MissingDependencyError

    missing = [name for name in ("torch", "transformers", "onnx") if not find_spec(name)]
    if missing:
        raise MissingDependencyError(
            f"training needs {', '.join(missing)}", remedy="pip install 'kommunlupp[train]'"
        )
    from pipeline.training.classifier.display import display
    from pipeline.training.classifier.job import Job, fine_tune
    from pipeline.training.classifier.material import Parts, gather
    from pipeline.training.classifier.recipe import Recipe
    from pipeline.training.classifier.sources import read_parts

    recipe = Recipe(seed=seed) if epochs is None else Recipe(seed=seed, epochs=epochs)
    parts = sum(map(read_parts, data), Parts())
    for name, paths in (("validation", validation), ("test", test)):
        given = [one for path in paths for one in read_parts(path).train]
        parts = replace(parts, **{name: given}) if given else parts
    job = Job(encoder, gather(parts, [], [], recipe), out, recipe)
    with display(sys.stderr) as shown:
        measured = fine_tune(job, shown, resume=resume)
    _print(measured)
    click.echo(f'\nTo use it, put into the configuration:\n\n[classify]\nmodel = "{out.resolve()}"')


def _print(measured: dict[str, Any]) -> None:
    from rich.table import Table

    from pipeline.cli.console import console

    peers = measured["baselines"]
    table = Table("micro-F1", *peers, "fine-tuned", title="What was learned, beside baselines")
    for name in ("validation", "test"):
        own = measured[name]
        cells = [f"{peer[name]['micro_f1']:.3f}" for peer in peers.values()]
        interval = f"({own['micro_f1_low']:.2f}–{own['micro_f1_high']:.2f})"
        title = f"{name}, {own['sentences']} sentences"
        table.add_row(title, *cells, f"{own['micro_f1']:.3f} {interval}")
    console().print(table)
