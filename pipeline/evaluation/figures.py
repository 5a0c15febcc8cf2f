"""The README's figure tables, as Markdown: repair, measures, and the whole chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.config import Config, RestoreConfig
from pipeline.evaluation.baselines import Keywords, Majority
from pipeline.evaluation.end_to_end import evaluate_examples
from pipeline.evaluation.measures import Figure, evaluate
from pipeline.evaluation.restore import evaluate_bed
from pipeline.resources import model_folder
from pipeline.stages.classify import SHIPPED, MeasureModel, load_model
from pipeline.training.corpus_data import read_labelled


def repair_table(bed: Path) -> Iterator[str]:
    """OCR repair on the pages of a bed, baselines beside it; those that could not be run, below."""
    yield from _row("", "WER", "CER", "å F1", "ä F1", "ö F1", "edit precision", "edit recall")
    yield from _rule(8)
    report = evaluate_bed(bed)
    for result in report.results:
        figures = result.rates.figures
        names = ("wer", "cer", "å_f1", "ä_f1", "ö_f1", "edit_precision", "edit_recall")
        yield from _row(result.name, *(f"{figures[name]:.3f}" for name in names))
    yield from (f"\nnot run: {name} ({reason})" for name, reason in report.skipped.items())


def measures_table(files: dict[str, Path]) -> Iterator[str]:
    """Micro-F1, macro-F1, kappa, status and scope on labelled files, baselines beside."""
    models: dict[str, MeasureModel] = {
        "majority": Majority(),
        "keywords of the codebook": Keywords(),
        "TF-IDF, logistic regression, same data": load_model(model_folder("linear")),
        "kommunlupp": load_model(model_folder(SHIPPED)),
    }
    yield from _row("data", "model", "micro-F1", "macro-F1", "kappa, any", "status", "scope")
    yield from _rule(7)
    for data, path in files.items():
        sentences = read_labelled(path)
        for name, model in models.items():
            report = evaluate(model, sentences)
            rest = (
                report.macro_f1,
                report.any_kappa,
                report.status_accuracy,
                report.scope_accuracy,
            )
            yield from _row(
                f"{data}, {report.sentences} sentences",
                name,
                _interval(report.micro_f1),
                *(f"{figure.value:.2f}" for figure in rest),
            )


def examples_table(folder: Path) -> Iterator[str]:
    """The whole chain on the example documents, with and without repair."""
    without = Config(restore=RestoreConfig(enabled=False))
    columns = {"without repair": without, "kommunlupp": Config()}
    tallies = {
        name: evaluate_examples(folder, config).figures() for name, config in columns.items()
    }
    yield from _row("", *tallies)
    yield from _rule(len(tallies) + 1)
    for figure in tallies["kommunlupp"]:
        values = (f"{column[figure]:.3f}".rstrip("0").rstrip(".") for column in tallies.values())
        yield from _row(figure.replace("_", " "), *values)


def _interval(figure: Figure) -> str:
    return f"{figure.value:.2f} ({figure.low:.2f}–{figure.high:.2f})"


def _row(*cells: str) -> Sequence[str]:
    return (f"| {' | '.join(cells)} |",)


def _rule(columns: int) -> Sequence[str]:
    return ("|" + "---|" * columns,)
