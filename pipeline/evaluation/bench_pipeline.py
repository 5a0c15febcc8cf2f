"""How quick the pipeline is, a stage at a time and as a whole, with peers in the same run.

Machines differ, and other programs disturb: what counts are ratios of figures taken one after the
other, and of processor time rather than of wall time where something else is at work.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.evaluation.bench_corpus import write_corpus
from pipeline.evaluation.bench_peers import SECONDS
from pipeline.evaluation.bench_watch import watched

PAIRS = {
    "extraction": ("extract", ("pdfminer", "pypdfium2")),
    "repair": ("restore", ("symspell",)),
    "classification": ("classify", ("transformers",)),
}
"""A stage's job and its peers' (see bench_peers.py)."""
FEW, SMALL = 11, 50
"""Documents that stages and peers are measured on; those of the smaller of the two whole runs."""
_MATRIX = 1024


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
    runs = {
        name: _run(folder, scratch / f"run-{name}", pages[name], jobs)
        for name, folder in (("small", small), ("large", large))
    }
    whole, less = runs["large"], runs["small"]
    return {
        "machine": {"cores": os.cpu_count(), "matrix_gflops_s": _matrix_gflops()},
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
    return _speed(spent["wall"], spent["cpu"], pages)


def _speed(wall: float, cpu: float, pages: int) -> dict[str, float]:
    return {
        "seconds": round(wall, 2),
        "cpu_seconds": round(cpu, 2),
        "pages_per_second": round(pages / wall, 2),
        "pages_per_cpu_second": round(pages / cpu, 2),
    }


def _run(folder: Path, out: Path, pages: int, jobs: int | None) -> dict[str, Any]:
    """`kommunlupp run`, start of the program included."""
    files = sorted(map(str, folder.glob("*.pdf")))
    listed = ["--jobs", str(jobs)] if jobs else []
    command = [sys.executable, "-m", "pipeline.cli", "run", *files, "--out", str(out), *listed]
    cost = watched(command)
    seconds = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["seconds"]
    whole = seconds.pop("whole")
    spent = sum(seconds.values())
    return {
        **_speed(cost.seconds, cost.cpu_seconds, pages),
        "peak_mib": round(asdict(cost)["peak_mib"]),
        "stage_share": {stage: round(s / spent, 3) for stage, s in seconds.items()},
        "run_seconds": whole,
    }


def _ratio(left: dict[str, Any], right: dict[str, Any], key: str) -> float:
    ratio: float = round(left[key] / right[key], 2)
    return ratio


def _matrix_gflops() -> float:
    """The best of five products of square matrices in single precision, all cores."""
    left = np.random.default_rng(0).random((_MATRIX, _MATRIX), dtype=np.float32)
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        left @ left
        best = min(best, time.perf_counter() - began)
    return round(2 * _MATRIX**3 / best / 1e9, 1)


def as_markdown(figures: dict[str, Any]) -> str:
    """The figures as tables."""
    lines = ["| | pages/s | pages per CPU second |", "|---|---|---|"]
    rows = {job: f for jobs in figures["stages"].values() for job, f in jobs.items()}
    rows["plain composition"] = figures["plain"]
    for name, run in figures["runs"].items():
        rows[f"whole, {name} corpus ({figures['pages'][name]} pages)"] = run
    for name, speed in rows.items():
        line = f"| {name} | {speed['pages_per_second']} | {speed['pages_per_cpu_second']} |"
        lines.append(line)
    lines += ["", "| ratio | |", "|---|---|"]
    lines += [f"| {name.replace('_', ' ')} | {r} |" for name, r in figures["ratios"].items()]
    large = figures["runs"]["large"]
    lines += ["", "| stage | share of time |", "|---|---|"]
    lines += [f"| {stage} | {share:.1%} |" for stage, share in large["stage_share"].items()]
    peaks = ", ".join(f"{name} {run['peak_mib']}" for name, run in figures["runs"].items())
    lines += ["", f"Peak memory of all processes, MiB: {peaks}"]
    return "\n".join(lines) + "\n"
