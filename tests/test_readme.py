"""The README tells the truth: its file tree exists and is whole, its commands are real."""

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from desks import make_desk
from documented import README, ROOT, blocks, commands, try_page

import pipeline
from pipeline.cli import COMMANDS, cli


def tree() -> list[str]:
    """Paths of the README's file tree, in full."""
    (block,) = [text for language, text in blocks(README) if language == "tree"]
    paths, parents = [], []
    for line in block.splitlines():
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


@pytest.mark.parametrize("line", [x for x in commands(README) if x.startswith("kommunlupp ")])
def test_documented_commands_and_options_exist(line: str) -> None:
    words = shlex.split(line.split(" | ")[0])[1:]
    names = []
    while words and not words[0].startswith("-") and len(names) < 2:
        probe = CliRunner().invoke(cli, [*names, words[0], "--help"])
        if names and (probe.exit_code != 0 or words[0] not in probe.output.split("Options")[0]):
            break
        names.append(words.pop(0))
    help_text = CliRunner().invoke(cli, [*names, "--help"]).output
    for option in (word.split("=")[0] for word in words if word.startswith("--")):
        assert option in help_text, f"{line}: no option {option}"


def test_the_quick_start_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its commands, then its Python, in the order they stand there."""
    desk = make_desk(tmp_path)
    (desk / "documents" / "tillsynsbeslut_kil_2017.pdf").rename(desk / "documents/beslut.pdf")
    monkeypatch.chdir(desk)
    assert try_page(README) >= 10
    assert pipeline.load()("documents/beslut.pdf").findings
    assert len(pipeline.open_run("run/").municipalities())


def test_every_command_is_in_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    assert not [name for name in COMMANDS if f"kommunlupp {name}" not in text]
