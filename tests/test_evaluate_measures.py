"""Figures of the evaluation against counts made by hand; baselines; the command."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from early_batches import early_sentences

from pipeline.cli import cli
from pipeline.codebook import LABELS
from pipeline.evaluation.baselines import Keywords, Majority
from pipeline.evaluation.measures import Report, evaluate
from pipeline.evaluation.reliability import plot, reliability
from pipeline.resources import model_folder
from pipeline.stages.classify import Example, Label, load_model
from pipeline.stages.classify.examples import Floats
from pipeline.training.corpus_data import CorpusError, Gold, LabelledSentence, read_labelled

ROOT = Path(__file__).parents[1]
DEV = ROOT.parent / "shared" / "measures" / "dev.jsonl"
VALIDATION = ROOT / "corpus" / "measures" / "validation.jsonl"


class Fixed:
    """Answers by the sentence's text: a score a label, status taken, scope named."""

    version = "fixed"
    review_below = 0.9

    def __init__(self, answers: dict[str, dict[str, float]]) -> None:
        self.answers = answers

    def predict(
        self, examples: Sequence[Example], threshold: float | None = None
    ) -> list[list[Label]]:
        return [
            [Label(name, "taken", "named", s) for name, s in self.answers[e.text].items()]
            for e in examples
        ]

    def probabilities(self, examples: Sequence[Example]) -> Floats:
        rows = [[self.answers[e.text].get(name, 0.0) for name in LABELS] for e in examples]
        return np.array(rows, np.float32)


def sentence(
    text: str, gold: list[Gold], disputed: str = "", document: str = "d"
) -> LabelledSentence:
    return LabelledSentence(
        Example("", text, ""), tuple(gold), document, frozenset(disputed.split())
    )


@pytest.fixture(scope="module")
def report() -> Report:
    sentences = [
        sentence("a", [Gold("routines", ("taken",), ("named",))], document="1"),
        sentence("b", [Gold("routines", ("planned", "taken"), ("all",))], document="1"),
        sentence("c", [Gold("funding", ("planned",), ("named",))], document="2"),
        sentence("d", [], document="2"),
        sentence("e", [], document="3"),
        sentence("f", [], "delegation", document="3"),
    ]
    answers = {
        "a": {"routines": 0.95},
        "b": {"routines": 0.6, "competence": 0.5},
        "c": {"routines": 0.92},
        "d": {},
        "e": {},
        "f": {"delegation": 0.9},
    }
    return evaluate(Fixed(answers), sentences)


def test_counts_by_hand(report: Report) -> None:
    assert (report.sentences, report.documents) == (6, 3)
    # found: routines twice; wrong: competence, routines; missed: funding
    assert report.micro_precision == pytest.approx(2 / 4)
    assert report.micro_recall == pytest.approx(2 / 3)
    assert report.micro_f1.value == pytest.approx(4 / 7)
    # labels in the gold: routines (F1 4/5) and funding (0)
    assert report.macro_f1.value == pytest.approx(0.4)
    routines = next(figures for figures in report.labels if figures.label == "routines")
    assert (routines.positives, routines.recall) == (2, 1.0)
    assert routines.precision == pytest.approx(2 / 3)


def test_status_and_scope_on_found_labels(report: Report) -> None:
    assert report.status_accuracy.value == 1.0, "both statuses that annotators allow are right"
    assert report.scope_accuracy.value == pytest.approx(0.5)


def test_disputed_labels_are_not_scored(report: Report) -> None:
    delegation = next(figures for figures in report.labels if figures.label == "delegation")
    assert (delegation.precision, delegation.positives) == (0.0, 0)
    # five sentences count for "any": a, b, c are measures and found; d, e are not
    assert report.any_kappa.value == pytest.approx(1.0)
    assert sum(b.count for b in report.every.bins) == 6 * len(LABELS) - 1


def test_sure_labels(report: Report) -> None:
    # 0.95 (right) and 0.92 (wrong) of the four labels given
    assert report.sure_precision == pytest.approx(0.5)
    assert report.sure_share == pytest.approx(0.5)


def test_intervals_hold_the_value(report: Report) -> None:
    for figure in (report.micro_f1, report.macro_f1, report.scope_accuracy):
        assert figure.low <= figure.value <= figure.high and figure.low < figure.high


