"""How quickly and in how much memory findings are aggregated.

    python -m pipeline.evaluation.aggregate_speed [--findings 100000]

Invents a run, then aggregates it in a fresh process, reading and writing included.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline.aggregate import aggregate
from pipeline.aggregate.merge import read_run
from pipeline.aggregate.outputs import write
from pipeline.evaluation.synthetic import Size, invent, some_rates
from pipeline.gazetteer import Gazetteer


def measure(run: Path, out: Path) -> dict[str, float]:
    """Aggregate `run` into `out`; returns seconds, seconds of CPU and MiB at the peak."""
    began, cpu = time.perf_counter(), time.process_time()
    rates = some_rates()
    result = aggregate([read_run(run)], Gazetteer.load(), rates=rates)
    counted = time.perf_counter()
    write(result, out)
    return {
        "findings": result.run.findings.num_rows,
        "rows": result.municipalities.num_rows,
        "counting_s": round(counted - began, 2),
        "whole_s": round(time.perf_counter() - began, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        "peak_mib": _peak_mib(),
    }


def _peak_mib() -> int:
    """The most memory this program has held; `ru_maxrss` would count the parent's before it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=100_000)
    parser.add_argument("--run", type=Path, help="a run folder that is there already")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if arguments.run:
            print(json.dumps(measure(arguments.run, Path(scratch) / "out")))
            return
        folder = Path(scratch) / "run"
        documents = max(1, arguments.findings // 12)
        invent(Size(arguments.findings, documents)).write(folder)
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "pipeline.evaluation.aggregate_speed",
            "--run",
            folder,
        ]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
