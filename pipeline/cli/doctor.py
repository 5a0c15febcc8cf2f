"""`kommunlupp doctor`."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import click

from pipeline.errors import ExitCode, ModelError
from pipeline.packages import MISSING, package_versions

EXTRAS = {
    "spacy": "spaCy pipelines",
    "notebooks": "the notebooks",
    "review": "the inspectors' page",
    "train": "a classifier of your own",
    "dataset": "findings as a dataset",
    "cluster": "many machines",
    "s3": "object stores",
    "evaluate": "baselines beside the figures",
    "examples": "made-up documents to measure speed on",
}
"""What users install besides, and what for; developers have pretrain, docs and dev, too."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `remedy` is empty where all is well."""

    name: str
    found: str
    remedy: str = ""
    needed: bool = True


@click.command()
def doctor() -> int:
    """Say what is installed, and what to do about what is missing.

    Exit code 4 where something that every run needs is missing.
    """
    missing = False
    for check in checks():
        mark = "ok  " if not check.remedy else "MISS" if check.needed else "note"
        click.echo(f"{mark} {check.name}: {check.found}")
        if check.remedy:
            click.echo(f"     {check.remedy}")
        missing |= bool(check.remedy) and check.needed
    return int(ExitCode.MISSING if missing else ExitCode.OK)


def checks() -> Iterator[Check]:
    """Look at Python, packages, models, Tesseract and extras."""
    yield Check("python", platform.python_version())
    for name, version in package_versions().items():
        remedy = f"pip install {name}" if version == MISSING else ""
        yield Check(name, version, remedy)
    yield from _models()
    yield from _tesseract()
    for extra, purpose in EXTRAS.items():
        yield _extra(extra, purpose)


def _models() -> Iterator[Check]:
    from pipeline.config import Config
    from pipeline.stages.classify import Classify
    from pipeline.stages.restore import Restore

    config = Config()
    for name, load in (
        ("restorer", lambda: Restore(config.restore)),
        ("classifier", lambda: Classify(config.classify)),
    ):
        try:
            yield Check(f"model {name}", f"version {load().version}")
        except ModelError as error:
            yield Check(f"model {name}", error.message, error.advice)


def _tesseract() -> Iterator[Check]:
    install = (
        "apt-get install tesseract-ocr tesseract-ocr-swe   (for pages without text, or damaged)"
    )
    if not shutil.which("tesseract"):
        yield Check("tesseract", MISSING, install, needed=False)
        return
    version = _output("tesseract", "--version").split("\n")[0]
    yield Check("tesseract", version)
    languages = _output("tesseract", "--list-langs").split()[1:]
    languages = [word for word in languages if len(word) == 3 and word.isalpha()]
    found = " ".join(languages)
    yield Check("tesseract languages", found, "" if "swe" in languages else install, needed=False)


def _extra(extra: str, purpose: str) -> Check:
    versions = package_versions(extra)
    if not versions:
        remedy = "pip install kommunlupp anew, from this checkout or wheel"
        return Check(f"extra {extra}", "unknown to the kommunlupp installed", remedy, needed=False)
    lacks = [name for name, version in versions.items() if version == MISSING]
    found = f"without {', '.join(lacks)} (needed only for {purpose})" if lacks else "installed"
    remedy = f"pip install 'kommunlupp[{extra}]'" if lacks else ""
    return Check(f"extra {extra}", found, remedy, needed=False)


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    return done.stdout or done.stderr
