"""A stranger's path: the wheel in a new environment, outside the checkout, one PDF analysed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PDF = ROOT / "corpus" / "examples" / "documents" / "tillsynsbeslut_kil_2017.pdf"
CODE = f"""
import pipeline
doc = pipeline.load()({str(PDF)!r})
assert pipeline.__file__.startswith({{prefix!r}}), pipeline.__file__
assert doc.ok and len(doc.to_frame()) > 5, doc.issues
assert doc.findings[0].municipalities == ["Kils kommun"]
assert doc._repr_html_() and doc.findings[0].picture()
"""


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT), cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_models_tables_and_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "pipeline/_installed/models/linear/weights.npz",
        "pipeline/_installed/models/restorer/tagger.onnx",
        "pipeline/_installed/gazetteer/municipalities.csv",
        "pipeline/report/templates/report.html",
    ):
        assert part in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
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
    run(python, "-m", "pip", "install", "-q", str(wheel), cwd=tmp_path)
    run(python, "-c", CODE.format(prefix=str(venv)), cwd=tmp_path)
    assert "Usage: kommunlupp" in run(command, "--help", cwd=tmp_path)
    run(command, "run", str(PDF), "--out", "run", cwd=tmp_path)
    assert (tmp_path / "run" / "findings.csv").is_file()
