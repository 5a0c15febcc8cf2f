"""The packages that kommunlupp, or an extra of it, needs, and which of them are installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

MISSING = "not installed"

_REQUIREMENT = re.compile(
    r"(?P<name>[\w.-]+)(?:\[(?P<with>[\w-]+)\])?[^;]*"
    r"(?:;.*?extra\s*==\s*['\"](?P<extra>[\w-]+)['\"])?"
)


def package_versions(extra: str | None = None) -> dict[str, str]:
    """Return versions by name of what `extra` adds; without one, of kommunlupp and what it needs.

    A package that is not there has `MISSING` for a version. An extra that there is none of is
    empty.

    Raises:
        PackageNotFoundError: kommunlupp itself is not installed.
    """
    names = [] if extra else ["kommunlupp"]
    return {name: _version(name) for name in [*names, *_required("kommunlupp", extra)]}


def _required(package: str, extra: str | None) -> Iterator[str]:
    """Yield what a package, or an extra of it, needs; `a[b]` is a and what its extra b adds."""
    for requirement in requires(package) or []:
        match = _REQUIREMENT.match(requirement)
        if match and match["extra"] == extra:
            yield match["name"]
            if match["with"] and _version(match["name"]) != MISSING:
                yield from _required(match["name"], match["with"])


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return MISSING
