"""`kommunlupp config show`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import config_options
from pipeline.config import load


@click.group()
def config() -> None:
    """Show the resolved configuration."""


@config.command()
@config_options
def show(config_file: Path | None, overrides: tuple[str, ...]) -> None:
    """Print every key as TOML, defaults included; keys without a value as comments."""
    resolved = load(config_file, overrides).model_dump(mode="json")
    for section, values in resolved.items():
        click.echo(f"[{section}]")
        for key, value in values.items():
            click.echo(f"{key} = {_toml(value)}" if value is not None else f"# {key} is not set")
        click.echo()


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value)
