"""Where shipped models and tables lie: beside the code in a checkout, or inside the wheel."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import ModelError

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent
_INSTALLED = _PACKAGE / "_installed"


def model_folder(name: str) -> Path:
    """Return the folder of the shipped model `name`; raises `ModelError` where it is missing."""
    return _first_that_exists(_INSTALLED / "models" / name, _CHECKOUT / "models" / name)


def gazetteer_folder() -> Path:
    """Return the folder of the gazetteer's tables; raises `ModelError` where it is missing."""
    return _first_that_exists(_INSTALLED / "gazetteer", _CHECKOUT / "corpus" / "gazetteer")


def _first_that_exists(*folders: Path) -> Path:
    for folder in folders:
        if folder.is_dir():
            return folder
    raise ModelError(f"{folders[-1]} does not exist")
