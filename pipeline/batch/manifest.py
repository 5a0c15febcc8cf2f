"""`manifest.json`: what a run was made from and with, so that it can be repeated."""

from __future__ import annotations

import platform
import subprocess
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.config import Config
from pipeline.packages import package_versions

if TYPE_CHECKING:
    from pipeline.batch.summary import Summary


def describe(
    config: Config,
    versions: dict[str, str],
    inputs: dict[str, str],
    summary: Summary,
    started: datetime,
) -> dict[str, Any]:
    """Return the manifest.

    Args:
        versions: of the stages, by name.
        inputs: document id (SHA-256 of the bytes) to path.
    """
    return {
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "config": config.model_dump(mode="json"),
        "stages": versions,
        "packages": package_versions(),
        "python": platform.python_version(),
        "commit": commit(),
        "inputs": inputs,
        "counts": {
            key: value for key, value in asdict(summary).items() if key not in ("seconds", "work")
        },
        "work": {name: asdict(work) for name, work in summary.work.items()},
        "seconds": {
            "whole": round(summary.seconds, 3),
            **{name: round(work.seconds, 3) for name, work in summary.work.items()},
        },
    }


def commit() -> str | None:
    """The git commit of the checkout that runs, None for an installed package."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return None
    done = subprocess.run(
        ["git", "-C", str(root), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or None
