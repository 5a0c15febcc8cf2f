"""Train the shipped classifier: `python -m pipeline.training.classifier --encoder DIR`.

What `kommunlupp train` does, with the project's own sources: documents of the corpus, single real
sentences, and silver sentences of public prose (some of both help to calibrate). Any number of the
recipe can be given, as `--epochs 12` or `--head-rate 5e-4`.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.stages.classify import load_model
from pipeline.training.classifier.display import display
from pipeline.training.classifier.job import Job, fine_tune
from pipeline.training.classifier.material import gather
from pipeline.training.classifier.recipe import Recipe
from pipeline.training.classifier.sources import read_parts
from pipeline.training.corpus_data import read_labelled


def main() -> None:
    """Run the command line; see the module's description."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", required=True, help="folder or name on the hub")
    parser.add_argument("--corpus", type=Path, default=Path("corpus/measures"))
    parser.add_argument("--sentences", type=Path, help="single sentences, labelled once")
    parser.add_argument("--public", type=Path, help="silver sentences of public prose")
    parser.add_argument("--measure", type=Path, nargs="*", default=[], help="more sets to measure")
    parser.add_argument("--out", type=Path, default=Path("models/classifier"))
    parser.add_argument("--teacher", type=Path, help="a model to learn from, beside annotators")
    parser.add_argument("--anew", action="store_true", help="drop the checkpoint")
    for name, value in asdict(Recipe()).items():
        of_flag: dict[str, Any] = {"action": argparse.BooleanOptionalAction}
        form = of_flag if isinstance(value, bool) else {"type": type(value)}
        parser.add_argument(f"--{name.replace('_', '-')}", default=value, **form)
    given = vars(parser.parse_args())
    recipe = Recipe(**{name: given[name] for name in asdict(Recipe())})
    singles, silver = (
        read_labelled(given[name]) if given[name] else [] for name in ("sentences", "public")
    )
    job = Job(
        given["encoder"],
        gather(read_parts(given["corpus"]), singles, silver, recipe),
        given["out"],
        recipe,
        {path.stem: read_labelled(path) for path in given["measure"]},
        licence="mit",
        teacher=load_model(given["teacher"]) if given["teacher"] else None,
    )
    with display(sys.stderr) as shown:
        measured = fine_tune(job, shown, resume=not given["anew"])
    for name in ("validation", "test", *job.measured):
        print(f"{name}: micro-F1 {measured[name]['micro_f1']}")


if __name__ == "__main__":
    main()
