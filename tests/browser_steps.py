"""What a reviewer does in the browser, for the tests that drive one."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from review_reviewers import Reviewed

from pipeline.review import queue
from pipeline.review.schema import FindingRow
from pipeline.review.view import View

LogIn = Callable[..., Page]


def start(page: Page, query: str = "state=open&sort=position") -> None:
    page.goto(f"/next?{query}")
    expect(page.locator("article.panel")).to_be_visible()
    page.wait_for_load_state("networkidle")


def shown(page: Page) -> str:
    found = page.locator("article.panel").get_attribute("data-id")
    assert found
    return found


def saved(page: Page) -> None:
    expect(page.locator("#saving")).to_have_text(re.compile("Allt sparat|All saved"))


def press_and_wait(page: Page, *keys: str) -> None:
    """Press keys that decide; wait until another finding shows and all is on disk."""
    before = shown(page)
    for key in keys:
        page.keyboard.press(key)
    expect(page.locator(f'article.panel[data-id="{before}"]')).to_have_count(0)
    saved(page)


def row(review: Reviewed, finding: str) -> FindingRow:
    from sqlalchemy.orm import Session

    with Session(review.database.engine) as session:
        found = session.get(FindingRow, finding)
        assert found
        session.expunge(found)
        return found


def ids(review: Reviewed, **view: object) -> list[str]:
    with review.database.reading() as connection:
        return queue.ids_of(connection, View(**view), "anna")
