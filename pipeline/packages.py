"""The packages that kommunlupp, or an extra of it, needs, and which of them are installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

MISSING = "not installed"

_REQUIREMENT = re.compile(
    r"(?P<name>[\w.-]+)[^;]*(?:;.*?extra\s*==\s*['\"](?P<extra>[\w-]+)['\"])?"
)


def package_versions(extra: str | None = None) -> dict[str, str]:
    """Return names and versions of what an extra adds; of kommunlupp and a plain install: None.

    A package that is not there has `MISSING` for a version.
    """
    names = [] if extra else ["kommunlupp"]
    return {name: _version(name) for name in [*names, *_required(extra)]}


def _required(extra: str | None) -> Iterator[str]:
    for requirement in requires("kommunlupp") or []:
        match = _REQUIREMENT.match(requirement)
        if match and match["extra"] == extra:
            yield match["name"]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return MISSING
