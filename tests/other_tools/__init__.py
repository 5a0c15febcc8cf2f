"""Label Studio and doccano, as far as they read files, in an environment of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


class CannotBeMade(Exception):
    """The environment cannot be made: no network, or a package is gone."""


class OtherTools:
    """A virtual environment with the readers that `requirements.txt` pins."""

    def __init__(self, folder: Path) -> None:
        self._python = folder / "bin" / "python"
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", self._python)
        for command in (
            (sys.executable, "-m", "venv", "--without-pip", folder),
            (
                *pip,
                "install",
                "--quiet",
                "--no-compile",
                "--no-deps",
                "-r",
                HERE / "requirements.txt",
            ),
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise CannotBeMade(done.stdout + done.stderr)

    def read(self, tool: str, *files: Path) -> Any:
        """What `read.py` prints of files."""
        done = subprocess.run(
            [self._python, HERE / "read.py", tool, *files],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/usr/bin:/bin"},
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
