"""`kommunlupp evaluate measures`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.output import write_text

if TYPE_CHECKING:
    from pipeline.evaluation.measures import Figure, Report
    from pipeline.stages.classify import MeasureModel
    from pipeline.training.corpus_data import LabelledSentence

FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@click.option("--data", multiple=True, required=True, type=FILE, help="Labelled sentences, JSONL.")
@click.option("--model", "folders", multiple=True, type=FOLDER, help="Default: the shipped one.")
@click.option("--json", "as_json", is_flag=True, help="Print all figures as JSON.")
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="Write the last model's reliability plot here (SVG).",
)
@click.option("--examples", default=0, metavar="N", help="Print N sentences that go wrong.")
def measures(
    data: tuple[Path, ...],
    folders: tuple[Path, ...],
    as_json: bool,
    plot: Path | None,
    examples: int,
) -> None:
    """Measure models and baselines on the sentences of all --data files together.

    A file holds documents of the corpus, or single sentences with `before`, `text`, `after`,
    `labels` and `disputed`; disputed labels are not scored.
    """
    from pipeline.evaluation import reliability
    from pipeline.evaluation.measures import evaluate
    from pipeline.training.corpus_data import CorpusError, read_labelled

    sentences = [sentence for path in data for sentence in read_labelled(path)]
    if not sentences:
        raise CorpusError("the files hold no sentences")
    models = _models(folders)
    reports = {name: evaluate(model, sentences) for name, model in models.items()}
    name, model = list(models.items())[-1]
    if as_json:
        click.echo(json.dumps({name: asdict(r) for name, r in reports.items()}, indent=2))
    else:
        _print(reports)
    if examples and not as_json:
        _print_wrong(model, sentences, examples)
    if plot:
        write_text(plot, reliability.plot(reports[name].given, name))


def _models(folders: tuple[Path, ...]) -> dict[str, MeasureModel]:
    """Return baselines, TF-IDF with logistic regression, and the models asked for."""
    from pipeline.evaluation.baselines import Keywords, Majority
    from pipeline.resources import model_folder
    from pipeline.stages.classify import SHIPPED, load_model

    models: dict[str, MeasureModel] = {
        "majority": Majority(),
        "keywords": Keywords(),
        "linear": load_model(model_folder("linear")),
    }
    if not folders and SHIPPED != "linear":
        folders = (model_folder(SHIPPED),)
    for folder in folders:
        models[str(folder) if folder.name in models else folder.name] = load_model(folder)
    return models


def _print(reports: dict[str, Report]) -> None:
    from rich.table import Column, Table

    from pipeline.cli.console import console

    screen = console()
    last = list(reports.values())[-1]
    title = f"{last.sentences} sentences, {last.documents} documents; 95 % intervals"
    table = Table(Column(no_wrap=True), *reports, title=title)
    for name, text in _FIGURES.items():
        table.add_row(name, *map(text, reports.values()))
    screen.print(table)
    table = Table("label", "gold", "precision", "recall", "F1", title=list(reports)[-1])
    for label in last.labels:
        numbers = (str(label.positives), f"{label.precision:.2f}", f"{label.recall:.2f}")
        table.add_row(label.label, *numbers, _interval(label.f1))
    screen.print(table)
    table = Table("score", "labels given", "mean score", "share right", title="Reliability")
    for b in last.given.bins:
        if b.count:
            row = (str(b.count), f"{b.mean_score:.2f}", f"{b.share_right:.2f}")
            table.add_row(f"{b.low:.1f} to {b.high:.1f}", *row)
    screen.print(table)


def _interval(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.2f}–{figure.high:.2f})"


_FIGURES: dict[str, Callable[[Report], str]] = {
    "micro-F1": lambda r: _interval(r.micro_f1),
    "macro-F1": lambda r: _interval(r.macro_f1),
    "precision, recall": lambda r: f"{r.micro_precision:.3f}, {r.micro_recall:.3f}",
    "kappa, any measure": lambda r: _interval(r.any_kappa),
    "status accuracy": lambda r: _interval(r.status_accuracy),
    "scope accuracy": lambda r: _interval(r.scope_accuracy),
    "ECE, labels given": lambda r: f"{r.given.error:.3f}",
    "ECE, all labels": lambda r: f"{r.every.error:.3f}",
    "precision when sure": lambda r: f"{r.sure_precision:.3f} of {r.sure_share:.0%}",
}
"""What the table says of a model. Sure: at or above the model's own bound for review."""


def _print_wrong(model: MeasureModel, sentences: Sequence[LabelledSentence], at_most: int) -> None:
    """Print sentences whose labels differ from the gold, the surest mistakes first."""
    answers = model.predict([sentence.example for sentence in sentences])
    wrong = []
    for sentence, labels in zip(sentences, answers, strict=True):
        gold = {entry.label for entry in sentence.gold} - sentence.disputed
        given = {x.label: x.score for x in labels if x.label not in sentence.disputed}
        extra, missed = sorted(given.keys() - gold), sorted(gold - given.keys())
        if extra or missed:
            surest = max((given[label] for label in extra), default=0.0)
            wrong.append((surest, sentence.example.text, extra, missed))
    for surest, text, extra, missed in sorted(wrong, reverse=True)[:at_most]:
        click.secho(text, bold=True)
        click.echo(f"  too much: {', '.join(extra) or '-'} ({surest:.2f})")
        click.echo(f"  missed:   {', '.join(missed) or '-'}")
