"""Labelled sentences of public prose, kept as coordinates: the prose itself is not ours to ship.

`corpus/public/annotation.jsonl` holds a line a sentence: `source` (a file of `shared/text`),
`line` (from 1), `start` and `end` (code points in that line), `check` (a hash of the sentence) and
`labels`.
`python -m pipeline.training.public_sentences --text ../shared/text --out FILE.jsonl` puts the
sentences and their neighbours back, in the format of single sentences (`corpus_data`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.training.corpus_data import CorpusError, read_records

ANNOTATION = Path("corpus/public/annotation.jsonl")


def check_of(sentence: str) -> str:
    """Return the hash by which a sentence is known again."""
    return hashlib.sha256(sentence.encode()).hexdigest()[:12]


def with_text(annotation: Path, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield records of single sentences; neighbours are those annotated in the same line.

    Raises:
        CorpusError: the text at a place is not the one that was annotated.
    """
    by_source: dict[str, dict[int, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for _, record in read_records(annotation):
        by_source[record["source"]][record["line"]].append(record)
    for source, by_line in sorted(by_source.items()):
        with lzma.open(folder / f"{source}.txt.xz", "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if number in by_line:
                    yield from _of_line(line, source, by_line[number])


def _of_line(line: str, source: str, records: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    records = sorted(records, key=lambda record: int(record["start"]))
    sentences = [line[record["start"] : record["end"]] for record in records]
    where = f"{source}, line {records[0]['line']}"
    if any(check_of(s) != r["check"] for s, r in zip(sentences, records, strict=True)):
        raise CorpusError(f"{where}: not the text that was annotated")
    around = list(pairwise(["", *sentences, ""]))
    for i, record in enumerate(records):
        yield {
            "id": f"{source}:{record['line']}:{record['start']}",
            "document": f"{source}:{record['line']}",
            "source": source,
            "before": around[i][0],
            "text": sentences[i],
            "after": around[i + 1][1],
            "labels": record["labels"],
        }


def main() -> None:
    """Run the command line; see the module's description."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--annotation", type=Path, default=ANNOTATION)
    parser.add_argument("--text", type=Path, default=Path("../shared/text"))
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    with options.out.open("w", encoding="utf-8") as out:
        for record in with_text(options.annotation, options.text):
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
