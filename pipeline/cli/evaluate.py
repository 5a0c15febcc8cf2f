"""`kommunlupp evaluate`: figures on labelled data, with baselines in the same run."""

from __future__ import annotations

import click

from pipeline.cli import LazyGroup

COMMANDS = {
    "restore": ("pipeline.cli.evaluate_restore", "OCR repair on a bed of raw and gold pages."),
    "measures": ("pipeline.cli.evaluate_measures", "Measures, status and scope on sentences."),
    "examples": ("pipeline.cli.evaluate_examples", "The whole chain on the example documents."),
    "figures": ("pipeline.cli.evaluate_figures", "The README's figure tables, as Markdown."),
}


@click.group(cls=LazyGroup, modules=COMMANDS)
def evaluate() -> None:
    """Measure repair and classification on labelled data, baselines beside."""
