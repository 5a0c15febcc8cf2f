"""The command line: one module a command, loaded when it is called so that help is quick."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from pipeline.cli.output import show_error
from pipeline.errors import ExitCode, KommunluppError

COMMANDS = {
    "run": ("pipeline.cli.run", "Read documents, write a run folder with findings and tables."),
    "inspect": ("pipeline.cli.inspect", "Show what one stage did, and where a finding stands."),
    "aggregate": ("pipeline.cli.aggregate", "Merge runs and count findings per municipality."),
    "report": ("pipeline.cli.report", "Write a self-contained HTML report on runs."),
    "restore": ("pipeline.cli.restore", "Repair OCR-damaged text: text in, text out."),
    "classify": ("pipeline.cli.classify", "Label sentences from a JSONL file."),
    "export": ("pipeline.cli.export", "Write a run for spaCy, Label Studio, doccano, WebAnno …"),
    "train": ("pipeline.cli.train", "Fine-tune a BERT into a classifier; measure and export it."),
    "evaluate": ("pipeline.cli.evaluate", "Measure repair and classification on labelled data."),
    "review": ("pipeline.cli.review", "Judge a run's findings in a browser; export and verify."),
    "bench": ("pipeline.cli.bench", "Measure speed: figures for the README."),
    "dataset": ("pipeline.cli.dataset", "Turn a run's findings into a `datasets` dataset."),
    "config": ("pipeline.cli.config", "Show the resolved configuration."),
    "doctor": ("pipeline.cli.doctor", "Say what is installed, and what to do about what is not."),
}
"""Name to module (which holds a click command of that name) and one-line help."""


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called."""

    def __init__(self, *args: Any, modules: dict[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command, or return None for a name that does not exist."""
        if cmd_name not in self.modules:
            return None
        module = importlib.import_module(self.modules[cmd_name][0])
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in self.modules.items()])


@click.group(cls=LazyGroup, modules=COMMANDS)
@click.version_option(package_name="kommunlupp")
def cli() -> None:
    """Read Swedish municipal documents and say which measures each municipality has taken."""


def main() -> None:
    """Run the command line; every known error prints its code and remedy and sets the exit code."""
    try:
        code = cli.main(standalone_mode=False)
    except KommunluppError as error:
        show_error(error)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        sys.exit(ExitCode.INTERRUPTED)
    sys.exit(code or ExitCode.OK)
