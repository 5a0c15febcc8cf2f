"""A stranger's path, as docs/install.md tells it: a wheel, a new environment, one PDF analysed."""

from __future__ import annotations

import shlex
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from documented import ROOT, blocks, lines

INSTALL = ROOT / "docs" / "install.md"
PDF = ROOT / "corpus" / "examples" / "documents" / "tillsynsbeslut_kil_2017.pdf"
CODE = f"""
import pipeline
doc = pipeline.load()({str(PDF)!r})
assert pipeline.__file__.startswith({{prefix!r}}), pipeline.__file__
assert doc.ok and len(doc.to_frame()) > 5, doc.issues
assert doc.findings[0].municipalities == ["Kils kommun"]
assert doc._repr_html_() and doc.findings[0].picture()
"""
SPACY = """
import spacy
nlp = spacy.blank("sv")
nlp.add_pipe("kommunlupp_measures")
doc = nlp("Nämnden har under våren anställt två socialsekreterare.")
assert [span.label_ for span in doc.spans["measures"]] == ["recruitment"]
"""


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pip(python: str, line: str, dist: Path) -> None:
    """Run a documented pip command in the checkout, with another folder for `dist`."""
    program, *words = shlex.split(line)
    assert program == "pip"
    named = [str(dist) + word[4:] if word.startswith("dist") else word for word in words]
    run(python, "-m", "pip", "--quiet", "--disable-pip-version-check", *named, cwd=ROOT)


def told(block: str) -> list[str]:
    """The commands of the one block of docs/install.md that begins with `block`."""
    (found,) = [text for _, text in blocks(INSTALL) if text.startswith(block)]
    return lines(found)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip(sys.executable, told("pip wheel")[0], folder)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_models_tables_and_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "pipeline/_installed/models/linear/weights.npz",
        "pipeline/_installed/models/restorer/tagger.onnx",
        "pipeline/_installed/gazetteer/municipalities.csv",
        "pipeline/report/templates/report.html",
        "pipeline/py.typed",
    ):
        assert part in names
    for notice in ("LICENSE", "THIRD_PARTY.md"):
        assert any(name.endswith(f"licenses/{notice}") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "corpus/", "notebooks/"))]
    (points,) = [name for name in names if name.endswith("entry_points.txt")]
    assert "kommunlupp_measures" in zipfile.ZipFile(wheel).read(points).decode()


def test_the_models_of_an_installation_are_small(wheel: Path) -> None:
    held = zipfile.ZipFile(wheel).infolist()
    models = [one for one in held if one.filename.startswith("pipeline/_installed/models/")]
    assert models and sum(one.file_size for one in models) < 60_000_000


def test_a_new_environment_analyses_a_pdf(wheel: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    run(sys.executable, "-m", "venv", str(venv), cwd=tmp_path)
    python, command = (str(venv / "bin" / name) for name in ("python", "kommunlupp"))
    pip(python, told("pip wheel")[1], wheel.parent)
    run(python, "-c", CODE.format(prefix=str(venv)), cwd=tmp_path)
    assert "Usage: kommunlupp" in run(command, "--help", cwd=tmp_path)
    run(command, "run", str(PDF), "--out", "run", cwd=tmp_path)
    assert (tmp_path / "run" / "findings.csv").is_file()
    pip(python, told('pip install "kommunlupp[')[0], wheel.parent)  # an extra, later
    run(python, "-c", SPACY, cwd=tmp_path)


def test_every_extra_is_documented() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    table = [
        line.split("|")[1] for line in INSTALL.read_text("utf-8").splitlines() if "| `" in line
    ]
    named = {name.strip(" `") for cell in table for name in cell.split(",")}
    assert named == set(project["optional-dependencies"])
