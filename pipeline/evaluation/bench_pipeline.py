"""How quick the pipeline is, a stage at a time and as a whole, with peers in the same run.

Machines differ, and other programs disturb: what counts are ratios of figures taken one after the
other, and of processor time rather than of wall time where something else is at work.

Stages, peers and the plain composition read a sample, the first documents of the corpus: the plain
composition would take an hour over all. The whole is run on a tenth of the documents and on all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.evaluation.bench_bars import bars
from pipeline.evaluation.bench_corpus import write_corpus
from pipeline.evaluation.bench_peers import SECONDS
from pipeline.evaluation.bench_whole import growth, speed

PAIRS = {
    "extraction": ("extract", ("pdfminer", "pypdfium2")),
    "repair": ("restore", ("symspell",)),
    "classification": ("classify", ("transformers",)),
}
"""A stage's job and its peers' (see bench_peers.py)."""
SAMPLE = 22
"""Documents of the sample, where the corpus has ten times as many; two rounds of lengths."""


def measure(scratch: Path, documents: int, jobs: int | None = None) -> dict[str, Any]:
    """Measure everything, with a corpus of so many documents; returns figures for JSON.

    Args:
        scratch: an empty folder.
        documents: at least 10.
        jobs: worker processes of the whole runs.
    """
    sample = scratch / "sample"
    few = min(SAMPLE, documents // 10)
    pages = write_corpus(sample, few)
    stages = {
        stage: {job: _job(job, sample, pages) for job in (own, *peers)}
        for stage, (own, peers) in PAIRS.items()
    }
    figures = {
        "machine": {"cores": os.cpu_count(), "workers": jobs or len(os.sched_getaffinity(0))},
        "sample": {"documents": few, "pages": pages},
        "models": _measured_apart("bench_models", sample),
        "stages": stages,
        "plain": _job("plain", sample, pages),
        "matrix": _measured_apart("bench_matrix", sample),
        **growth(scratch, documents, jobs),
    }
    figures["ratios"] = ratios(figures)
    figures["bars"] = [asdict(bar) for bar in bars(figures)]
    return figures


def ratios(figures: Mapping[str, Any]) -> dict[str, float]:
    """How many times as quick ours is; of restoration and classification the time by extraction's.

    `whole_to_plain_cpu` compares like with like, processor time with processor time;
    `whole_to_plain` sets all worker processes against the one process of the plain composition.
    """
    whole, plain, stages = figures["runs"]["all"], figures["plain"], figures["stages"]
    speeds = {
        "whole_to_plain_cpu": (whole, plain, "pages_per_cpu_second"),
        "whole_to_plain": (whole, plain, "pages_per_second"),
        **{
            f"{own}_to_{peer}": (stages[stage][own], stages[stage][peer], "pages_per_cpu_second")
            for stage, (own, peers) in PAIRS.items()
            for peer in peers
        },
    }
    spent = whole["stage_seconds"]
    of_sample = {own: stages[stage][own]["cpu_seconds"] for stage, (own, _) in PAIRS.items()}
    return {
        **{name: round(ours[key] / peer[key], 2) for name, (ours, peer, key) in speeds.items()},
        "restore_classify_to_extract": _beside_extraction(spent),
        "restore_classify_to_extract_cpu": _beside_extraction(of_sample),
    }


def _beside_extraction(seconds: Mapping[str, float]) -> float:
    return round((seconds["restore"] + seconds["classify"]) / seconds["extract"], 3)


def _job(name: str, folder: Path, pages: int) -> dict[str, float]:
    module = "pipeline.evaluation.bench_peers"
    subprocess.run([sys.executable, "-m", module, name, str(folder)], check=True)
    spent = json.loads((folder / SECONDS).read_text())
    return speed(spent["wall"], spent["cpu"], pages)


def _measured_apart(module: str, folder: Path) -> dict[str, Any]:
    """What a module prints of a folder, on one thread, as worker processes classify."""
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-m", f"pipeline.evaluation.{module}", str(folder)],
        check=True,
        stdout=subprocess.PIPE,
        env={**os.environ, **one_thread},
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures
