"""`kommunlupp restore`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.output import show_error

if TYPE_CHECKING:
    from pipeline.errors import ExitCode
    from pipeline.offsets import Edit

CONTEXT = 30
"""Characters shown on each side of an edit."""


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the repaired files; needed where files are named.",
)
@click.option("--diff", is_flag=True, help="Show the edits, in colour on a terminal, and no text.")
def restore(files: tuple[Path, ...], out: Path | None, diff: bool) -> ExitCode:
    """Repair OCR-damaged UTF-8 text; line breaks are kept.

    Reads FILES and writes files of the same names to --out; without FILES it reads standard
    input and writes standard output. A file that is no UTF-8 text is passed over with an error.
    """
    from pipeline.errors import ExitCode, OutputError, UsageError
    from pipeline.stages.restore import restore as repair

    if files and not out and not diff:
        raise UsageError("files are named, but no --out folder for what they become")
    names = [file.name for file in files]
    if len(set(names)) < len(names):
        raise UsageError("two of the files have the same name and would overwrite each other")
    if out and any((out / file.name).resolve() == file.resolve() for file in files):
        raise UsageError("--out is the folder of the files: they would overwrite themselves")
    if not files:
        text = _decode(sys.stdin.buffer.read(), "standard input")
        restored, edits = repair(text)
        if diff:
            _show(text, edits)
        else:
            sys.stdout.buffer.write(restored.encode("utf-8"))
        return ExitCode.OK
    code = ExitCode.OK
    for file in files:
        try:
            text = _decode(file.read_bytes(), str(file))
        except UsageError as error:
            show_error(error)
            code = ExitCode.SOME_FAILED
            continue
        restored, edits = repair(text)
        if diff:
            click.secho(f"{file}: {len(edits)} edits", bold=True)
            _show(text, edits)
        if out:
            try:
                out.mkdir(parents=True, exist_ok=True)
                (out / file.name).write_bytes(restored.encode("utf-8"))
            except OSError as error:
                raise OutputError(f"cannot write {out / file.name}: {error}") from error
    return code


def _decode(data: bytes, name: str) -> str:
    from pipeline.errors import UsageError

    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{name} is no UTF-8 text: {error}", remedy="Convert it first, e.g. with iconv."
        ) from error


def _show(text: str, edits: tuple[Edit, ...]) -> None:
    """Print one line an edit: what stood, what stands, and the text around."""
    for edit in edits:
        left = text[max(0, edit.start - CONTEXT) : edit.start].replace("\n", "⏎")
        right = text[edit.end : edit.end + CONTEXT].replace("\n", "⏎")
        removed = click.style(edit.before.replace("\n", "⏎"), fg="red", strikethrough=True)
        added = click.style(edit.after, fg="green")
        marked = f"[-{removed}-]" if edit.before else ""
        marked += f"{{+{added}+}}" if edit.after else ""
        click.echo(f"{edit.start:8} {edit.confidence:.2f} {edit.kind:10} …{left}{marked}{right}…")
