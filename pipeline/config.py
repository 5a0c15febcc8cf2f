"""The configuration: pydantic models, read from TOML; unknown keys are refused."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import ConfigError


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExtractConfig(_Section):
    """Reading files. Deadlines in seconds of wall time, memory in MiB."""

    deadline_s: float = Field(default=120.0, gt=0, description="a document's parsing, OCR left out")
    memory_mib: int = Field(default=2048, ge=256, description="address space of the parsing child")
    max_bytes: int = Field(default=200_000_000, gt=0, description="larger files are refused")
    max_pages: int = Field(default=2000, gt=0, description="pages beyond are left out and reported")
    ocr: Literal["auto", "never"] = Field(default="auto", description="read pages without text")
    ocr_language: str = Field(default="swe", description="Tesseract language of pages without text")
    ocr_dpi: int = Field(default=300, ge=72, le=600)
    ocr_page_deadline_s: float = Field(default=60.0, gt=0)
    ocr_deadline_s: float = Field(
        default=3600.0, gt=0, description="OCR of all of a document's pages; later ones are unread"
    )


class RestoreConfig(_Section):
    """Repairing text that a wrong-language OCR damaged."""

    enabled: bool = True
    join_hyphens: bool = Field(default=True, description="join words broken at a line's end")
    reocr: Literal["auto", "never", "always"] = Field(
        default="never",
        description="read damaged pages again: where Tesseract is at hand, not, or it is needed",
    )
    reocr_deadline_s: float = Field(
        default=60.0, gt=0, description="a document's pages read again; less than a stage's"
    )


class ClassifyConfig(_Section):
    """Finding measures."""

    model: Path | None = Field(default=None, description="model folder; default: shipped")
    threshold: float | None = Field(
        default=None, gt=0, lt=1, description="one threshold for all labels"
    )


class BatchConfig(_Section):
    """Running over many documents. What no stage's answer depends on, unless a limit is met."""

    stage_deadline_s: float = Field(
        default=120.0,
        gt=0,
        description="a document in any stage behind extraction, or its copying from a URL",
    )
    memory_mib: int = Field(
        default=4096, ge=1024, description="data of a worker process, its parsing child left out"
    )


class Config(_Section):
    """Everything a run can be told."""

    extract: ExtractConfig = ExtractConfig()
    restore: RestoreConfig = RestoreConfig()
    classify: ClassifyConfig = ClassifyConfig()
    batch: BatchConfig = BatchConfig()


def load(path: Path | None = None, overrides: Iterable[str] = ()) -> Config:
    """Read a TOML file (defaults where `path` is None), then apply `section.key=value` overrides.

    Values are TOML; a bare word that is no TOML value is taken as text.

    Raises:
        ConfigError: the file is missing or no TOML, a key is unknown, or a value does not fit.
    """
    values = _read(path) if path else {}
    for override in overrides:
        _set(values, override)
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise ConfigError("; ".join(lines)) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"cannot read {path}: {error}") from error


def _set(values: dict[str, Any], override: str) -> None:
    key, equals, text = override.partition("=")
    *sections, name = key.strip().split(".")
    if not equals or not sections or not name:
        raise ConfigError(f"override {override!r} is not of the form section.key=value")
    for section in sections:
        values = values.setdefault(section, {})
    try:
        values[name] = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        values[name] = text
