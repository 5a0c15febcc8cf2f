"""English for the interface's Swedish."""

from __future__ import annotations

ENGLISH: dict[str, str] = {}
