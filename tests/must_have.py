"""What a test needs and a machine may lack: skipped by hand, an error where everything must run."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacks(what: str) -> NoReturn:
    """Skip the test, with the reason; fail it in CI (`CI=true`, as `.ci/run` sets it)."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have it: {what}")
    pytest.skip(what)
