"""Fine-tuning with a tiny BERT: the command, its parts, interruption and resumption."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from made_up_answers import sentence
from tiny_bert import documents, tiny_bert, write

from pipeline.aggregate.uncertainty import read_rates
from pipeline.cli import cli
from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.config import load
from pipeline.errors import MissingDependencyError, ModelError, OutputError, UsageError
from pipeline.evaluation.baselines import Keywords
from pipeline.stages.classify import Classify, load_model
from pipeline.stages.classify.answers import Outputs
from pipeline.stages.classify.calibration import Calibration
from pipeline.stages.classify.encoder import NETWORK, EncoderModel, arrays
from pipeline.training.corpus_data import CorpusError, Gold, read_labelled

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("onnx")

from pipeline.training import hub_format  # noqa: E402
from pipeline.training.classifier import equality, export, shipping  # noqa: E402
from pipeline.training.classifier.base import Base, load_base  # noqa: E402
from pipeline.training.classifier.batches import Targets, epoch  # noqa: E402
from pipeline.training.classifier.card import BY_HAND  # noqa: E402
from pipeline.training.classifier.failures import CheckpointError, ExportError  # noqa: E402
from pipeline.training.classifier.job import Job, coded, fine_tune  # noqa: E402
from pipeline.training.classifier.material import Material, Parts, gather  # noqa: E402
from pipeline.training.classifier.network import MeasureNetwork  # noqa: E402
from pipeline.training.classifier.objective import loss  # noqa: E402
from pipeline.training.classifier.own_pieces import only_own_pieces_leave  # noqa: E402
from pipeline.training.classifier.prune import prune  # noqa: E402
from pipeline.training.classifier.recipe import Recipe  # noqa: E402
from pipeline.training.classifier.soup import soup  # noqa: E402
from pipeline.training.classifier.trainer import (  # noqa: E402
    Coded,
    Round,
    Trainer,
    outputs,
)

SMALL = Recipe(epochs=3, batch_pieces=512, rate_width=0.1, head_rate=5e-3, mix=False)


class Quiet:
    """A display that interrupts at a step, as a person would."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.stop_at, self.steps, self.said = stop_at, 0, list[str]()

    def says(self, text: str) -> None:
        self.said.append(text)

    def step(self, epoch: int, step: int, steps: int, loss: float) -> None:
        self.steps += 1
        if self.steps == self.stop_at:
            raise KeyboardInterrupt

    def round(self, number: int, figures: dict[str, float]) -> None:
        self.said.append(f"round {number}")


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bert(tmp_path_factory.mktemp("bert"))


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    folder = tmp_path_factory.mktemp("material")
    sentences = read_labelled(write(folder / "all.jsonl", documents(12)))
    return gather(Parts(sentences), [], [], SMALL)


