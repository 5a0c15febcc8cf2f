"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


class Location(click.ParamType):  # type: ignore[type-arg] # generic in new versions only
    """A path, or a URL, which stays text: as a path it would lose a slash."""

    name = "path or url"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | str:
        """Return a `Path`, or the URL."""
        return value if isinstance(value, Path) or "://" in value else Path(value)


class OnDisk(click.Path):
    """`click.Path` that says what to do about a URL."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As `click.Path` does; raises `NotOnDisk`."""
        if "://" in str(value):
            from pipeline.batch.failures import NotOnDisk

            raise NotOnDisk(f"{value} is a URL")
        return super().convert(value, param, ctx)


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
