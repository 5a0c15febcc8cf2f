"""`kommunlupp classify`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

import click

from pipeline.cli.options import config_options
from pipeline.cli.output import write_text
from pipeline.config import load


@click.command()
@click.option(
    "--jsonl",
    "source",
    required=True,
    type=click.File("r", encoding="utf-8"),
    help="Lines with `text`, and `before`, `after`, `heading` where known; - for standard input.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Default: standard output."
)
@config_options
def classify(
    source: TextIO,
    out: Path | None,
    config_file: Path | None,
    overrides: tuple[str, ...],
) -> None:
    """Label sentences: every line comes back with `labels` (label, status, scope, score)."""
    from pipeline.stages.classify import Classify
    from pipeline.training.corpus_data import CorpusError, read_examples

    stage = Classify(load(config_file, overrides).classify)
    try:
        text = source.read()
    except UnicodeDecodeError as error:
        raise CorpusError(f"{source.name} is not UTF-8: {error}") from error
    read = list(read_examples(text, source.name))
    answers = stage.model.predict([example for _, example in read], stage.threshold)
    lines = [
        json.dumps({**record, "labels": [asdict(label) for label in labels]}, ensure_ascii=False)
        for (record, _), labels in zip(read, answers, strict=True)
    ]
    labelled = "".join(f"{line}\n" for line in lines)
    if out is None:
        click.echo(labelled, nl=False)
        return
    write_text(out, labelled)
