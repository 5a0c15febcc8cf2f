"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


def config_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--config FILE` and `--set section.key=value`, which `pipeline.config.load` takes."""
    for option in (
        click.option(
            "--set", "overrides", multiple=True, metavar="SECTION.KEY=VALUE", help="Override a key."
        ),
        click.option(
            "--config",
            "config_file",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Configuration in TOML; see configs/.",
        ),
    ):
        command = option(command)
    return command
