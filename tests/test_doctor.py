"""`kommunlupp doctor` says what is missing and what to do; it fails only for what a run needs."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline import packages
from pipeline.cli.doctor import EXTRAS, doctor
from pipeline.errors import ExitCode


def without(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """Make a package look as if it were not installed."""

    def version(name: str) -> str:
        if name == missing:
            raise metadata.PackageNotFoundError(name)
        return metadata.version(name)

    monkeypatch.setattr(packages, "version", version)


def asked() -> tuple[int, list[str]]:
    """The exit code of `kommunlupp doctor`, and its lines."""
    result = CliRunner().invoke(doctor, standalone_mode=False)
    assert result.exception is None
    return result.return_value, result.output.splitlines()


def test_all_is_there() -> None:
    code, lines = asked()
    assert code == ExitCode.OK
    assert not [line for line in lines if line.startswith("MISS")]
    assert [line for line in lines if line.startswith("ok   model classifier: version ")]


def test_an_extra_that_lacks_a_package_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "sqlalchemy")
    code, lines = asked()
    assert code == ExitCode.OK
    place = lines.index(
        "note extra review: without sqlalchemy (needed only for the inspectors' page)"
    )
    assert lines[place + 1].strip() == "pip install 'kommunlupp[review]'"


def test_a_package_that_every_run_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "lxml")
    code, lines = asked()
    assert code == ExitCode.MISSING
    assert lines[lines.index("MISS lxml: not installed") + 1].strip() == "pip install lxml"


def test_tesseract_may_be_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code, lines = asked()
    assert code == ExitCode.OK
    assert "tesseract-ocr-swe" in lines[lines.index("note tesseract: not installed") + 1]


def test_extras_are_those_of_the_project() -> None:
    offered = metadata.metadata("kommunlupp").get_all("Provides-Extra") or []
    assert set(EXTRAS) == set(offered) - {"dev", "docs", "pretrain"}
    assert packages.package_versions("spacy").keys() == {"spacy"}
    assert packages.package_versions("cluster").keys() == {"dask", "distributed"}
    assert not packages.package_versions("no such extra")
    assert packages.package_versions()["kommunlupp"] == metadata.version("kommunlupp")