def test_intervals_are_by_document() -> None:
    """Sentences of one document stand or fall together, so the interval is wider."""
    right = [sentence(f"r{i}", [Gold("routines", ("taken",), ("named",))]) for i in range(20)]
    answers = {f"r{i}": {"routines": 0.9} if i < 10 else {} for i in range(20)}

    def width(documents: list[str]) -> float:
        named = [
            LabelledSentence(s.example, s.gold, d) for s, d in zip(right, documents, strict=True)
        ]
        f1 = evaluate(Fixed(answers), named).micro_f1
        return f1.high - f1.low

    assert width(["one"] * 10 + ["two"] * 10) > width([str(i) for i in range(20)])


def test_calibration_error_by_hand() -> None:
    scores = np.array([0.95, 0.95, 0.35, 0.35, 1.0])
    right = np.array([True, False, False, True, True])
    figure = reliability(scores, right)
    # top bin: mean 0.9667 against 2/3, three answers; the other: 0.35 against 0.5, two
    assert figure.error == pytest.approx((3 * 0.3 + 2 * 0.15) / 5)
    assert [b.count for b in figure.bins if b.count] == [2, 3]
    assert plot(figure, "titel").count("<circle") == 2


def test_linear_beats_keywords_beats_majority() -> None:
    """On the documents for which the bounds were set: later ones avoid the signal words."""
    sentences = early_sentences(VALIDATION)
    assert len(sentences) == 5986
    majority, keywords, linear = (
        evaluate(model, sentences)
        for model in (Majority(), Keywords(), load_model(model_folder("linear")))
    )
    assert majority.micro_f1.value < 0.15 < 0.3 < keywords.micro_f1.value
    assert linear.micro_f1.value > keywords.micro_f1.value + 0.25
    assert linear.micro_f1.value > 0.66 and linear.macro_f1.value > 0.66
    assert linear.status_accuracy.value > 0.76 and linear.scope_accuracy.value > 0.84
    assert linear.every.error < 0.02


def test_card_matches_the_model() -> None:
    """`metrics.json` says what the model in the folder does today."""
    quoted = json.loads((model_folder("linear") / "metrics.json").read_text(encoding="utf-8"))
    found = evaluate(load_model(model_folder("linear")), read_labelled(VALIDATION))
    assert found.micro_f1.value == pytest.approx(quoted["validation"]["micro_f1"], abs=0.004)


@pytest.mark.skipif(not DEV.is_file(), reason="the shared development set is not here")
def test_command_on_the_development_set(tmp_path: Path) -> None:
    picture = tmp_path / "plot.svg"
    arguments = ["evaluate", "measures", "--data", str(DEV), "--json", "--plot", str(picture)]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    figures = json.loads(result.output)
    assert list(figures)[:3] == ["majority", "keywords", "linear"]
    assert figures["linear"]["sentences"] == 170
    assert figures["linear"]["micro_f1"]["value"] > 0.6
    assert picture.read_text(encoding="utf-8").startswith("<svg")


def test_command_prints_tables_and_mistakes() -> None:
    linear = str(model_folder("linear"))
    arguments = ["evaluate", "measures", "--data", str(VALIDATION), "--model", linear]
    result = CliRunner().invoke(cli, [*arguments, "--examples", "2"])
    assert result.exit_code == 0, result.output
    for words in ("micro-F1", "kappa, any measure", "ECE", "temporary_staffing", "too much:"):
        assert words in result.output


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            '{"id": "1", "text": "x", '
            '"labels": [{"label": "hope", "status": "taken", "scope": "all"}]}',
            "hope",
        ),
        ('{"id": "1", "text": "x"}', "labels"),
        ('{"id": "1", "text": "x", "labels": [], "disputed": ["nothing"]}', "nothing"),
        ("", "no sentences"),
        ("nonsense", "no JSON"),
    ],
)
def test_data_that_does_not_fit_is_refused(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text(line, encoding="utf-8")
    result = CliRunner().invoke(cli, ["evaluate", "measures", "--data", str(path)])
    assert isinstance(result.exception, CorpusError) and message in result.exception.message
