"""Pages of the documentation that are made from the code: commands, settings, errors."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import BaseModel

from pipeline.cli import cli
from pipeline.config import Config
from pipeline.errors import DocumentError, ExitCode, KommunluppError, all_errors

_PACKAGE = Path(__file__).parents[1]
_WIDTH = 96
_MEANING = {
    ExitCode.OK: "every document was read in full",
    ExitCode.SOME_FAILED: "finished; at least one document was not read in full",
    ExitCode.USAGE: "the command asks for something that cannot be",
    ExitCode.CONFIG: "the configuration cannot be used",
    ExitCode.MISSING: "a program, language pack, package or model is missing",
    ExitCode.OUTPUT: "the result cannot be written",
    ExitCode.INTERNAL: "a fault in kommunlupp",
    ExitCode.INTERRUPTED: "interrupted",
}


def commands_page() -> str:
    """Every command with its help, as `--help` prints it."""
    parts = ["# Commands\n\nMade from the code: this is what `--help` says.\n"]
    for names, command in _commands(cli, ("kommunlupp",)):
        title = " ".join(names)
        context = click.Context(command, info_name=title, max_content_width=_WIDTH)
        context.terminal_width = _WIDTH
        parts.append(f"## {title}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def _commands(
    group: click.Group, names: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield names, group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _commands(command, (*names, name))
        elif command is not None:
            yield (*names, name), command


def settings_page() -> str:
    """Every key of the configuration, with its default."""
    parts = [
        "# Settings\n\nMade from the code. Keys stand in a TOML file (`--config FILE`) or after "
        "`--set`; keys that do not exist are refused.\n"
    ]
    for section, field in Config.model_fields.items():
        model = field.annotation
        assert isinstance(model, type) and issubclass(model, BaseModel)
        parts.append(f"## {section}\n\n{model.__doc__}\n\n| key | default | |\n|---|---|---|")
        for name, one in model.model_fields.items():
            default = "" if one.default is None else f"`{one.default}`"
            parts.append(f"| `{section}.{name}` | {default} | {one.description or ''} |")
        parts.append("")
    return "\n".join(parts)


def errors_page() -> str:
    """Exit codes, and every error with what to do about it."""
    load_errors()
    parts = ["# Errors\n\nMade from the code.\n\n## Exit codes\n\n| code | |\n|---|---|"]
    parts += [f"| {code.value} | {_MEANING[code]} |" for code in ExitCode]
    documents = [e for e in all_errors() if issubclass(e, DocumentError)]
    others = [e for e in all_errors() if not issubclass(e, DocumentError)]
    for title, errors in (
        ("Of one document: the run goes on, and `failures.csv` tells", documents),
        ("Of the whole command: it stops", others),
    ):
        parts.append(f"\n## {title}\n\n| code | what | what to do |\n|---|---|---|")
        parts += [_error_row(error) for error in errors]
    return "\n".join([*parts, ""])


def _error_row(error: type[KommunluppError]) -> str:
    cells = (f"`{error.code}`", _first_line(error), error.remedy)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _first_line(error: type[KommunluppError]) -> str:
    return (error.__doc__ or "").strip().split("\n\n")[0]


def load_errors() -> None:
    """Import every module that gives an error a code, so that `all_errors` knows it."""
    for path in sorted(_PACKAGE.rglob("*.py")):
        if re.search(r'^    code = "', path.read_text(encoding="utf-8"), re.MULTILINE):
            names = path.relative_to(_PACKAGE.parent).with_suffix("").parts
            importlib.import_module(".".join(names))
