"""The figures of `bench_pipeline.measure` as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_MET = {True: "yes", False: "no", None: "not measured"}


def as_markdown(figures: Mapping[str, Any]) -> str:
    """Return the headline, what was measured on what, and the tables."""
    runs, ratios, matrix = figures["runs"], figures["ratios"], figures["matrix"]
    beside = [ratios[f"restore_classify_to_extract{of}"] for of in ("", "_cpu")]
    parts = [
        _headline(figures),
        _measured_on(figures),
        _table(("", "pages/s", "pages per CPU second", "cores busy"), _speeds(figures)),
        _table(
            ("times as many pages per CPU second", ""),
            (
                (name.replace("_to_", " to "), ratio)
                for name, ratio in ratios.items()
                if not name.startswith(("whole", "restore_classify"))
            ),
        ),
        _table(
            ("restoration + classification against extraction", ""),
            (
                ("seconds of the stages in the whole run", beside[0]),
                ("CPU seconds of the stages on the sample", beside[1]),
            ),
        ),
        _table(
            ("stage", "share of time"),
            ((stage, f"{share:.1%}") for stage, share in runs["all"]["stage_share"].items()),
        ),
        _table(
            ("peak memory of all processes", "MiB"),
            ((_run_name(run), run["peak_mib"]) for run in runs.values()),
        ),
        _table(
            ("classifier", "layers", "width", "parameters"),
            (
                (model["what"], *(model.get(key, "") for key in ("layers", "width", "parameters")))
                for model in figures["models"].values()
            ),
        ),
        _table(
            ("classification beside the peak of matrix products", ""),
            ((name.replace("_", " "), value) for name, value in matrix.items()),
        ),
        _table(
            ("bar", "wanted", "reached", "met"),
            (
                (bar["what"], bar["wanted"], bar["reached"], _MET[bar["met"]])
                for bar in figures["bars"]
            ),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _headline(figures: Mapping[str, Any]) -> str:
    ratios, workers = figures["ratios"], figures["machine"]["workers"]
    return (
        f"**The whole reads {ratios['whole_to_plain_cpu']} times as many pages per CPU second as "
        "the plain composition** of pdfminer.six, symspellpy and transformers. By the clock it is "
        f"{ratios['whole_to_plain']}, but that sets {workers} worker processes against the one "
        "process of the plain composition (cores busy: below)."
    )


def _measured_on(figures: Mapping[str, Any]) -> str:
    sample, whole = figures["sample"], figures["runs"]["all"]
    return (
        f"Stages, peers and the plain composition: a sample of {sample['documents']} documents, "
        f"{sample['pages']} pages, models loaded before. The whole: all {whole['documents']} "
        f"documents, {whole['pages']} pages, start of the program included."
    )


def _speeds(figures: Mapping[str, Any]) -> Iterable[Sequence[object]]:
    rows = {job: row for jobs in figures["stages"].values() for job, row in jobs.items()}
    rows["plain composition"] = figures["plain"]
    rows |= {_run_name(run): run for run in figures["runs"].values()}
    for name, row in rows.items():
        busy = round(row["cpu_seconds"] / row["seconds"], 1)
        yield name, row["pages_per_second"], row["pages_per_cpu_second"], busy


def _run_name(run: Mapping[str, Any]) -> str:
    return f"whole, {run['documents']} documents, {run['pages']} pages"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    return str(value)
