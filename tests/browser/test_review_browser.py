"""The review page in a real browser: the whole way of a finding, by keys."""

from __future__ import annotations

import re
from pathlib import Path

from browser_steps import LogIn, ids, press_and_wait, row, saved, shown, start
from playwright.sync_api import expect
from review_reviewers import Reviewed
from review_run import HOSTILE

from pipeline.review.verify import verify


def test_filter_accept_correct_and_undo_by_keys(review: Reviewed, log_in: LogIn) -> None:
    page = log_in()
    page.select_option("select[name=label]", "recruitment")
    page.click("button:text-is('Visa')")
    expect(page.locator("#total")).to_have_text("2 fynd")
    page.click("a:text-is('Rensa')")
    page.fill("#search", "konsulter")
    page.keyboard.press("Enter")
    expect(page.locator("#total")).to_have_text("1 fynd")

    start(page)
    first = shown(page)
    press_and_wait(page, "j")
    assert (row(review, first).place, row(review, first).verdict) == ("reviewed", "accepted")
    second = shown(page)
    page.keyboard.press("b")
    letters = page.locator("#decision select[name=label] option")
    expect(letters.nth(10)).to_have_text("K · Resurser och budget")
    assert letters.nth(10).bounding_box()  # unfolded, so that the letters can be read
    press_and_wait(page, "k")
    assert row(review, second).now_label == "funding"
    third = shown(page)
    press_and_wait(page, "3")  # accepted as planned
    assert row(review, third).now_status == "planned"
    fourth = shown(page)
    page.keyboard.press("Shift+Digit4")  # proposed, without going on
    press_and_wait(page, "m", "2")  # and the whole group
    assert (row(review, fourth).now_status, row(review, fourth).now_scope) == ("proposed", "all")
    fifth = shown(page)
    page.keyboard.press("k")
    page.keyboard.type("Kils kommun; Ale kommun")
    press_and_wait(page, "Enter")
    assert row(review, fifth).now_codes == ["1440", "1715"]
    sixth = shown(page)
    page.keyboard.press("c")
    page.keyboard.type("Tveksamt om året")
    page.keyboard.press("Escape")
    press_and_wait(page, "o")
    assert row(review, sixth).place == "unsure"

    page.keyboard.press("z")
    expect(page.locator(f'article.panel[data-id="{sixth}"]')).to_be_visible()
    saved(page)
    expect(page.locator(".note")).to_have_count(0)  # the comment went with it
    assert row(review, sixth).place == "open"
    page.keyboard.press("z")
    expect(page.locator(f'article.panel[data-id="{fifth}"]')).to_be_visible()
    page.keyboard.press("y")
    saved(page)
    assert row(review, fifth).place == "reviewed"
    with review.database.reading() as connection:
        assert verify(connection)[1] == []


