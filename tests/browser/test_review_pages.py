"""The pages around the excerpt: settings, bulk, accounts, exchange, models side by side."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_steps import LogIn, ids, press_and_wait, row, shown, start
from playwright.sync_api import expect
from review_reviewers import Reviewed

from pipeline.review.decide import Bulk, Decision, bulk, decide
from pipeline.review.log import Reviewer

ANNA = Reviewer("anna", "reviewer")


@pytest.fixture
def compared(review: Reviewed, rival_model: Path) -> Iterator[Reviewed]:
    """A review with one finding rejected, six accepted and the rest open, beside a second model."""
    site = review.app.state.site
    site.options = replace(site.options, rival=rival_model)
    findings = ids(review)
    no = Decision(uuid.uuid4().hex, findings[0], 0, "rejected")
    yes = Bulk(uuid.uuid4().hex, findings[1:7], "accepted")
    review.database.write(lambda c: decide(c, ANNA, no, site.names))
    review.database.write(lambda c: bulk(c, ANNA, yes, site.names))
    yield review


def test_a_second_model_beside_the_first(compared: Reviewed, log_in: LogIn) -> None:
    page = log_in()
    page.goto("/changes")
    page.click("text=Visa jämförelsen")
    expect(page.locator("h1")).to_have_text("Jämför modeller")
    expect(page.locator(".lead").first).to_contain_text("de 7 meningar")
    total = page.locator("tr.total")
    expect(total).to_contain_text("Alla åtgärder")
    # Of seven judged findings six were right: 86 %, Wilson 49 to 97.
    expect(total.locator("td").first).to_have_text("8649–97")
    gone = page.locator("section", has_text="Skulle försvinna")
    assert gone.locator("tbody tr").count() >= 1
    gone.locator("tbody a").first.click()
    expect(page.locator("article.panel")).to_be_visible()


def test_without_a_second_model_the_page_says_how_to_get_one(
    review: Reviewed, log_in: LogIn
) -> None:
    page = log_in(quiet=True)
    page.goto("/compare")
    expect(page.locator("main")).to_contain_text("Starta granskningen med --rival MAPP.")


def test_a_key_is_chosen_by_pressing_it(review: Reviewed, log_in: LogIn) -> None:
    page = log_in(quiet=True)
    page.goto("/settings")
    page.focus("input[name=key-reject]")
    page.keyboard.press("X")
    page.focus("input[name=key-next]")
    page.keyboard.press("PageDown")
    page.keyboard.press("Tab")  # leaves the field, as everywhere
    page.click("button.primary")
    expect(page.locator("[role=status].done")).to_have_text("Sparat.")
    expect(page.locator("input[name=key-next]")).to_have_value("PageDown")
    start(page)
    first = shown(page)
    press_and_wait(page, "x")
    assert row(review, first).verdict == "rejected"
    page.goto("/settings")
    page.focus("input[name=key-accept]")
    page.keyboard.press("x")
    page.click("button.primary")
    expect(page.locator("[role=alert].problem")).to_have_text("Två åtgärder har samma tangent.")


def test_what_was_selected_belongs_to_its_finding(review: Reviewed, log_in: LogIn) -> None:
    """By touch a selection is there without a mouse; it never goes along to another finding."""
    page = log_in(viewport={"width": 390, "height": 844}, has_touch=True)
    start(page)
    first = shown(page)
    page.evaluate(
        """() => {
            const piece = document.querySelector(".text.restored .in").firstChild;
            getSelection().setBaseAndExtent(piece, 0, piece, 4);
        }"""
    )
    page.wait_for_timeout(50)
    page.tap("#addition summary")
    expect(page.locator("#addition .selected")).to_have_text("Vara")
    page.tap("a[rel=next]")
    expect(page.locator(f'article.panel[data-id="{first}"]')).to_have_count(0)
    page.tap("#addition summary")
    expect(page.locator("#addition .selected")).to_contain_text("Hela meningen")
    place = [page.input_value(f"#addition input[name={name}]") for name in ("start", "end")]
    second = row(review, shown(page))
    assert place == [str(second.start), str(second.end)]


def test_bulk_says_what_it_concerns(review: Reviewed, log_in: LogIn) -> None:
    page = log_in("cilla")
    page.goto("/bulk?state=open&label=funding&year=2019")
    expect(page.locator(".narrow")).to_contain_text("Vyn: att bedöma · Resurser och budget · 2019")
    page.check("input[value=bo]")
    page.click("text=Fördela 1 fynd")
    page.wait_for_url("**/queue**")
    bo = log_in("bo")
    bo.goto("/queue?mine=1")
    expect(bo.locator("#total")).to_have_text("1 fynd")


def test_accounts_and_what_happened_are_told_in_swedish(review: Reviewed, log_in: LogIn) -> None:
    page = log_in("cilla", quiet=True)
    page.goto("/admin")
    page.fill("form.stack input[name=name]", "eva")
    page.fill("form.stack input[name=password]", "kort")
    page.click("button.primary")
    expect(page.locator("main")).to_contain_text("Ett lösenord har minst 12 tecken.")
    page.goto("/admin")
    page.fill("form.stack input[name=name]", "eva")
    page.fill("form.stack input[name=password]", "ett långt lösenord")
    page.click("button.primary")
    happened = page.locator("section", has_text="Vad som hänt").locator("tbody tr").first
    expect(happened).to_contain_text("konto sparat")
    expect(happened).to_contain_text("granskare")
    page.click('button[aria-label="Stäng eva"]')
    expect(page.locator("tbody tr", has_text="eva").first).to_contain_text("stängt")


def test_refusals_are_told_in_the_readers_language(review: Reviewed, log_in: LogIn) -> None:
    page = log_in(quiet=True)
    page.goto("/findings/nowhere")
    expect(page.locator("main")).to_contain_text("Det finns inget sådant fynd")
    start(page)
    page.fill("#decision input[name=municipalities]", "Kihls kommun")
    page.press("#decision input[name=municipalities]", "Enter")
    expect(page.locator("#toast")).to_contain_text("det finns ingen kommun ”Kihls kommun”")


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (1400, "dark"), (390, "light")])
def test_no_serious_accessibility_problem(
    compared: Reviewed, log_in: LogIn, width: int, scheme: str
) -> None:
    review = compared
    page = log_in("cilla", viewport={"width": width, "height": 844}, color_scheme=scheme)
    axe = Axe()
    found = ids(review)
    paths = [
        "/queue", f"/findings/{found[0]}", f"/findings/{ids(review, year=2021)[0]}", "/progress",
        "/team", "/changes", "/exchange", "/admin", "/settings", "/help", "/done",
        "/bulk?state=open", "/compare", "/login",
    ]  # fmt: skip
    problems = []
    for path in paths:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        if path.endswith(found[0]):
            page.keyboard.press("f")
            page.keyboard.press("Escape")
            page.locator("#addition summary").click()
            page.keyboard.press("Escape")
            page.click("h1, .excerpt .heading")
            page.keyboard.press("v")
            page.wait_for_selector(".why")
        too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
        assert not too_wide, f"{path} scrolls sideways at {width}"
        if width == 390 and path not in paths[:2]:
            continue  # the same page, narrower: only its width
        for violation in axe.run(page).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                problems.append((path, violation["id"], violation["nodes"][0]["html"][:150]))
    assert problems == []
