"""Headless Chromium, driven by Playwright, on a served review of the small run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_steps import LogIn
from must_have import lacks
from playwright.sync_api import Browser, Page, sync_playwright
from review_reviewers import Reviewed, reviewed
from review_servers import PASSWORD, served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        lacks("Chromium is not installed (configs/debian-test-packages.txt)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Reviewed]:
    with reviewed(tmp_path) as made:
        yield made


@pytest.fixture
def log_in(review: Reviewed, browser: Browser) -> Iterator[LogIn]:
    """Log in by the form; what the browser's console complains of fails the test."""
    complaints: list[str] = []
    contexts = []
    with served(review.app) as address:

        def enter(name: str = "anna", *, quiet: bool = False, **options: object) -> Page:
            settings = {"base_url": address, "viewport": {"width": 1400, "height": 900}, **options}
            context = browser.new_context(**settings)  # type: ignore[arg-type]
            contexts.append(context)
            page = context.new_page()
            page.set_default_timeout(10_000)
            if not quiet:
                page.on("pageerror", lambda error: complaints.append(str(error)))
                page.on(
                    "console",
                    lambda m: complaints.append(m.text) if m.type == "error" else None,
                )
            page.goto("/login")
            page.fill("input[name=name]", name)
            page.fill("input[name=password]", PASSWORD)
            page.click("button.primary")
            page.wait_for_url("**/queue**")
            return page

        yield enter
        for context in contexts:
            context.close()
    assert complaints == []
