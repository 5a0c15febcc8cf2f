"""What the README and the pages of the documentation tell people to type, and how it is tried."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

from click.testing import CliRunner

import pipeline
from pipeline.cli import cli

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = sorted((ROOT / "docs").glob("*.md"))

NOT_RUN = {
    "make demo": ".ci/run runs it",
    "make test": "it is what runs this",
    ". .venv/bin/activate": "changes the shell that it is typed into",
    "pip wheel": "tests/test_wheel.py follows docs/install.md",
    'pip install "dist/': "tests/test_wheel.py follows docs/install.md",
    'pip install "kommunlupp[': "tests/test_wheel.py follows docs/install.md",
    "jupyter notebook": "serves until it is stopped: tests/test_notebooks.py runs the notebooks",
    "export AWS_": "an object store: tests/test_batch_store.py has one",
    "s3://": "an object store: tests/test_batch_store.py has one",
    "tcp://host": "a cluster: tests/test_batch_cluster.py starts one",
    "dask ssh": "machines to log in to",
    "dask scheduler": "a cluster: tests/test_batch_cluster.py starts one",
    "kommunlupp bench": "minutes: tests/test_bench.py runs it on few documents",
    "kommunlupp review run/": "serves until it is stopped: tests/browser drives it",
    "kommunlupp review serve": "serves until it is stopped: tests/browser drives it",
    "kommunlupp train": "fetches an encoder from the hub: tests/test_train.py has a tiny one",
    "kommunlupp evaluate figures": "minutes, and shared/: by hand when a model or a bed changes",
    "dask_jobqueue": "a Slurm cluster",
}
"""Parts of commands and of Python that are not tried as they stand, and why.

Every other command has to run, and stand in a block marked `sh`: tests/test_docs.py sees to it.
"""

_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.S | re.M)


def blocks(page: Path) -> list[tuple[str, str]]:
    """The code blocks of a page: language and text."""
    return [(found[2], found[3]) for found in _BLOCK.finditer(page.read_text(encoding="utf-8"))]


def lines(block: str) -> list[str]:
    """The commands of a shell block, continued lines joined, comments left out."""
    joined = block.replace("\\\n", " ").splitlines()
    stripped = (re.sub(r"(^|\s)#.*", "", line).strip() for line in joined)
    return [line for line in stripped if line]


def commands(page: Path) -> list[str]:
    """All commands of a page's shell blocks."""
    return [line for language, text in blocks(page) if language == "sh" for line in lines(text)]


def excused(code: str) -> str:
    """The part of `NOT_RUN` for which code is not tried; empty where it has to run."""
    return next((part for part in NOT_RUN if part in code), "")


def try_page(page: Path) -> int:
    """Run a page's commands and Python in their order, in the current folder; returns how many."""
    names: dict[str, object] = {"__name__": "page"}
    ran = 0
    for language, text in blocks(page):
        if language == "python" and not excused(text):
            exec(compile(ast.parse(text), page.name, "exec"), names)
            ran += 1
        for line in lines(text) if language == "sh" else ():
            if not excused(line):
                _try(line)
                ran += 1
    return ran


def _try(line: str) -> None:
    """Run a command of kommunlupp; what its output is piped to is another program."""
    program, *words = shlex.split(line.split(" | ")[0])
    assert program == "kommunlupp", f"{line}: neither run nor in NOT_RUN"
    if "--finding" in words:  # ids on a page are examples
        place = words.index("--finding")
        run = pipeline.open_run("run/").findings()
        of_file = run[run["document"].str.endswith(words[place - 1])]
        words[place + 1] = of_file["finding_id"].iloc[0][:6]
    done = CliRunner().invoke(cli, words)
    assert done.exception is None and not done.exit_code, (line, done.output)
