"""The report in a real browser: with and without JavaScript, on a telephone, in print."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from pipeline.aggregate import aggregate
from pipeline.aggregate.merge import read_run
from pipeline.evaluation.browser import Browser, browser
from pipeline.evaluation.synthetic import Size, invent, some_rates
from pipeline.gazetteer import Gazetteer
from pipeline.report import write_report

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    reason="Chromium is not installed",
)
SHOWN = 39
"""Municipalities of the invented run with a document that is known to be theirs."""
ROWS = "[...document.querySelectorAll('#tabell tbody tr')]"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    invent(Size(600, 60, municipalities=40)).write(folder / "run")
    result = aggregate([read_run(folder / "run")], Gazetteer.load(), rates=some_rates())
    write_report(result, Gazetteer.load(), folder / "report.html")
    return folder / "report.html"


@pytest.fixture(scope="module")
def page() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


def set_value(page: Browser, name: str, value: str, event: str) -> None:
    element = f"document.getElementById('{name}')"
    page.evaluate(f"{element}.value = '{value}'")
    page.evaluate(f"{element}.dispatchEvent(new Event('{event}', {{bubbles: true}}))")


def test_sorting_by_a_column(page: Browser, page_file: Path) -> None:
    page.open(page_file)
    page.evaluate("document.querySelectorAll('#tabell thead button')[13].click()")
    amounts = page.evaluate(ROWS + ".map(r => Number(r.cells[13].textContent))")
    assert amounts == sorted(amounts, reverse=True) and len(amounts) == SHOWN
    head = "document.querySelectorAll('#tabell thead th')[13].getAttribute('aria-sort')"
    assert page.evaluate(head) == "descending"


def test_filtering_by_name_and_status(page: Browser, page_file: Path) -> None:
    page.open(page_file)
    name = page.evaluate(ROWS + "[5].cells[0].innerText")
    set_value(page, "sok", name.lower(), "input")
    assert page.evaluate(ROWS + ".filter(r => !r.hidden).map(r => r.cells[0].innerText)") == [name]
    assert page.evaluate("document.querySelectorAll('details.place:not([hidden])').length") <= 1
    set_value(page, "sok", "", "input")
    set_value(page, "status", "avvisad eller utebliven", "input")
    shown = page.evaluate(ROWS + ".filter(r => !r.hidden).length")
    marked = page.evaluate(
        ROWS + ".filter(r => [...r.cells].some(c => c.title.includes('avvisad'))).length"
    )
    assert 0 < shown == marked < SHOWN


def test_the_map_shows_a_measure_and_leads_to_the_text(page: Browser, page_file: Path) -> None:
    page.open(page_file)
    set_value(page, "kartval", "0", "change")
    kinds = set(
        page.evaluate("[...document.querySelectorAll('#land path')].map(p => p.className.baseVal)")
    )
    assert {"n", "taken"} <= kinds
    code = page.evaluate(ROWS + ".find(r => r.querySelector('a')).dataset.k")
    shape = f"document.getElementById('m{code}')"
    page.evaluate(f"{shape}.dispatchEvent(new MouseEvent('click', {{bubbles: true}}))")
    assert page.evaluate("location.hash") == f"#k{code}"
    page.evaluate("new Promise(done => setTimeout(done, 100))")
    assert page.evaluate(f"document.getElementById('k{code}').closest('details').open")


def test_a_telephone_needs_no_sideways_scrolling(page: Browser, page_file: Path) -> None:
    page.open(page_file, width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_nothing_is_asked_of_the_network(page: Browser, page_file: Path) -> None:
    page.open(page_file)
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0


def test_print_unfolds_everything_and_repeats_the_head(
    page: Browser, page_file: Path, tmp_path: Path
) -> None:
    page.open(page_file)
    folded = page.evaluate("document.querySelector('details.place .cites mark').textContent")
    page.pdf(tmp_path / "report.pdf")
    with pypdfium2.PdfDocument(tmp_path / "report.pdf") as printed:
        texts = [sheet.get_textpage().get_text_range() for sheet in printed]
    assert " ".join(folded.split()[:5]) in " ".join(" ".join(texts).split())
    assert not any("Sök kommun" in text for text in texts)


def test_it_reads_without_javascript(page_file: Path) -> None:
    with browser(javascript=False) as plain:
        plain.open(page_file)
        assert plain.evaluate("document.querySelectorAll('.tools:not([hidden])').length") == 0
        assert plain.evaluate("document.querySelectorAll('#tabell tbody tr').length") == SHOWN
        assert plain.evaluate("document.querySelectorAll('details.place').length") > 10
