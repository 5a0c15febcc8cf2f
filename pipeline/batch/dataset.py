"""A run's findings as a `datasets.Dataset`, with typed features and a card."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.errors import MissingDependencyError, OutputError, UsageError
from pipeline.tables import FINDINGS

_CLASSES = {"label": LABELS, "status": STATUSES, "scope": SCOPES}

_CARD = """---
language: sv
task_categories: [text-classification]
pretty_name: {name}
---
# {name}

{findings} findings in {documents} documents, made by `kommunlupp run` on {finished}.

A row is a sentence that, as a program judged, speaks of a measure that a Swedish municipality
takes, has taken or should take. Nobody has checked the rows: `score` is the probability, calibrated
on other documents, that the label holds. Texts come from the documents and may name persons; they
are not licensed by being here. Documents that could not be read have no rows: {failed} failed and
{partly} were read in part.

| column | what |
|---|---|
{columns}

| label | findings |
|---|---|
{labels}

Models and settings:

```json
{settings}
```
"""


def load(run: Path) -> Any:
    """Return the findings of a run as a `datasets.Dataset`.

    `label`, `status` and `scope` are `ClassLabel`s in the codebook's order; the other columns are
    those of findings.parquet.

    Raises:
        UsageError: `run` is no finished run folder.
        MissingDependencyError: the package `datasets` is not installed.
    """
    try:
        import datasets
        from datasets.table import InMemoryTable
    except ImportError as error:
        raise MissingDependencyError(
            "the package datasets is not installed", remedy="pip install 'kommunlupp[dataset]'"
        ) from error
    try:
        table = pq.read_table(run / "findings.parquet").select(FINDINGS.names)
    except (OSError, KeyError) as error:
        raise UsageError(f"{run} is not a run folder: {error}") from error
    plain = table.replace_schema_metadata(None).cast(FINDINGS.remove_metadata())
    features = datasets.Features.from_arrow_schema(plain.schema)
    for name, classes in _CLASSES.items():
        features[name] = datasets.ClassLabel(names=list(classes))
    return datasets.Dataset(InMemoryTable(plain)).cast(features)


def save(run: Path, out: Path) -> int:
    """Write the dataset of a run to a new folder, with its card; returns the number of rows.

    `datasets.load_from_disk(out)` reads it back.

    Raises:
        OutputError: the folder exists and is not empty, or cannot be written.
        UsageError, MissingDependencyError: see `load`.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OutputError(f"{out} exists")
    dataset = load(run)
    try:
        dataset.save_to_disk(out)
        (out / "README.md").write_text(card(run), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write {out}: {error.strerror}") from error
    return int(dataset.num_rows)


def card(run: Path) -> str:
    """The dataset's card, from the run's manifest; raises `UsageError` where there is none."""
    try:
        manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
        labels = pq.read_table(run / "findings.parquet", columns=["label"])["label"].to_pylist()
    except (OSError, ValueError) as error:
        raise UsageError(f"{run} is not a finished run: {error}") from error
    about = [
        f"| `{field.name}` | {field.metadata[b'description'].decode()} |" for field in FINDINGS
    ]
    counts = manifest["counts"]
    settings = {key: manifest[key] for key in ("config", "stages", "commit")}
    return _CARD.format(
        name="kommunlupp findings",
        findings=counts["findings"],
        documents=counts["read"] + counts["partly"],
        finished=manifest["finished"][:10],
        failed=counts["failed"],
        partly=counts["partly"],
        columns="\n".join(about),
        labels="\n".join(f"| {label} | {n} |" for label, n in Counter(labels).most_common()),
        settings=json.dumps(settings, indent=2, ensure_ascii=False),
    )
