"""How quick the pipeline is, a stage at a time and as a whole, with peers in the same run.

Machines differ, and other programs disturb: what counts are ratios of figures taken one after the
other, and of processor time rather than of wall time where something else is at work.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipeline.evaluation.bench_corpus import write_corpus
from pipeline.evaluation.bench_peers import SECONDS
from pipeline.evaluation.bench_whole import speed, whole_run

PAIRS = {
    "extraction": ("extract", ("pdfminer", "pypdfium2")),
    "repair": ("restore", ("symspell",)),
    "classification": ("classify", ("transformers",)),
}
"""A stage's job and its peers' (see bench_peers.py)."""
FEW, SMALL = 11, 50
"""Documents that stages and peers are measured on; those of the smaller of the two whole runs."""


def measure(scratch: Path, documents: int, jobs: int | None = None) -> dict[str, Any]:
    """Measure everything, with a corpus of so many documents; returns figures for JSON.

    Args:
        scratch: an empty folder.
        documents: more than `SMALL`.
        jobs: worker processes of the whole runs.
    """
    few, small, large = (scratch / name for name in ("few", "small", "large"))
    pages = {
        "few": write_corpus(few, FEW),
        "small": write_corpus(small, SMALL),
        "large": write_corpus(large, documents),
    }
    stages = {
        stage: {job: _job(job, few, pages["few"]) for job in (own, *peers)}
        for stage, (own, peers) in PAIRS.items()
    }
    plain = _job("plain", few, pages["few"])
    options = ["--jobs", str(jobs)] if jobs else []
    runs = {
        name: whole_run(folder, scratch / f"run-{name}", pages[name], options)
        for name, folder in (("small", small), ("large", large))
    }
    whole, less = runs["large"], runs["small"]
    return {
        "machine": {"cores": os.cpu_count()},
        "matrix": _matrix(few),
        "pages": pages,
        "stages": stages,
        "plain": plain,
        "runs": runs,
        "ratios": {
            "whole_to_plain": _ratio(whole, plain, "pages_per_second"),
            "whole_to_plain_cpu": _ratio(whole, plain, "pages_per_cpu_second"),
            "growth_wall": _ratio(less, whole, "pages_per_second"),
            "growth_cpu": _ratio(less, whole, "pages_per_cpu_second"),
            **{
                f"{own}_to_{peer}": _ratio(
                    stages[stage][own], stages[stage][peer], "pages_per_cpu_second"
                )
                for stage, (own, peers) in PAIRS.items()
                for peer in peers
            },
        },
    }


def _job(name: str, folder: Path, pages: int) -> dict[str, float]:
    module = "pipeline.evaluation.bench_peers"
    subprocess.run([sys.executable, "-m", module, name, str(folder)], check=True)
    spent = json.loads((folder / SECONDS).read_text())
    return speed(spent["wall"], spent["cpu"], pages)


def _ratio(left: dict[str, Any], right: dict[str, Any], key: str) -> float:
    ratio: float = round(left[key] / right[key], 2)
    return ratio


def _matrix(folder: Path) -> dict[str, Any]:
    """On one thread, as worker processes classify."""
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.evaluation.bench_matrix", str(folder)],
        check=True,
        stdout=subprocess.PIPE,
        env={**os.environ, **one_thread},
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def as_markdown(figures: dict[str, Any]) -> str:
    """The figures as tables."""
    lines = ["| | pages/s | pages per CPU second |", "|---|---|---|"]
    rows = {job: f for jobs in figures["stages"].values() for job, f in jobs.items()}
    rows["plain composition"] = figures["plain"]
    for name, run in figures["runs"].items():
        rows[f"whole, {name} corpus ({figures['pages'][name]} pages)"] = run
    for name, row in rows.items():
        line = f"| {name} | {row['pages_per_second']} | {row['pages_per_cpu_second']} |"
        lines.append(line)
    lines += ["", "| ratio | |", "|---|---|"]
    lines += [f"| {name.replace('_', ' ')} | {r} |" for name, r in figures["ratios"].items()]
    large = figures["runs"]["large"]
    lines += ["", "| stage | share of time |", "|---|---|"]
    lines += [f"| {stage} | {share:.1%} |" for stage, share in large["stage_share"].items()]
    peaks = ", ".join(f"{name} {run['peak_mib']}" for name, run in figures["runs"].items())
    lines += ["", f"Peak memory of all processes, MiB: {peaks}"]
    lines += ["", f"Classification beside the peak of matrix products: {figures['matrix']}"]
    return "\n".join(lines) + "\n"
