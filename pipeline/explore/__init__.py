"""What notebooks show: highlighted text, tables and plots, in Swedish where a reader sees it."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.errors import UsageError

RUN = "KOMMUNLUPP_RUN"
"""Environment variable that names the run folder which the notebooks open."""


def chosen_run() -> Path:
    """Return the run that the notebooks show: of `KOMMUNLUPP_RUN`, or `demo-run` of `make demo`.

    Raises:
        UsageError: neither is there.
    """
    folder = Path(os.environ.get(RUN, Path(__file__).parents[2] / "demo-run"))
    if not folder.is_dir():
        remedy = f"Run `make demo`, or set {RUN} to the folder of a run of your own."
        raise UsageError(f"there is no run in {folder}", remedy=remedy)
    return folder
