"""Make the restorer from public text in one command: pages, counts, tagger, export, seal.

`python -m pipeline.training.restorer --recipe configs/training/restorer.toml` can be stopped at any
time and goes on where it was: a step that is done is not done again until its settings or a step
before it change; pages and tagger go on from what they have written.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import ConfigError


class Recipe(BaseModel):
    """What a restorer is made from; see `configs/training/restorer.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Path
    corpus: tuple[Path, ...] = ()
    gazetteer: Path
    beds: tuple[Path, ...] = ()
    work: Path
    model: Path
    pages: int = Field(default=1000, ge=1, description="rendered by each worker")
    workers: int = Field(default=2, ge=1)
    minutes: float = Field(default=75.0, gt=0, description="of the tagger's training")
    threads: int = Field(default=2, ge=1)
    seed: int = 1


@dataclass(frozen=True)
class Step:
    """A module of this package with its command line, run in a process of its own."""

    module: str
    arguments: tuple[str, ...]

    def run(self) -> None:
        """Run it; raises `subprocess.CalledProcessError` where it fails."""
        command = [sys.executable, "-m", f"pipeline.training.{self.module}", *self.arguments]
        subprocess.run(command, check=True)


def steps(recipe: Recipe) -> list[Step]:
    """The steps of a recipe, in order."""
    pairs, tagger = str(recipe.work / "pairs"), str(recipe.work / "tagger")
    text, model = ("--text", str(recipe.text)), str(recipe.model)
    beds = tuple(word for bed in recipe.beds for word in ("--bed", str(bed)))
    pages = ("--pages", str(recipe.pages), "--workers", str(recipe.workers))
    names = ("--gazetteer", str(recipe.gazetteer))
    own = tuple(word for path in recipe.corpus for word in ("--corpus", str(path)))
    effort = ("--minutes", str(recipe.minutes), "--threads", str(recipe.threads))
    seed = ("--seed", str(recipe.seed))
    return [
        Step("ocr_pairs", (*text, *beds, "--out", pairs, *pages)),
        Step("count_ngrams", (*text, *own, *names, *beds, "--pairs", pairs, "--out", model)),
        Step("train_tagger", (*text, *beds, "--pairs", pairs, "--work", tagger, *effort, *seed)),
        Step("export_tagger", ("--work", tagger, "--pairs", pairs, "--out", model)),
        Step("seal_restorer", ("--model", model)),
    ]


def make(recipe: Recipe) -> list[str]:
    """Run what is not done yet; returns the names of the steps that were run.

    Raises:
        subprocess.CalledProcessError: a step failed; it said why.
    """
    recipe.work.mkdir(parents=True, exist_ok=True)
    ran = []
    for step, stamp in _stamped(steps(recipe)):
        mark = recipe.work / f"{step.module}.done"
        if mark.exists() and mark.read_text(encoding="utf-8") == stamp:
            continue
        if step.module == "train_tagger":
            _begin_anew_unless(stamp, recipe.work / "tagger")
        step.run()
        mark.write_text(stamp, encoding="utf-8")
        ran.append(step.module)
    return ran


def _stamped(run: list[Step]) -> Iterator[tuple[Step, str]]:
    """Each step with a hash of its command line and those before it."""
    before = ""
    for step in run:
        text = json.dumps([before, step.module, step.arguments])
        before = hashlib.sha256(text.encode()).hexdigest()
        yield step, before


def _begin_anew_unless(stamp: str, folder: Path) -> None:
    """Drop the checkpoint of a training that had other settings: it would count as finished."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / "settings"
    if not mark.exists() or mark.read_text(encoding="utf-8") != stamp:
        (folder / "tagger.pt").unlink(missing_ok=True)
        mark.write_text(stamp, encoding="utf-8")


def read_recipe(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        ConfigError: it cannot be read, or does not fit `Recipe`.
    """
    try:
        return Recipe.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        remedy = "Compare with configs/training/restorer.toml."
        raise ConfigError(f"cannot read {path}: {error}", remedy=remedy) from error


def main() -> None:
    """Read the command line and make the restorer."""
    parser = argparse.ArgumentParser(description=re.split(r"\n", __doc__ or "")[0])
    parser.add_argument("--recipe", type=Path, default=Path("configs/training/restorer.toml"))
    print(
        "ran:", ", ".join(make(read_recipe(parser.parse_args().recipe))) or "nothing: all is done"
    )


if __name__ == "__main__":
    main()
