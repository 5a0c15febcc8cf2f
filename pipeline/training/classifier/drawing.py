"""Chance that is always the same: which sentences something is done to."""

from __future__ import annotations

import hashlib


def drawn(key: str) -> float:
    """Return a number from 0 to 1 that depends on the key alone, and is as good as chance."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) / 2**32