@pytest.fixture(scope="module")
def trained(bert: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A model folder that the command made, and what it printed."""
    folder = tmp_path_factory.mktemp("trained")
    data = write(folder / "labelled.jsonl", documents(24))
    words = ["train", "--encoder", str(bert), "--data", str(data), "--out", str(folder / "model")]
    done = CliRunner().invoke(cli, [*words, "--epochs", "4", "--seed", "2"])
    assert done.exit_code == 0, (done.output, done.exception)
    return folder / "model", done.output


def test_command_leaves_a_model_that_every_command_takes(trained: tuple[Path, str]) -> None:
    folder, printed = trained
    names = {path.name for path in folder.iterdir()}
    assert names - {"linear"} == {
        *("README.md", "encoder.onnx", "metrics.json", "model.json", "tokenizer.json"),
        *("config.json", "model.safetensors", "tokenizer_config.json"),
    }
    line = next(line for line in printed.splitlines() if line.startswith("model = "))
    config = folder.parent / "config.toml"
    config.write_text(f"[classify]\n{line}\n", encoding="utf-8")
    stage = Classify(load(config).classify)
    assert isinstance(stage.model, EncoderModel) and len(stage.version) == 12
    assert all(peer in printed for peer in ("majority", "keywords", "linear", "fine-tuned"))


def test_figures_are_what_aggregation_reads(trained: tuple[Path, str]) -> None:
    folder, _ = trained
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert read_rates(folder / "metrics.json").model == "model"
    rounds = metrics["about"]["rounds"][0]
    assert len(rounds) <= 4 and metrics["about"]["recipe"]["seed"] == 2
    difference = metrics["about"]["differences"][metrics["about"]["precision"]]
    assert difference["flips"] <= 0.005 and difference["f1_lost"] <= 0.003
    losses = [one["loss"] for one in rounds]
    assert losses[-1] < losses[0]


def test_a_trained_model_is_what_the_next_training_starts_from(
    trained: tuple[Path, str], bert: Path
) -> None:
    folder, _ = trained
    again, first = load_base(str(folder), 0.0), load_base(str(bert), 0.0)
    assert again.tokenizer.get_vocab() == first.tokenizer.get_vocab()
    assert (again.marks, again.opens, again.closes) == (first.marks, first.opens, first.closes)
    moved = [
        not torch.allclose(new, old, atol=1e-3)
        for new, old in zip(again.encoder.parameters(), first.encoder.parameters(), strict=True)
    ]
    assert any(moved), "these are the weights from before the training"


@pytest.fixture
def any_export(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network of one round decides nothing: its margins lie at the thresholds, and any rounding
    flips answers, more on one processor than on another."""
    monkeypatch.setattr(equality, "MOST_FLIPS", 1.0)
    monkeypatch.setattr(equality, "MOST_LOST", 1.0)


@pytest.mark.usefixtures("any_export")
def test_card_is_whole_and_keeps_what_was_written_by_hand(
    trained: tuple[Path, str], bert: Path, material: Material, tmp_path: Path
) -> None:
    card = (trained[0] / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---\nlanguage:\n- sv\n") and "| micro-F1 |" in card
    old = card + "\n## Tried\n\nNothing helped.\n"
    (tmp_path / "README.md").write_text(old, encoding="utf-8")
    fine_tune(Job(str(bert), material, tmp_path, replace(SMALL, epochs=1)), Quiet())
    new = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert new.endswith("Nothing helped.\n") and new.count(BY_HAND) == 1


def test_run_time_loads_neither_torch_nor_transformers(trained: tuple[Path, str]) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from pipeline.stages.classify import Example, load_model\n"
        f"model = load_model(Path({str(trained[0])!r}))\n"
        "model.predict([Example('', 'Nämnden har anställt en kurator.', '')])\n"
        "assert not {'torch', 'transformers'} & set(sys.modules)\n"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_training_that_was_interrupted_ends_as_one_that_was_not(
    bert: Path, material: Material, tmp_path: Path
) -> None:
    def trainer(name: str) -> Trainer:
        torch.manual_seed(1)
        base = load_base(str(bert), 0.1)
        reader = base.reader()
        coded = [
            Coded(reader([one.example for one in part]), Targets.of(part))
            for part in (material.train, material.validation)
        ]
        network = MeasureNetwork(base.encoder, 0.1)
        data = (coded[0], coded[1])
        return Trainer(network, base.marks, data, SMALL, tmp_path / name)

    whole = trainer("whole.pt")
    whole.run(Quiet())
    per_round = len(epoch(whole._lengths, SMALL.batch_pieces, (1, 0)))
    assert per_round > 2
    for stop_at in (2, per_round + 1):  # within a round, and in the next
        with pytest.raises(KeyboardInterrupt):
            trainer("cut.pt").run(Quiet(stop_at))
    again, display = trainer("cut.pt"), Quiet()
    again.run(display)
    assert display.said[0].startswith("resumed in round")
    assert again.rounds == whole.rounds and len(whole.rounds) == 3
    expected = whole.network.state_dict()
    for name, value in again.network.state_dict().items():
        assert torch.equal(value, expected[name]), name
    other = trainer("cut.pt")
    other._key = "of other data"
    with pytest.raises(CheckpointError):
        other.run(Quiet())


def test_a_soup_is_the_mean_of_its_runs(bert: Path, material: Material, tmp_path: Path) -> None:
    recipe, name = replace(SMALL, runs=2, epochs=1), tmp_path / "run-{}.pt"

    def cooked(display: Quiet) -> tuple[MeasureNetwork, list[list[Round]]]:
        torch.manual_seed(1)
        base = load_base(str(bert), 0.1)
        network = MeasureNetwork(base.encoder, 0.1)
        data = coded(base, Job(str(bert), material, tmp_path))
        return network, soup(network, base.marks, data, recipe, name, display)

    with pytest.raises(KeyboardInterrupt):
        cooked(Quiet(2))
    display = Quiet()
    network, rounds = cooked(display)
    assert display.said == [
        "run 1 of 2",
        "resumed in round 1, step 2",
        "round 1",
        "run 2 of 2",
        "round 1",
    ]
    assert len(rounds) == 2 and rounds[0] != rounds[1]
    first, second = (torch.load(tmp_path / f"run-{n}.pt")["best"] for n in (1, 2))
    assert any(not torch.equal(first[key], second[key]) for key in first)
    for key, value in network.state_dict().items():
        assert torch.allclose(value, (first[key] + second[key]) / 2, atol=1e-6), key


def test_pruning_takes_what_says_the_same_of_every_piece(
    bert: Path, material: Material, tmp_path: Path
) -> None:
    base = load_base(str(bert), 0.0)
    network = MeasureNetwork(base.encoder, 0.0)
    encoded = base.reader()([one.example for one in material.train])
    with torch.no_grad():
        for layer in base.encoder.encoder.layer:
            layer.intermediate.dense.weight[::2] = 0  # half of the units never change
            layer.intermediate.dense.bias[::2] = 3
    before, pad = outputs(network, encoded, base.marks.pad), base.marks.pad
    half = base.encoder.config.intermediate_size // 2
    prune(network, pad, encoded, half)
    for old, new in zip(before, outputs(network, encoded, pad), strict=True):
        assert np.allclose(old, new, atol=1e-4)
    prune(network, pad, encoded, half // 2)
    changed = outputs(network, encoded, pad).margins
    assert np.abs(changed - before.margins).max() > 1e-4, "what varies is missed"
    hub_format.save(base.encoder, base.hub_tokenizer, tmp_path)
    again = load_base(str(tmp_path), 0.0).encoder
    assert again.config.intermediate_size == half // 2
    assert again.encoder.layer[1].output.dense.weight.shape[1] == half // 2


def test_an_encoder_of_another_kind_is_not_pruned(bert: Path) -> None:
    network = MeasureNetwork(load_base(str(bert), 0.0).encoder, 0.0)
    network.encoder.encoder = torch.nn.Identity()
    with pytest.raises(ModelError, match="pruned"):
        prune(network, 0, [], 8)


@pytest.mark.usefixtures("any_export")
def test_interrupted_command_goes_on(bert: Path, material: Material, tmp_path: Path) -> None:
    job = Job(str(bert), material, tmp_path / "m", replace(SMALL, epochs=1))
    with pytest.raises(KeyboardInterrupt):
        fine_tune(job, Quiet(2))
    assert [path.name for path in job.out.iterdir()] == ["work"]
    display = Quiet()
    fine_tune(job, display)
    assert display.said[0] == "resumed in round 1, step 2"
    assert not (job.out / "work").exists() and (job.out / "model.json").exists()


@pytest.fixture(scope="module")
def base(bert: Path) -> Base:
    return load_base(str(bert), 0.0)


def test_half_precision_answers_like_the_network(
    base: Base, material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(5)
    network = MeasureNetwork(base.encoder, 0.0).eval()
    encoded = base.reader()([one.example for one in material.validation])
    monkeypatch.setattr(shipping.export, "WRITERS", {"float16": export.float16})
    shipped = shipping.ship(network, base, encoded, material.validation, None, tmp_path)
    assert shipped.precision == "float16"
    settings = {"kind": "encoder", "precision": "float16"}
    assert settings.items() <= json.loads((tmp_path / "model.json").read_text()).items()
    model = load_model(tmp_path)
    assert isinstance(model, EncoderModel)
    exact = outputs(network, encoded, base.marks.pad)
    found = model.outputs([one.example for one in material.validation])
    for ours, theirs in zip(exact, found, strict=True):
        assert np.abs(ours - theirs).max() < 0.02


def test_only_the_sentences_own_pieces_go_through_the_last_layer(
    base: Base, material: Material, tmp_path: Path
) -> None:
    torch.manual_seed(5)
    network = MeasureNetwork(base.encoder, 0.0).eval()
    examples = [one.example for one in material.validation]
    encoded = base.reader()(examples)
    export.single(network, tmp_path / NETWORK)
    plain = Calibration(*[np.ones(len(LABELS), np.float32)] * 3, 1.0)
    found = EncoderModel(base.reader(), tmp_path / NETWORK, plain).outputs(examples)
    exact = outputs(network, encoded, base.marks.pad)
    for ours, theirs in zip(exact, found, strict=True):
        assert np.abs(ours - theirs).max() < 0.02  # embeddings have eight bits

    seen: list[int] = []
    spared = only_own_pieces_leave(copy.deepcopy(network))
    layers: Any = [m for name, m in spared.named_modules() if name.endswith("intermediate.dense")]
    for layer in layers:
        layer.register_forward_hook(lambda _, given, __: seen.append(given[0].shape[1]))
    one = max(encoded, key=lambda each: len(each.ids) - (each.stop - each.start))
    with torch.no_grad():
        spared(*map(torch.from_numpy, arrays([one])))
    assert seen == [len(one.ids)] * (len(layers) - 1) + [one.stop - one.start]
    assert one.stop - one.start < len(one.ids)


def test_what_a_teacher_thinks_counts_beside_what_annotators_say(
    base: Base, material: Material, tmp_path: Path
) -> None:
    recipe = replace(SMALL, taught=0.25)
    alone, taught = (
        coded(base, Job("", material, tmp_path, recipe, teacher=teacher))
        for teacher in (None, Keywords())
    )
    thought = Keywords().probabilities([one.example for one in material.train])
    said = alone[0].targets.labels.numpy()
    assert np.allclose(taught[0].targets.labels.numpy(), 0.75 * said + 0.25 * thought)
    assert torch.equal(taught[1].targets.labels, alone[1].targets.labels)


def test_export_that_differs_is_not_shipped(
    base: Base, material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = MeasureNetwork(base.encoder, 0.0).eval()
    encoded = base.reader()([one.example for one in material.validation])
    monkeypatch.setattr(equality, "MOST_FLIPS", -1.0)
    with pytest.raises(ExportError, match=r"int8.*float16"):
        shipping.ship(network, base, encoded, material.validation, None, tmp_path)


def test_decisions_that_flip_are_counted() -> None:
    gold = Gold(LABELS[0], ("taken",), ("named",))
    sentences = [sentence(f"{n}", gold) for n in range(100)]
    margins = np.full((100, 12), -4, np.float32)
    margins[:, 0] = 4
    exact = Outputs(margins, np.zeros((100, 12, 5), np.float32), np.zeros((100, 12, 4), np.float32))
    ones = np.ones(12, np.float32)
    calibration = Calibration(ones, 0 * ones, ones / 2, 0.9)
    assert equality.difference(exact, exact, calibration, sentences).acceptable
    margins = margins.copy()
    margins[:2, 0], margins[:1, 1] = -4, 4
    statuses = exact.statuses.copy()
    statuses[50, 0, 1] = 1
    other = Outputs(margins, statuses, exact.scopes)
    found = equality.difference(exact, other, calibration, sentences)
    assert (found.flips, found.flips_of_given) == (3 / 1200, 0.03)
    assert found.f1_lost == pytest.approx(1 - 2 * 98 / 199, abs=1e-4) and not found.acceptable
    assert found.status_flips == pytest.approx(1 / 98, abs=1e-4) and found.scope_flips == 0


def test_loss_leaves_disputed_labels_out_and_takes_any_class_that_is_allowed() -> None:
    recipe = Recipe(positive_weight=1.0, kind_weight=1.0)
    gold = Gold(LABELS[0], ("taken", "ongoing"), ("named",))
    open_, held = sentence("a", gold), sentence("a", gold, disputed=(LABELS[0], LABELS[1]))
    zeros = [torch.zeros(1, 12), torch.zeros(1, 12, 5), torch.zeros(1, 12, 4)]
    said = (zeros[0], zeros[1], zeros[2])
    expected = 12 * np.log(2) + np.log(5 / 2) + np.log(4)
    assert loss(said, Targets.of([open_], [0.5]), recipe).item() == pytest.approx(expected)
    assert loss(said, Targets.of([held]), recipe).item() == pytest.approx(10 * np.log(2))


def test_weights_decide_how_much_a_sentence_counts() -> None:
    recipe = Recipe(positive_weight=1.0)
    said = (torch.tensor([[5.0] * 12, [-5.0] * 12]), torch.zeros(2, 12, 5), torch.zeros(2, 12, 4))
    sentences = [sentence("a"), sentence("b")]
    values = [loss(said, Targets.of(sentences, [w, 1.0]), recipe).item() for w in (0.0, 0.5, 1.0)]
    assert values[0] < 0.1 and values[0] < values[1] < values[2]


def test_no_document_is_in_two_parts() -> None:
    recipe = Recipe()
    gold = Gold(LABELS[0], ("taken",), ("named",))
    corpus = [sentence(f"d{n % 20}", gold) for n in range(60)]
    singles = [sentence(f"s{n}") for n in range(50)]
    silver = [sentence(f"p{n}") for n in range(200)]
    made = gather(Parts(corpus), singles, silver, recipe)
    parts = [{s.document for s in part} for part in (made.train, made.validation, made.test)]
    assert not parts[0] & parts[1] and not parts[0] & parts[2] and not parts[1] & parts[2]
    assert len(set.union(*parts)) == 270 and made == gather(Parts(corpus), singles, silver, recipe)
    real = [sum(name.startswith(of) for name in parts[1]) for of in ("s", "p")]
    assert real == [5, 5], "real prose helps to calibrate"
    assert sorted(set(made.weights)) == [0.5, 0.7, 1.0] and len(made.weights) == len(made.train)
    with pytest.raises(UsageError, match="too few"):
        gather(Parts([sentence("one", gold)]), [], [], recipe)
    with pytest.raises(UsageError, match="no measure"):
        gather(Parts([sentence(f"d{n}") for n in range(9)]), [], [], recipe)
    given = Parts([sentence("a", gold)], [sentence("b")], [sentence("c")])
    assert gather(given, [], [], recipe).train == given.train


def test_half_of_the_sentences_lose_their_heading_and_always_the_same_ones() -> None:
    gold = Gold(LABELS[0], ("taken",), ("named",))
    sentences = [
        replace(one, example=replace(one.example, text=f"Mening {n}.", heading="Personal"))
        for n, one in enumerate(sentence(f"d{n % 20}", gold) for n in range(400))
    ]
    made = gather(Parts(sentences), [], [], Recipe())
    for part in (made.train, made.validation):
        kept = [bool(one.example.heading) for one in part]
        assert 0.3 < sum(kept) / len(kept) < 0.7
    assert all(one.example.heading for one in made.test), "nothing is fitted to these"
    assert made == gather(Parts(sentences), [], [], Recipe())
    whole = gather(Parts(sentences), [], [], Recipe(headless=0.0))
    assert all(one.example.heading for one in whole.train)


def test_silver_sentences_count_less_in_status_and_scope() -> None:
    gold = Gold(LABELS[0], ("taken",), ("named",))
    silver = [sentence(f"p{n}", gold) for n in range(50)]
    recipe = Recipe(silver_weight=0.7, silver_kind_weight=0.2)
    made = gather(Parts([sentence(f"d{n}", gold) for n in range(50)]), [], silver, recipe)
    of_silver = [one.document.startswith("p") for one in made.train]
    assert [w == 0.7 for w in made.weights] == of_silver == [w == 0.2 for w in made.kind_weights]
    targets = Targets.of(made.train, made.weights, made.kind_weights)
    wrong = torch.zeros(len(made.train), 12, len(STATUSES))
    wrong[of_silver, :, STATUSES.index("rejected")] = 9.0
    said = (torch.zeros(len(made.train), 12), wrong, torch.zeros(len(made.train), 12, len(SCOPES)))
    alike = Targets.of(made.train, made.weights)
    assert loss(said, targets, recipe) < loss(said, alike, recipe)


def test_batches_hold_every_sentence_once_and_little_padding() -> None:
    lengths = np.random.default_rng(1).integers(5, 100, 500)
    plan = epoch(lengths, 1000, (1, 0))
    assert sorted(row for batch in plan for row in batch) == list(range(500))
    padded = [lengths[batch].max() * len(batch) for batch in plan]
    assert max(padded) <= 1000 and sum(padded) < 1.2 * lengths.sum()
    assert plan == epoch(lengths, 1000, (1, 0)) != epoch(lengths, 1000, (1, 1))


def test_model_folder_in_which_something_is_missing_is_refused(
    trained: tuple[Path, str], tmp_path: Path
) -> None:
    for name in (NETWORK, "tokenizer.json"):
        shutil.copytree(trained[0], tmp_path / name)
        (tmp_path / name / name).write_bytes(b"{}")
        with pytest.raises(ModelError, match="incomplete"):
            load_model(tmp_path / name)


def command(*words: object) -> BaseException | None:
    return CliRunner().invoke(cli, ["train", *map(str, words)]).exception


def test_errors_say_what_to_do(bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = write(tmp_path / "few.jsonl", documents(4))
    run: Callable[..., BaseException | None] = lambda encoder, out: command(  # noqa: E731
        "--encoder", encoder, "--data", data, "--out", out
    )
    absent = run(tmp_path / "no-such-folder", tmp_path / "out")
    assert isinstance(absent, ModelError) and "save_pretrained" in absent.advice
    full = tmp_path / "documents"
    full.mkdir()
    (full / "beslut.pdf").write_bytes(b"%PDF")
    assert isinstance(run(bert, full), OutputError)
    monkeypatch.setattr("pipeline.cli.train.find_spec", lambda name: None)
    missing = run(bert, tmp_path / "out")
    assert isinstance(missing, MissingDependencyError) and "kommunlupp[train]" in missing.advice


def test_bad_data_is_named(bert: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"id": "1", "text": "Ett."}\n', encoding="utf-8")
    error = command("--encoder", bert, "--data", tmp_path / "bad.jsonl", "--out", tmp_path / "m")
    assert isinstance(error, CorpusError) and "line 1" in error.message
