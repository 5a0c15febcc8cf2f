"""Every notebook runs from a clean kernel, says nothing that alarms, and is stored without output.

`KOMMUNLUPP_RENDERED=folder pytest tests/test_notebooks.py` leaves the rendered pages there.
"""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import lxml.html
import nbformat
import pytest
from notebook_pages import FOLDER, executed, read, rendered

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
EXPECTED = (
    "01_first_look", "02_explore_a_run", "03_ocr_quality", "04_error_analysis",
    "05_teach_it_a_label", "06_from_counts_to_claims",
)  # fmt: skip

every = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_they_are_all_there() -> None:
    assert tuple(path.stem for path in NOTEBOOKS) == EXPECTED


@every
def test_stored_without_output(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert cell.cell_type == "markdown" or (not cell.outputs and cell.execution_count is None)


@every
def test_no_logic_of_their_own(path: Path) -> None:
    """Calls and names only: what needs a test lives in `pipeline`."""
    statements = (ast.FunctionDef, ast.ClassDef, ast.While, ast.For, ast.If, ast.Try, ast.With)
    logic = (*statements, ast.comprehension, ast.IfExp, ast.Compare)
    computing = {"abs", "apply", "groupby", "mean", "merge", "pivot_table", "query", "sum"}
    for cell in read(path).cells:
        if cell.cell_type == "code":
            nodes = list(ast.walk(ast.parse(cell.source)))
            assert not [node for node in nodes if isinstance(node, logic)]
            called = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
            assert not called & computing


@every
def test_runs_from_a_clean_kernel(
    path: Path, example_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = executed(path, example_run, monkeypatch)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert outputs
    alarms = [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    assert not alarms, alarms
    page = rendered(notebook)
    folder = Path(os.environ.get("KOMMUNLUPP_RENDERED", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{path.stem}.html").write_text(page, encoding="utf-8")
    tree = lxml.html.fromstring(page)
    fetched = tree.xpath("//script/@src | //link/@href | //img/@src | //iframe/@src")
    assert not [address for address in fetched if not address.startswith("data:")]
    scripts, styles = (" ".join(tree.xpath(f"//{kind}/text()")) for kind in ("script", "style"))
    assert "//" not in scripts and "import" not in scripts
    assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", styles)
    for part in tree.xpath("//style | //script"):
        part.getparent().remove(part)
    text = tree.text_content()
    assert "Traceback" not in text and "Warning" not in text
    assert any(letter in text for letter in "åäö")
    assert all(image.get("alt") for image in tree.iter("img"))
