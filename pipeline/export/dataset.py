"""A run's findings as a `datasets.Dataset`, with typed features and a card."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.errors import MissingDependencyError, OutputError, UsageError
from pipeline.tables import FINDINGS

_AT_ONCE = 5_000
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


def save(run: Path, out: Path) -> int:
    """Write the findings of a run as a `datasets.Dataset`, with its card; returns how many.

    `datasets.load_from_disk(out)` reads it back. `label`, `status` and `scope` are `ClassLabel`s
    in the codebook's order; the other columns are those of findings.parquet. Findings are read and
    written a group at a time.

    Args:
        out: a new folder.

    Raises:
        OutputError: the folder exists and is not empty, or cannot be written.
        UsageError: `run` is no finished run folder.
        MissingDependencyError: the package `datasets` is not installed.
    """
    try:
        import datasets
    except ImportError as error:
        raise MissingDependencyError(
            "the package datasets is not installed", remedy="pip install 'kommunlupp[dataset]'"
        ) from error
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OutputError(f"{out} exists")
    told = card(run)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".kommunlupp-") as scratch:
            file = Path(scratch) / "findings.arrow"
            _write_arrow(run, file, _features())
            # On a disk, not in memory: the library maps the file.
            dataset = datasets.Dataset.from_file(str(file))
            dataset.save_to_disk(out)
            (out / "README.md").write_text(told, encoding="utf-8")
            return int(dataset.num_rows)
    except OSError as error:
        raise OutputError(f"cannot write {out}: {error.strerror}") from error


def _features() -> Any:
    import datasets

    features = datasets.Features.from_arrow_schema(FINDINGS.remove_metadata())
    for name, classes in _CLASSES.items():
        features[name] = datasets.ClassLabel(names=list(classes))
    return features


def _write_arrow(run: Path, file: Path, features: Any) -> None:
    """Write the findings table as the library wants it, classes as numbers."""
    with (
        _findings(run) as findings,
        pa.OSFile(str(file), "wb") as sink,
        pa.ipc.new_stream(sink, features.arrow_schema) as stream,
    ):
        for batch in findings.iter_batches(_AT_ONCE, columns=FINDINGS.names):
            columns = [_numbered(name, batch[name]) for name in FINDINGS.names]
            table = pa.table(columns, names=FINDINGS.names)
            stream.write_table(table.cast(features.arrow_schema))


def _numbered(name: str, values: pa.Array) -> pa.Array:
    """A column's values, those of classes as their numbers."""
    if name not in _CLASSES:
        return values
    numbers = pc.index_in(values, pa.array(_CLASSES[name]))
    if numbers.null_count:
        raise UsageError(
            f"{name} {values.filter(numbers.is_null())[0]} is not in the codebook",
            remedy="The run was made with another codebook: run it again with this version.",
        )
    return numbers


def _findings(run: Path) -> pq.ParquetFile:
    """Return the findings table of a run; raises `UsageError` where there is none."""
    try:
        return pq.ParquetFile(run / "findings.parquet")
    except (OSError, pa.ArrowException) as error:
        raise UsageError(f"{run} is not a run folder: {error}") from error


def card(run: Path) -> str:
    """The dataset's card, from the run's manifest; raises `UsageError` where there is none."""
    try:
        manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
        counts = manifest["counts"]
    except (OSError, ValueError, KeyError) as error:  # an aggregation has a manifest of its own
        raise UsageError(
            f"{run} is not a finished run: {error}",
            remedy="Give the folder of a `kommunlupp run` that came to its end.",
        ) from error
    labels = Counter[str]()
    with _findings(run) as findings:
        for batch in findings.iter_batches(_AT_ONCE, columns=["label"]):
            labels.update(batch["label"].to_pylist())
    about = [
        f"| `{field.name}` | {field.metadata[b'description'].decode()} |" for field in FINDINGS
    ]
    settings = {key: manifest[key] for key in ("config", "stages", "commit")}
    return _CARD.format(
        name="kommunlupp findings",
        findings=counts["findings"],
        documents=counts["read"] + counts["partly"],
        finished=manifest["finished"][:10],
        failed=counts["failed"],
        partly=counts["partly"],
        columns="\n".join(about),
        labels="\n".join(f"| {label} | {n} |" for label, n in labels.most_common()),
        settings=json.dumps(settings, indent=2, ensure_ascii=False),
    )
