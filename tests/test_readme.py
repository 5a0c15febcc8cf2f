"""The README tells the truth: its file tree exists and is whole, its commands are real."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from desks import make_desk

import pipeline
from pipeline.cli import COMMANDS, cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def tree() -> list[str]:
    """Paths of the README's file tree, in full."""
    block = re.search(r"```tree\n(.*?)```", README, re.S)
    assert block, "the README has no ```tree block"
    paths, parents = [], []
    for line in block.group(1).splitlines():
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        parents[depth:] = [name]
        paths.append("".join(parents))
    return paths


def test_file_tree_exists() -> None:
    missing = [path for path in tree() if not (ROOT / path).exists()]
    assert not missing


def test_file_tree_is_whole() -> None:
    """Every folder of the top level, and every part of `pipeline/`, is named."""
    named = set(tree())
    here = {"pipeline/", "models/", "corpus/", "notebooks/", "configs/", "tests/"}
    parts = {
        f"pipeline/{path.name}{'/' if path.is_dir() else ''}"
        for path in (ROOT / "pipeline").iterdir()
        if not path.name.startswith("_") and path.name != "_installed"
    }
    assert here | parts <= named


def commands() -> list[str]:
    """Every `kommunlupp …` line of the README's shell blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.S)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith("kommunlupp ")]


@pytest.mark.parametrize("line", commands())
def test_documented_commands_and_options_exist(line: str) -> None:
    words = shlex.split(line.split(" | ")[0].split(" > ")[0], comments=True)[1:]
    names = []
    while words and not words[0].startswith("-") and len(names) < 2:
        probe = CliRunner().invoke(cli, [*names, words[0], "--help"])
        if names and (probe.exit_code != 0 or words[0] not in probe.output.split("Options")[0]):
            break
        names.append(words.pop(0))
    help_text = CliRunner().invoke(cli, [*names, "--help"]).output
    for option in (word.split("=")[0] for word in words if word.startswith("--")):
        assert option in help_text, f"{line}: no option {option}"


ELSEWHERE = {
    "s3://": "an object store: tests/test_batch_store.py has one",
    "--engine dask": "a cluster, started by tests/test_batch_cluster.py",
    "kommunlupp bench": "minutes: `make bench` runs it",
    "kommunlupp review": "serves until it is stopped: tests/browser drives it",
    "kommunlupp train": "needs an encoder: tests/test_train*.py make one",
    "kommunlupp evaluate": "minutes, and shared/: run when a model or a bed changes",
    "kommunlupp doctor": "says what this machine lacks, and exits by that",
}
"""Commands that are not run here, and why."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the quick start names."""
    folder = make_desk(tmp_path_factory.mktemp("desk"))
    (folder / "documents" / "tillsynsbeslut_kil_2017.pdf").rename(folder / "documents/beslut.pdf")
    return folder


def test_the_quick_start_works(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its commands, then its Python, in the order they stand there."""
    monkeypatch.chdir(desk)
    ran = 0
    for line in commands():
        if any(part in line for part in ELSEWHERE):
            continue
        words = shlex.split(line.split(" | ")[0], comments=True)[1:]
        if "--finding" in words:
            found = pipeline.open_run("run/").findings()
            of_file = found[found["document"].str.endswith("beslut.pdf")]
            words[-1] = of_file["finding_id"].iloc[0][:6]
        done = CliRunner().invoke(cli, words)
        assert done.exception is None and not done.exit_code, (line, done.output)
        ran += 1
    assert ran >= 10
    (block,) = re.findall(r"```python\n(.*?)```", README, re.S)
    names: dict[str, Any] = {"__name__": "readme"}
    exec(compile(block, "README.md", "exec"), names)
    assert names["doc"].findings and len(names["doc"].to_frame()) == len(names["doc"].findings)
    assert len(names["run"].findings()) >= len(names["doc"].findings)
    assert len(names["run"].municipalities())


def test_what_is_run_elsewhere_is_still_in_the_readme() -> None:
    assert not [part for part in ELSEWHERE if part not in README]


def test_every_command_is_in_the_readme() -> None:
    assert not [name for name in COMMANDS if f"kommunlupp {name}" not in README]
