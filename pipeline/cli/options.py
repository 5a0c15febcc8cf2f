"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pipeline.config import Config, load


def config_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--config FILE` and `--set section.key=value`; see `resolve`."""
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


def resolve(config_file: Path | None, overrides: tuple[str, ...]) -> Config:
    """Return the configuration that the two options stand for."""
    return load(config_file, overrides)
