"""Labelled sentences of the four real documents, kept without their text: it is not ours to ship.

`corpus/seeds/annotation.jsonl` holds a line a sentence, in order: `source` (a file of
`shared/seeds`), `check` (a hash of the sentence), `labels` with every status and scope that one of
two coders gave, and `disputed`, the labels that only one of them gave.

    python -m pipeline.evaluation.seed_sentences --out FILE.jsonl

reads the documents as the pipeline does and writes the sentences with their labels, as `kommunlupp
evaluate measures --data` takes them.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.config import Config
from pipeline.flow import Pipeline, identify
from pipeline.stages.classify.examples import examples_of
from pipeline.training.corpus_data import read_records
from pipeline.training.public_sentences import check_of

ANNOTATION = Path("corpus/seeds/annotation.jsonl")
SEEDS = Path("../shared/seeds")


def with_text(annotation: Path, seeds: Path) -> Iterator[dict[str, Any]]:
    """Yield records of single sentences; one that the pipeline now cuts otherwise has none."""
    waiting: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for _, record in read_records(annotation):
        waiting[record["source"], record["check"]].append(record)
    pipeline = Pipeline.from_config(Config())
    for source in sorted({source for source, _ in waiting}):
        for number, example in enumerate(examples_of(pipeline(identify(seeds / source)))):
            if records := waiting[source, check_of(example.text)]:
                record = records.pop(0)
                yield {
                    "id": f"{source}:{number}",
                    "document": source,
                    "heading": example.heading,
                    "before": example.before,
                    "text": example.text,
                    "after": example.after,
                    "labels": record["labels"],
                    "disputed": record["disputed"],
                }


def main() -> None:
    """Run the command line; see the module's description."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--annotation", type=Path, default=ANNOTATION)
    parser.add_argument("--seeds", type=Path, default=SEEDS)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    found = list(with_text(options.annotation, options.seeds))
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in found]
    options.out.write_text("".join(lines), encoding="utf-8")
    wanted = sum(1 for _ in read_records(options.annotation))
    print(f"{len(found)} of {wanted} sentences found")


if __name__ == "__main__":
    main()