def test_the_next_excerpt_shows_at_once(review: Reviewed, log_in: LogIn) -> None:
    """Bar 6: one or two keys a finding, the next in 100 ms."""
    page = log_in()
    start(page)
    took = []
    for _ in range(8):
        page.wait_for_load_state("networkidle")
        took.append(
            page.evaluate(
                """() => new Promise((done) => {
                    const before = document.querySelector("article.panel").dataset.id;
                    const began = performance.now();
                    const look = () => {
                        const now = document.querySelector("article.panel").dataset.id;
                        if (now === before) setTimeout(look, 1);
                        else requestAnimationFrame(() => done(performance.now() - began));
                    };
                    const pressed = new KeyboardEvent("keydown", { key: "j", bubbles: true });
                    document.dispatchEvent(pressed);
                    look();
                })"""
            )
        )
    saved(page)
    assert sorted(took)[len(took) // 2] <= 100, took
    assert len(ids(review, state="reviewed")) == 8


def test_a_finding_is_added_from_selected_text_with_exact_offsets(
    review: Reviewed, log_in: LogIn
) -> None:
    page = log_in()
    page.goto(f"/findings/{ids(review, year=2021)[0]}")
    expect(page.locator(".doc-text mark")).to_be_visible()  # no page: more of the text
    page.evaluate(
        """() => {
            const piece = document.querySelector(".text.restored .in").firstChild;
            const at = piece.data.indexOf("anställt tre");
            getSelection().setBaseAndExtent(piece, at, piece, at + "anställt tre".length);
        }"""
    )
    page.keyboard.press("f")
    expect(page.locator("#addition .selected")).to_have_text("anställt tre")
    page.select_option("#addition select[name=label]", "temporary_staffing")
    before = shown(page)
    page.click("#addition button.primary")
    expect(page.locator(f'article.panel[data-id="{before}"]')).to_have_count(0)
    added = row(review, shown(page))
    assert (added.origin, added.now_label, added.place) == (
        "reviewer",
        "temporary_staffing",
        "reviewed",
    )
    assert HOSTILE[0][added.start : added.end] == "anställt tre"
    assert page.evaluate("window.hacked") is None

    page.goto(f"/findings/{ids(review)[1]}")
    page.keyboard.press("f")  # nothing is selected: choose words by keyboard
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#addition .selected")).to_have_text(re.compile(r"^\s*har hyrt"))
    page.select_option("#addition select[name=label]", "funding")
    before = shown(page)
    page.click("#addition button[name=split]")
    expect(page.locator(f'article.panel[data-id="{before}"]')).to_have_count(0)
    assert row(review, ids(review, label="temporary_staffing")[0]).verdict == "rejected"
    assert len(ids(review)) == 18  # 14, one added, three parts of the one that was split


def test_bulk_reject_counts_before_it_does(review: Reviewed, log_in: LogIn) -> None:
    page = log_in()
    start(page)
    press_and_wait(page, "j")
    page.goto("/queue?year=2019")
    page.click("text=Bedöm alla på en gång")
    page.click("button.reject")
    expect(page.locator("h1")).to_have_text("Avvisa 11 fynd?")
    page.click("button.primary")
    page.wait_for_url("**/queue**")
    assert len(ids(review, state="reviewed")) == 12
    page.keyboard.press("z")
    saved(page)
    page.wait_for_load_state("networkidle")
    assert len(ids(review, state="reviewed")) == 1


def test_double_coding_and_adjudication(review: Reviewed, log_in: LogIn) -> None:
    admin = log_in("cilla")
    admin.goto("/team")
    admin.fill("form[action='/double'] input[name=count]", "2")
    admin.check("input[value=anna]")
    admin.check("input[value=bo]")
    admin.click("text=Dra urval")
    anna, bo = log_in("anna"), log_in("bo")
    start(anna, "mine=1&state=open")
    for _ in range(2):
        finding = shown(anna)
        anna.keyboard.press("j")
        expect(anna.locator(f'article.panel[data-id="{finding}"]')).to_have_count(0)
    saved(anna)
    start(bo, "mine=1&state=open")
    expect(bo.locator(".state")).not_to_contain_text("anna")
    first = shown(bo)
    bo.keyboard.press("n")
    expect(bo.locator(f'article.panel[data-id="{first}"]')).to_have_count(0)
    bo.keyboard.press("j")
    bo.wait_for_url("**/done")
    admin.goto("/team")
    expect(admin.locator(".cards")).to_contain_text("1oeniga")
    expect(admin.locator("tbody tr").first).to_contain_text("50")
    start(admin, "state=disagreed")
    expect(admin.locator(".state")).to_contain_text("anna")
    assert shown(admin) == first
    admin.keyboard.press("n")
    admin.wait_for_url("**/done")
    assert (row(review, first).place, row(review, first).verdict) == ("reviewed", "rejected")


def test_a_conflict_is_shown_and_nothing_is_overwritten(review: Reviewed, log_in: LogIn) -> None:
    anna, bo = log_in("anna"), log_in("bo", quiet=True)
    start(anna)
    start(bo)
    finding = shown(anna)
    press_and_wait(anna, "j")
    bo.keyboard.press("n")
    expect(bo.locator("#conflict")).to_be_visible()
    expect(bo.locator("#conflict-theirs")).to_contain_text("anna")
    assert row(review, finding).place == "disagreed"


def test_decisions_wait_while_there_is_no_connection(review: Reviewed, log_in: LogIn) -> None:
    page = log_in(quiet=True)
    start(page)
    press_and_wait(page, "j")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    for _ in range(2):  # what is fetched already can be judged
        page.keyboard.press("n")
        page.wait_for_timeout(100)
    expect(page.locator("#saving")).to_have_text(re.compile("2 väntar här"))
    assert len(ids(review, state="reviewed")) == 1
    page.context.set_offline(False)
    saved(page)
    assert len(ids(review, state="reviewed")) == 3
    with review.database.reading() as connection:
        assert verify(connection)[1] == []


def test_additions_wait_while_there_is_no_connection(review: Reviewed, log_in: LogIn) -> None:
    page = log_in(quiet=True)
    start(page)
    before = shown(page)
    page.click("#addition summary")
    page.select_option("#addition select[name=label]", "funding")
    page.context.set_offline(True)
    page.click("#addition button.primary")
    expect(page.locator("#saving")).to_have_text(re.compile("1 väntar här"))
    assert len(ids(review)) == 14
    page.context.set_offline(False)
    saved(page)
    assert len(ids(review)) == 15
    expect(page.locator(f'article.panel[data-id="{before}"]')).to_have_count(0)
    assert row(review, shown(page)).origin == "reviewer"


def test_what_is_refused_is_kept_until_somebody_sends_or_discards_it(
    review: Reviewed, log_in: LogIn
) -> None:
    page = log_in(quiet=True)
    start(page)
    first = shown(page)
    page.fill("#decision textarea[name=comment]", "Se bilagan")
    page.fill("#decision input[name=municipalities]", "Kihls kommun")
    page.press("#decision input[name=municipalities]", "Enter")
    button = page.locator("#refused-count")
    expect(button).to_have_text("1 kunde inte sparas")
    page.goto("/queue")  # it is there on every page, and after a reload
    button.click()
    item = page.locator("#refused li")
    expect(item).to_contain_text("godkänt: Se bilagan")
    expect(item).to_contain_text("det finns ingen kommun ”Kihls kommun”")
    item.locator("button[name=retry]").click()
    expect(page.locator("#toast")).to_contain_text("Kunde inte sparas")  # refused again
    button.click()
    expect(page.locator("#refused a")).to_have_attribute("href", f"/findings/{first}")
    item.locator("button[name=discard]").click()
    expect(page.locator("#refused")).to_be_hidden()
    expect(button).to_be_hidden()
    assert row(review, first).place == "open"


def test_a_bulk_decision_is_not_lost_offline(review: Reviewed, log_in: LogIn) -> None:
    page = log_in(quiet=True)
    page.goto("/bulk?year=2019")
    page.click("button.reject")
    expect(page.locator("h1")).to_have_text("Avvisa 12 fynd?")
    page.context.set_offline(True)
    page.click("button.primary")
    expect(page.locator("#toast")).to_contain_text("Ingen kontakt med servern")
    expect(page.locator("h1")).to_have_text("Avvisa 12 fynd?")
    page.context.set_offline(False)
    page.click("button.primary")
    page.wait_for_url("**/queue**")
    assert len(ids(review, state="reviewed")) == 12


def test_a_comment_needs_no_judgement(review: Reviewed, log_in: LogIn) -> None:
    page = log_in()
    start(page)
    first = shown(page)
    page.fill("#decision textarea[name=comment]", "Vilken nämnd?")
    page.click("text=Spara bara kommentaren")
    expect(page.locator(".note")).to_contain_text("Vilken nämnd?")
    expect(page.locator("#decision textarea[name=comment]")).to_have_value("")
    assert shown(page) == first and row(review, first).place == "open"
    without = log_in("bo", java_script_enabled=False)
    without.goto(f"/findings/{first}")
    without.fill("#decision textarea[name=comment]", "Socialnämnden")
    without.click("text=Spara bara kommentaren")
    expect(without.locator(".note")).to_have_count(2)
    without.press("#decision input[name=municipalities]", "Enter")  # still accepts
    without.wait_for_url("**/findings/**")
    assert row(review, first).verdict == "accepted"


def test_a_saved_view_and_undo_are_there_after_the_next_log_in(
    review: Reviewed, log_in: LogIn
) -> None:
    page = log_in()
    page.goto("/queue?label=funding&sort=score")
    page.click("text=Spara vyn")
    page.fill(".views input[name=name]", "Pengar")
    page.click(".views button:text-is('Spara')")
    start(page)
    first = shown(page)
    press_and_wait(page, "j")
    page.click("text=Logga ut")
    page.wait_for_url("**/login")
    again = log_in()
    again.click("a.chip:text-is('Pengar')")
    expect(again.locator("#total")).to_have_text("1 fynd")
    expect(again.locator("select[name=sort]")).to_have_value("score")
    again.wait_for_load_state("networkidle")
    with again.expect_response(lambda response: response.request.method == "POST"):
        again.keyboard.press("z")
    saved(again)
    assert row(review, first).place == "open"
    again.click("text=Spara vyn")
    again.fill(".views input[name=name]", "Pengar")
    again.click(".views button:text-is('Ta bort')")
    expect(again.locator("a.chip")).to_have_count(0)


def test_export_and_import_again(review: Reviewed, log_in: LogIn, tmp_path: Path) -> None:
    page = log_in("cilla")
    start(page)
    for key in ("j", "n", "2"):
        press_and_wait(page, key)
    page.goto("/exchange")
    files = {}
    for name in ("beslut.jsonl", "beslut.csv", "beslut.xlsx", "label-studio.json", "doccano.jsonl"):
        with page.expect_download() as download:
            page.click(f'button[aria-label="Hämta {name}"]')
        files[name] = tmp_path / name
        download.value.save_as(files[name])
    assert "811218-9876" not in files["beslut.jsonl"].read_text(encoding="utf-8")
    for _ in range(3):
        page.goto("/queue")
        page.keyboard.press("z")
        saved(page)
        page.wait_for_load_state("networkidle")
    assert ids(review, state="reviewed") == []
    for n, file in enumerate(files.values()):
        page.goto("/exchange")
        page.set_input_files("input[type=file]", file)
        page.click("text=Läs in")
        taken = "3 beslut inlästa, 0 fanns" if n == 0 else "0 beslut inlästa, 3 fanns"
        expect(page.locator("[role=status].block")).to_contain_text(taken)
    assert len(ids(review, state="reviewed")) == 3


def test_the_lines_are_outlined_where_the_words_stand(review: Reviewed, log_in: LogIn) -> None:
    page = log_in()
    page.goto(f"/findings/{ids(review)[9]}")  # on the second page
    image = page.locator(".paper img")
    expect(image).to_be_visible()
    page.wait_for_function("document.querySelector('.paper img').naturalWidth > 0")
    ink = page.evaluate(
        """() => {
            const image = document.querySelector(".paper img");
            const box = document.querySelector(".lines:not([hidden]) rect");
            const canvas = document.createElement("canvas");
            canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
            const draw = canvas.getContext("2d");
            draw.drawImage(image, 0, 0);
            const scale = image.naturalWidth / box.ownerSVGElement.viewBox.baseVal.width;
            const b = box.getBBox();
            const dark = (x, y, w, h) => {
                const data = draw.getImageData(x * scale, y * scale, w * scale, h * scale).data;
                let n = 0;
                for (let i = 0; i < data.length; i += 4) n += data[i] < 128;
                return n;
            };
            const below = dark(b.x, b.y + b.height + 2, b.width, b.height);
            const right = dark(b.x + b.width, b.y, 99, b.height);
            return [dark(b.x, b.y, b.width, b.height), below, right];
        }"""
    )
    assert ink[0] > 300 and ink[1] == 0 and ink[2] == 0
    expect(page.locator(".page-number")).to_have_text("2")
    page.keyboard.press(",")
    expect(page.locator(".page-number")).to_have_text("1")
    expect(page.locator(".lines:not([hidden])")).to_have_count(0)
    page.goto(f"/findings/{ids(review)[0]}")
    page.keyboard.press("t")
    expect(page.locator(".text.raw")).to_contain_text("komnun")
    page.keyboard.press("v")
    expect(page.locator(".why")).to_contain_text("anställt")


def test_the_basic_flow_needs_no_script(review: Reviewed, log_in: LogIn) -> None:
    page = log_in(java_script_enabled=False)
    page.click("text=Börja bedöma")
    page.wait_for_url("**/findings/**")
    first = shown(page)
    page.select_option("#decision select[name=label]", "routines")
    page.click("button.accept")
    page.wait_for_url("**/findings/**")
    assert shown(page) != first and row(review, first).now_label == "routines"
    page.click("text=Ångra")
    page.wait_for_url(f"**/findings/{first}**")
    assert row(review, first).place == "open"


def test_everything_can_be_reached_by_keyboard(review: Reviewed, log_in: LogIn) -> None:
    page = log_in()
    start(page)
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate(
                "document.activeElement.name + ':' + (document.activeElement.value || "
                "document.activeElement.textContent).trim().split('\\n')[0]"
            )
        )
    for name in ("verdict:accepted", "verdict:rejected", "verdict:unsure"):
        assert name in seen
    assert {"label", "status", "scope", "municipalities", "comment"} <= {
        name.split(":")[0] for name in seen
    }


