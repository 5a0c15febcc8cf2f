"""Configuration: TOML in, unknown keys refused, overrides applied, `config show` round-trips."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.config import Config, load
from pipeline.errors import ConfigError, ExitCode


def test_defaults_without_a_file() -> None:
    assert load() == Config()


def test_file_and_overrides(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('[extract]\nocr = "never"\nmax_pages = 7\n', encoding="utf-8")
    config = load(path, ["extract.max_pages=9", "extract.ocr_language=swe+eng"])
    assert (config.extract.ocr, config.extract.max_pages) == ("never", 9)
    assert config.extract.ocr_language == "swe+eng"


@pytest.mark.parametrize(
    "override",
    ["extract.ocrr=never", "nosuch.key=1", "extract.max_pages=-1", "extract.ocr=maybe", "x", "a=1"],
)
def test_wrong_keys_and_values_are_refused(override: str) -> None:
    with pytest.raises(ConfigError):
        load(None, [override])


@pytest.mark.parametrize("content", [b"[extract\n", b"\xff\xfe", b"[extract]\nunknown = 1\n"])
def test_broken_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "c.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as error:
        load(path)
    assert error.value.advice and error.value.exit_code == ExitCode.CONFIG


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        load(tmp_path / "none.toml")


def test_show_prints_what_load_reads(tmp_path: Path) -> None:
    shown = CliRunner().invoke(cli, ["config", "show", "--set", "extract.max_pages=5"])
    path = tmp_path / "shown.toml"
    path.write_text(shown.output, encoding="utf-8")
    assert load(path) == load(None, ["extract.max_pages=5"])


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[1] / "configs").glob("*.toml")))
def test_shipped_configurations_load(path: Path) -> None:
    load(path)
