"""The shape of the house: imports point one way, files stay small, errors have remedies."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import KommunluppError, all_errors

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pipeline"
MODULES = sorted(PACKAGE.rglob("*.py"))
LAYERS = ("cli", "review", "report", "batch", "flow", "stages")
"""From the top down: a module imports its own layer and those below, never one above."""


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def part(module: str) -> str:
    """The layer of a module name: `pipeline.stages.segment` -> `stages`."""
    names = module.split(".")
    return names[1] if names[0] == "pipeline" and len(names) > 1 else ""


def rank(name: str) -> int:
    return {"cli": 0, "review": 1, "report": 1, "batch": 1, "flow": 2, "stages": 3}.get(name, 4)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    if own in ("training", "evaluation", "__init__"):
        return  # workbenches: they may use every layer, and no layer of the product uses them
    above = {m for m in imports(path) if part(m) and rank(part(m)) < rank(own)}
    workbench = {m for m in imports(path) if part(m) in ("training", "evaluation") and own != "cli"}
    assert not above and not workbench


@pytest.mark.parametrize("path", sorted((PACKAGE / "stages").rglob("*.py")), ids=lambda p: p.name)
def test_stages_never_import_each_other(path: Path) -> None:
    own = path.relative_to(PACKAGE / "stages").with_suffix("").parts[0]
    if own == "__init__":
        return
    helpers = {"segment": {"sentence_split"}}.get(own, set())
    others = {m.split(".")[2] for m in imports(path) if m.startswith("pipeline.stages.")}
    assert others <= {own} | helpers


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_run_time_needs_no_torch(path: Path) -> None:
    if path.relative_to(PACKAGE).parts[0] != "training":
        assert not {m for m in imports(path) if m.split(".")[0] in ("torch", "transformers")}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 330


def test_every_error_has_its_own_code_and_a_remedy() -> None:
    for path in MODULES:  # subclasses exist once their module is imported
        if "failures" in path.name:
            __import__(".".join(path.relative_to(ROOT).with_suffix("").parts))
    errors = [error for error in all_errors() if error.__module__.startswith("pipeline.")]
    codes = [error.code for error in errors if error.code != error.__mro__[1].__dict__.get("code")]
    assert len(codes) == len(set(codes)) >= 8
    assert all(error.remedy for error in errors)
    assert [e.code for e in errors if e.remedy == KommunluppError.remedy] == ["offset"]
