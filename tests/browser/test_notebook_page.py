"""A rendered notebook in the browser: nothing is fetched, nothing complains, plots are drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from notebook_pages import FOLDER, executed, rendered
from playwright.sync_api import Browser


def test_a_rendered_notebook(
    browser: Browser, example_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "page.html"
    notebook = executed(FOLDER / "02_explore_a_run.ipynb", example_run, monkeypatch)
    file.write_text(rendered(notebook), encoding="utf-8")
    complaints: list[str] = []
    asked: list[str] = []
    page = browser.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    plots = page.locator("img[alt^=Diagram]")
    widths = plots.evaluate_all("images => images.map(image => image.naturalWidth)")
    assert len(widths) == 3 and min(widths) > 100
    assert all(plot.is_visible() for plot in plots.all())
    assert page.locator("svg[role=img]").count() >= 1  # the map
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    page.close()
