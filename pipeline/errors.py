"""Every error that a user can meet: a stable code, an exit code and a remedy.

A `DocumentError` concerns one document: the batch records it as an `Issue` and goes on.
The others stop the command. `all_errors()` lists every class, for the documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Literal


class ExitCode(IntEnum):
    """What the process returns to the shell."""

    OK = 0
    SOME_FAILED = 1
    """The batch finished; at least one document could not be read in full."""
    USAGE = 2
    CONFIG = 3
    MISSING = 4
    """A program, language pack or model that the run needs is not installed."""
    OUTPUT = 5
    INTERNAL = 70
    INTERRUPTED = 130


Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that went wrong with one document, or with one page of it.

    Attributes:
        severity: `error` where content was lost, `warning` where it was read with a reserve.
        page: page number from 1, or None for the whole document.
    """

    code: str
    severity: Severity
    message: str
    remedy: str
    page: int | None = None


class KommunluppError(Exception):
    """Base of all errors; subclasses set the three class attributes."""

    code: ClassVar[str] = "internal"
    exit_code: ClassVar[ExitCode] = ExitCode.INTERNAL
    remedy: ClassVar[str] = "This is a fault in kommunlupp: please report it with the message."

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.advice = remedy or self.remedy


class OffsetError(KommunluppError):
    """An edit does not fit the text that it is applied to."""

    code = "offset"


class UsageError(KommunluppError):
    """The command line asks for something that cannot be."""

    code = "usage"
    exit_code = ExitCode.USAGE
    remedy = "Run the command with --help to see what it takes."


class ConfigError(KommunluppError):
    """The configuration holds an unknown key or an impossible value."""

    code = "config"
    exit_code = ExitCode.CONFIG
    remedy = "Compare with `kommunlupp config show`; every key that exists is listed there."


class MissingDependencyError(KommunluppError):
    """A program or language pack is not installed."""

    code = "missing-dependency"
    exit_code = ExitCode.MISSING
    remedy = "Run `kommunlupp doctor`: it names what is missing and how to install it."


class ModelError(KommunluppError):
    """A model folder is missing, incomplete, or does not match its card."""

    code = "model"
    exit_code = ExitCode.MISSING
    remedy = "Reinstall kommunlupp, or point the configuration at a folder made by `train`."


class OutputError(KommunluppError):
    """The run folder cannot be written."""

    code = "output"
    exit_code = ExitCode.OUTPUT
    remedy = "Choose another folder with --out, or free space and permissions for this one."


class DocumentError(KommunluppError):
    """One document, or one page of it, cannot be read; the batch goes on."""

    code = "document"
    exit_code = ExitCode.SOME_FAILED
    remedy = "Open the file in another program and save it anew."
    severity: ClassVar[Severity] = "error"

    def __init__(self, message: str, *, page: int | None = None, remedy: str | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.page = page

    def issue(self) -> Issue:
        """This error as the record that a document and `failures.csv` keep."""
        return Issue(self.code, self.severity, self.message, self.advice, self.page)


def all_errors() -> list[type[KommunluppError]]:
    """Every error class with its code and remedy, base class left out, sorted by code."""
    found: list[type[KommunluppError]] = []
    waiting = [KommunluppError]
    while waiting:
        for error in waiting.pop().__subclasses__():
            found.append(error)
            waiting.append(error)
    return sorted(found, key=lambda error: error.code)
