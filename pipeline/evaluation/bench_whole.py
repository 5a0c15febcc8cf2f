"""Whole runs as commands: how quick, how much memory, how both grow, how Dask workers add up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from fpdf import FPDF

from pipeline.evaluation.bench_corpus import write_corpus
from pipeline.evaluation.bench_watch import Cost, watched

KOMMUNLUPP = (sys.executable, "-m", "pipeline.cli")
STARTS = 5


def speed(wall_s: float, cpu_s: float, pages: int) -> dict[str, float]:
    """Figures of some work on so many pages."""
    return {
        "seconds": round(wall_s, 4),
        "cpu_seconds": round(cpu_s, 4),
        "pages_per_second": round(pages / wall_s, 2),
        "pages_per_cpu_second": round(pages / cpu_s, 2),
    }


def whole_run(folder: Path, out: Path, pages: int, options: Sequence[str] = ()) -> dict[str, Any]:
    """`kommunlupp run` on the PDFs of a folder, start of the program included."""
    files = sorted(map(str, folder.glob("*.pdf")))
    cost = watched([*KOMMUNLUPP, "run", *files, "--out", str(out), *options])
    return {**speed(cost.seconds, cost.cpu_seconds, pages), **_account(out, cost)}


def _account(out: Path, cost: Cost) -> dict[str, Any]:
    seconds = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["seconds"]
    whole = seconds.pop("whole")
    spent = sum(seconds.values())
    return {
        "peak_mib": round(cost.peak_mib),
        "stage_seconds": {stage: round(s, 2) for stage, s in seconds.items()},
        "stage_share": {stage: round(s / spent, 3) for stage, s in seconds.items()},
        "run_seconds": whole,
    }


def growth(scratch: Path, documents: int, jobs: int | None = None) -> dict[str, Any]:
    """Time and memory with a tenth of the documents and with all.

    `growth_wall` and `growth_cpu` are the time that a page costs among all by what it costs among
    the tenth: 1 is linear. The start of the program counts, a few seconds.
    """
    options = ["--jobs", str(jobs)] if jobs else []
    runs = {}
    for name, number in (("tenth", documents // 10), ("all", documents)):
        pages = write_corpus(scratch / name, number)
        runs[name] = whole_run(scratch / name, scratch / f"run-{name}", pages, options)
        runs[name] |= {"documents": number, "pages": pages}
    tenth, full = runs["tenth"], runs["all"]
    return {
        "runs": runs,
        "growth_wall": round(tenth["pages_per_second"] / full["pages_per_second"], 3),
        "growth_cpu": round(tenth["pages_per_cpu_second"] / full["pages_per_cpu_second"], 3),
    }


def scaling(scratch: Path, documents: int) -> dict[str, Any]:
    """The same run on one Dask worker and on two; efficiency 1: two take half the time.

    The start of command, worker processes and models counts in both.
    """
    from pipeline.evaluation.dask_cluster import cluster

    pages = write_corpus(scratch / "corpus", documents)
    runs = {}
    for workers in (1, 2):
        place = scratch / f"cluster-{workers}"
        place.mkdir()
        with cluster(place, workers) as (address, _):
            options = ("--engine", "dask", "--scheduler", address)
            out = scratch / f"run-{workers}"
            runs[str(workers)] = whole_run(scratch / "corpus", out, pages, options)
    # Workers are no children of the command: of them only time is known.
    seconds = {workers: run["seconds"] for workers, run in runs.items()}
    return {
        "pages": pages,
        "seconds": seconds,
        "efficiency": round(seconds["1"] / (2 * seconds["2"]), 3),
    }


def start(scratch: Path) -> dict[str, Any]:
    """Median seconds, of five, of `--help`, and to the first finding in a document of one page."""
    page = scratch / "beslut.pdf"
    _write_page(page)

    def first_finding() -> None:
        with (
            tempfile.TemporaryDirectory(dir=scratch) as out,
            subprocess.Popen(
                [*KOMMUNLUPP, "run", str(page), "--out", f"{out}/run", "--stream"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            ) as process,
        ):
            assert process.stdout and process.stderr
            if not process.stdout.readline():
                raise RuntimeError(f"no finding: {process.stderr.read().decode()}")
            seconds.append(time.perf_counter() - began)
            process.communicate()

    def help_text() -> None:
        subprocess.run([*KOMMUNLUPP, "--help"], check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - began)

    figures = {}
    jobs: dict[str, Callable[[], None]] = {"help": help_text, "first_finding": first_finding}
    for name, job in jobs.items():
        seconds: list[float] = []
        for _ in range(STARTS):
            began = time.perf_counter()
            job()
        figures[name] = {"median": round(median(seconds), 3), "least": round(min(seconds), 3)}
    return {"cores": os.cpu_count(), "seconds": figures}


def _write_page(path: Path) -> None:
    pdf = FPDF(unit="pt", format="A4")
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    text = "Mora kommun har under året anställt två nya socialsekreterare till mottagningen."
    pdf.multi_cell(450, 14, f"Mora kommun\nSocialförvaltningen\n\n{text}")
    pdf.output(str(path))
