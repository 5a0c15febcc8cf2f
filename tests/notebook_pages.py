"""Notebooks, executed and rendered as a person sees them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import nbclient
import nbconvert
import nbformat
import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTHING_FETCHED = """
{%- extends "classic/index.html.j2" -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
"""
"""nbconvert's template without the scripts that it has from a network."""


def read(path: Path) -> Any:
    """A notebook as it is stored."""
    return nbformat.read(path, as_version=4)


def executed(path: Path, run: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A notebook after all its cells ran in a clean kernel, with a run of the example documents."""
    monkeypatch.setenv("KOMMUNLUPP_RUN", str(run))
    root = str(FOLDER.parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]))
    notebook = read(path)
    kernel = f"{sys.executable} -m ipykernel_launcher -f {{connection_file}}".split()
    client = nbclient.NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(FOLDER)}}
    )
    client.create_kernel_manager()
    client.km.kernel_spec.argv = kernel
    client.execute()
    return notebook


def rendered(notebook: Any) -> str:
    """A notebook as one page, which fetches nothing; its prose is English, its results Swedish."""
    exporter = nbconvert.HTMLExporter(
        template_name="classic", raw_template=NOTHING_FETCHED, language_code="en"
    )
    page: str = exporter.from_notebook_node(notebook)[0]
    return page
