"""Words of the interface: Swedish in the templates, English in english.tsv.

What is refused is said in English, as all errors are; swedish.tsv has it in Swedish.
"""

from __future__ import annotations

from pathlib import Path

from pipeline import codebook
from pipeline.review.errors import Refused


def _table(name: str) -> dict[str, str]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines)


ENGLISH = _table("english.tsv")
"""Swedish to English."""
REFUSALS = _table("swedish.tsv")
"""What is refused, and what to do then: English to Swedish."""


def translate(text: str, language: str) -> str:
    """Return a text of the interface in a language; Swedish is what the templates hold."""
    return text if language == "sv" else ENGLISH[text]


def explain(error: Refused, language: str) -> tuple[str, str]:
    """Return what is refused and what to do, in a language."""
    if language != "sv":
        return error.message, error.advice
    told, advice = (REFUSALS[sentence].format(**error.facts) for sentence in error.sentences)
    return told, advice


def name_of(thing: str, language: str) -> str:
    """The name of a label, status or scope."""
    return (codebook.SWEDISH if language == "sv" else codebook.ENGLISH)[thing]
