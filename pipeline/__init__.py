"""kommunlupp: which measures Swedish municipal documents say that a municipality has taken.

>>> import pipeline
>>> nlp = pipeline.load()
>>> doc = nlp("corpus/examples/documents/tjansteutlatande_farsta_2009.txt")
>>> doc.ok
True
>>> findings = doc.to_frame()
>>> sure = findings[findings["score"] > 0.8]
>>> sorted(sure["municipality_names"].explode().unique())
['Farsta stadsdelsnämnd']

Importing this loads nothing; `pipeline.api` comes with the first name that is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.api import Analyser, Analysis, Found, Run, load, open_run

__all__ = ["Analyser", "Analysis", "Found", "Run", "load", "open_run"]


def __getattr__(name: str) -> Any:
    """Load the public names when they are asked for."""
    if name == "__version__":
        from importlib.metadata import version

        return version("kommunlupp")
    if name not in __all__:
        raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
    from pipeline import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])