def test_keys_can_be_chosen_and_the_page_read_in_english(review: Reviewed, log_in: LogIn) -> None:
    page = log_in()
    page.goto("/settings")
    page.select_option("select[name=language]", "en")
    page.fill("input[name=key-accept]", "a")
    page.fill("input[name=key-status-3]", "x")
    page.click("button.primary")
    expect(page.locator("h1")).to_have_text("Settings")
    start(page)
    expect(page.locator("button.accept")).to_contain_text("Accept")
    expect(page.locator("button.accept kbd")).to_have_text("A")
    press_and_wait(page, "a")
    assert len(ids(review, state="reviewed")) == 1
    status = page.locator("#decision label", has=page.locator("select[name=status]"))
    assert status.locator("kbd").all_text_contents() == ["1", "2", "X", "4", "5"]
    expect(status.locator("option").nth(2)).to_have_text("X · planned")
    page.keyboard.press("Shift+X")  # chosen, without going on
    expect(status.locator("select")).to_have_value("planned")
    third = shown(page)
    press_and_wait(page, "x")
    assert row(review, third).now_status == "planned"
    for path in ("/queue", "/progress", "/team", "/changes", "/exchange", "/help"):
        page.goto(path)
        expect(page.locator("h1").first).to_be_visible()


def test_blind_mode_hides_the_label(review: Reviewed, log_in: LogIn) -> None:
    page = log_in()
    page.goto("/settings")
    page.check("input[name=blind]")
    page.click("button.primary")
    start(page)
    expect(page.locator(".score")).to_have_count(0)
    first = shown(page)
    page.keyboard.press("j")
    expect(page.locator("#toast")).to_have_text("Välj en åtgärd först")
    press_and_wait(page, "b", "a")
    assert row(review, first).now_label == "recruitment"
