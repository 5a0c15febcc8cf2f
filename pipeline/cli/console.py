"""The terminal that tables are printed on."""

from __future__ import annotations

from rich.console import Console

PIPE_WIDTH = 160
"""Columns where output goes to a file or a pipe: tables must not be cut there."""


def console() -> Console:
    """The terminal at its own width, or a wide page where there is none.

    What is printed comes from documents and paths: brackets and colons in it are no markup.
    """
    width = None if Console().is_terminal else PIPE_WIDTH
    return Console(width=width, markup=False, emoji=False)
