"""The whole of a fine-tuning, from an encoder's name to a model folder with card and figures."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from pipeline.errors import OutputError
from pipeline.evaluation.baselines import Keywords, Majority
from pipeline.stages.classify.encoder import LINEAR
from pipeline.stages.classify.examples import MeasureModel
from pipeline.stages.classify.linear import LinearModel
from pipeline.stages.classify.load import load_model
from pipeline.training import linear as linear_training
from pipeline.training.classifier.base import Base, load_base
from pipeline.training.classifier.batches import Targets
from pipeline.training.classifier.card import card
from pipeline.training.classifier.display import Display
from pipeline.training.classifier.joining import joined
from pipeline.training.classifier.material import Material
from pipeline.training.classifier.misspelling import misspelt
from pipeline.training.classifier.network import MeasureNetwork
from pipeline.training.classifier.prune import prune
from pipeline.training.classifier.recipe import Recipe
from pipeline.training.classifier.shipping import Shipped, ship
from pipeline.training.classifier.soup import soup
from pipeline.training.classifier.trainer import Coded, Round
from pipeline.training.corpus_data import LabelledSentence
from pipeline.training.linear import figures

WORK, CHECKPOINT = "work", "checkpoint-{}.pt"
"""A folder within the model's for what is unfinished, and a run's checkpoint in it."""
CARD, FIGURES = "README.md", "metrics.json"


@dataclass(frozen=True)
class Job:
    """What to fine-tune, on what, and where the model goes.

    Attributes:
        encoder: a name on the hub or a folder.
        measured: further sentences that the model is measured on; names to sentences.
        licence: of the model, for its card; None: the card says nothing of it.
        teacher: a model that the new one learns from, too; see `Recipe.taught`.
    """

    encoder: str
    material: Material
    out: Path
    recipe: Recipe = field(default_factory=Recipe)
    measured: Mapping[str, Sequence[LabelledSentence]] = field(default_factory=dict)
    licence: str | None = None
    teacher: MeasureModel | None = None


def fine_tune(job: Job, display: Display, *, resume: bool = True) -> dict[str, Any]:
    """Do the job and return the figures that `metrics.json` holds.

    Training goes on from the checkpoint that an earlier, interrupted run of the same job left in
    `job.out`; without `resume` it starts anew.

    Raises:
        OutputError: the folder holds something else than a model, or cannot be written.
        CheckpointError, ExportError, ModelError: see there.
    """
    torch.manual_seed(job.recipe.seed)
    base = load_base(job.encoder, job.recipe.dropout)
    work = _prepared(job.out)
    if not resume:
        for checkpoint in work.glob(CHECKPOINT.format("*")):
            checkpoint.unlink()
    network = MeasureNetwork(base.encoder, job.recipe.dropout)
    data = coded(base, job)
    try:
        rounds = soup(network, base.marks, data, job.recipe, work / CHECKPOINT, display)
        if job.recipe.units:
            prune(network, base.marks.pad, data[0].encoded, job.recipe.units)
        display.says("training the linear model on the same sentences")
        linear = _linear(job.material)
        with tempfile.TemporaryDirectory(dir=work) as scratch:
            folder = Path(scratch)
            display.says("exporting")
            shipped = ship(
                network.cpu(),
                base,
                data[0].encoded,
                job.material.validation,
                linear if job.recipe.mix else None,
                folder,
            )
            display.says("measuring")
            measured = _measured(job, load_model(folder), linear)
            measured |= _about(job, network, base, rounds, shipped)
            _write(folder / FIGURES, json.dumps(measured, indent=2, ensure_ascii=False) + "\n")
            _write(folder / CARD, card(measured, job.licence, _old(job.out / CARD), job.out.name))
            _replace(folder, job.out)
        shutil.rmtree(work)
    except OSError as error:
        raise OutputError(f"cannot write {job.out}: {error}") from error
    return measured


def _prepared(out: Path) -> Path:
    """Make the folder; returns the one within it for what is unfinished."""
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is no folder")
    held = {path.name for path in out.iterdir()} if out.exists() else set()
    if held - {CARD} and not held & {"model.json", WORK}:
        raise OutputError(f"{out} holds something else than a model")
    try:
        (out / WORK).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make {out}: {error}") from error
    return out / WORK


def coded(base: Base, job: Job) -> tuple[Coded, Coded]:
    """What is learned from, joined, misspelt and taught as the job says, and what validates."""
    reader, material = base.reader(), job.material
    learned = joined(material.train, job.recipe.joined)
    train, validation = (
        [one.example for one in sentences] for sentences in (learned, material.validation)
    )
    seen = [replace(one, text=misspelt(one.text, job.recipe.misspelt)) for one in train]
    targets = Targets.of(learned, material.weights, material.kind_weights)
    if job.teacher:
        thought = torch.from_numpy(job.teacher.probabilities(train))
        targets = replace(targets, labels=torch.lerp(targets.labels, thought, job.recipe.taught))
    return (
        Coded(reader(seen), targets),
        Coded(reader(validation), Targets.of(material.validation)),
    )


def _linear(material: Material) -> LinearModel:
    """The peer: TF-IDF and logistic regression, trained and calibrated on the same sentences."""
    return linear_training.train(
        material.train,
        material.validation,
        linear_training.Recipe(),
        material.weights,
        material.kind_weights,
    )


def _measured(job: Job, model: MeasureModel, linear: LinearModel) -> dict[str, Any]:
    """Figures of the model on every set, and of what it must beat."""
    sets = {"validation": job.material.validation, "test": job.material.test, **job.measured}
    peers: dict[str, MeasureModel] = {
        "majority": Majority(),
        "keywords": Keywords(),
        "linear": linear,
    }
    found = {name: figures(model, sentences) for name, sentences in sets.items()}
    found["baselines"] = {
        peer: {
            name: {k: v for k, v in figures(one, sentences).items() if k != "labels"}
            for name, sentences in sets.items()
        }
        for peer, one in peers.items()
    }
    return found


def _about(
    job: Job, network: MeasureNetwork, base: Base, rounds: list[list[Round]], shipped: Shipped
) -> dict[str, Any]:
    return {
        "about": {
            "encoder": base.name,
            "parameters": sum(p.numel() for p in network.parameters()),
            "trained_on": len(job.material.train),
            "weights": {
                f"{weight:g}": job.material.weights.count(weight)
                for weight in sorted(set(job.material.weights), reverse=True)
            },
            "precision": shipped.precision,
            "differences": {name: asdict(one) for name, one in shipped.differences.items()},
            "linear_shares": shipped.shares,
            "surprises": [
                {f"{share:g}": value for share, value in tried.items()}
                for tried in shipped.surprises
            ],
            "recipe": asdict(job.recipe),
            "rounds": rounds,
        }
    }


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _old(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _replace(new: Path, out: Path) -> None:
    """Move what is new over what is old."""
    if (out / LINEAR).is_dir():
        shutil.rmtree(out / LINEAR)
    for path in new.iterdir():
        path.replace(out / path.name)
