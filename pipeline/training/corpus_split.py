"""Put documents into the corpus: uniform keys, split by document, fixed by a hash.

`python -m pipeline.training.corpus_split FILE.jsonl… --out corpus/measures` reads new documents and
adds them to `train.jsonl`, `validation.jsonl` and `test.jsonl`. Within a genre, new documents are
ordered by the hash of their id; the first eighth is test, the next eighth validation. A document
that was placed once stays there: what a model has learned from is never tested on later.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from pipeline.training.corpus_data import read_records

HELD_OUT_SHARE = 0.12
SPLITS = ("train", "validation", "test")


def split(documents: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the documents of each split, sorted by id; every genre is in every split if it can."""
    genres = defaultdict(list)
    for document in documents:
        genres[document["genre"]].append(document)
    parts: dict[str, list[dict[str, Any]]] = {name: [] for name in SPLITS}
    for members in genres.values():
        members.sort(key=lambda document: hashlib.sha256(document["id"].encode()).digest())
        held_out = max(1, round(HELD_OUT_SHARE * len(members))) if len(members) >= 3 else 0
        parts["test"] += members[:held_out]
        parts["validation"] += members[held_out : 2 * held_out]
        parts["train"] += members[2 * held_out :]
    return {
        name: sorted(part, key=lambda document: str(document["id"])) for name, part in parts.items()
    }


def added(
    placed: dict[str, list[dict[str, Any]]], new: list[dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Return the splits with new documents among them; those that are known are passed over."""
    known = {document["id"] for part in placed.values() for document in part}
    parts = split([document for document in new if document["id"] not in known])
    return {
        name: sorted([*placed[name], *part], key=lambda document: str(document["id"]))
        for name, part in parts.items()
    }


def uniform(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with the same keys, in the same order, as every other."""
    return {
        **{key: document[key] for key in ("id", "genre", "title", "year", "author")},
        "municipalities": document["municipalities"],
        "sections": [
            {
                "heading": section["heading"],
                "sentences": [
                    {
                        "text": sentence["text"],
                        "labels": [
                            {key: label[key] for key in ("label", "status", "scope")}
                            for label in sentence["labels"]
                        ],
                        "municipalities": sentence["municipalities"],
                        "quantity": _quantity(sentence.get("quantity")),
                    }
                    for sentence in section["sentences"]
                ],
            }
            for section in document["sections"]
        ],
    }


def _quantity(given: dict[str, Any] | None) -> dict[str, Any] | None:
    """A share is a number with decimals in every document."""
    if given is None or given["percent"] is None:
        return given
    return {**given, "percent": float(given["percent"])}


def main() -> None:
    """Run the command line; see the module's description."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    documents = [uniform(record) for file in arguments.files for _, record in read_records(file)]
    arguments.out.mkdir(parents=True, exist_ok=True)
    files = {name: arguments.out / f"{name}.jsonl" for name in SPLITS}
    placed = {
        name: [record for _, record in read_records(file)] if file.exists() else []
        for name, file in files.items()
    }
    for name, part in added(placed, documents).items():
        lines = [json.dumps(document, ensure_ascii=False) + "\n" for document in part]
        files[name].write_text("".join(lines), encoding="utf-8")
        print(f"{name}: {len(part)} documents")


if __name__ == "__main__":
    main()
