"""For everybody: nothing for axe-core to find, everything by keyboard, no chatter while typing."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import findings_in_every_mode, small_targets
from tests.browser.drafts import box, wait_until_kept
from tests.browser.held_files import HeldFiles
from tests.browser.live_page import BOOT, LivePage

VALID = {
    "title": "Ulysses", "slug": "ulysses", "email": "james@example.org",
    "pub_date": "1922-02-02", "category": "fiction",
}  # fmt: skip
SIGNUP = {
    "username": "james", "email": "j@example.org", "plan": "team", "terms": True,
    "password": "long enough", "password_again": "long enough",
}  # fmt: skip

# What a user can meet in the page: one line adds a state. Each begins with the page as it was opened.
STATES = {
    "as opened": lambda live: None,
    "every error": lambda live: [press(live, name) for name in ("Check and save", "Publish", "Sign up")],
    "a form's own error": lambda live: live.form("signup", "addError(null, 'Try again later.')"),
    "a row that will be deleted": lambda live: live.formset("posts", "removeAll()"),
    "an undo offered": lambda live: live.button("articles", "remove", row=1).click(),
    "at the limits": lambda live: fill_up(live),
    "results": lambda live: [submit(live, "articles", [VALID]), submit(live, "signup", SIGNUP)],
    "the source": lambda live: live.page.get_by_text("Python source").first.click(),
    "a draft offered": lambda live: leave_a_draft(live),
}  # fmt: skip


def leave_a_draft(live):
    live.type("articles-0-title", "Half typed")
    wait_until_kept(live.page, "Half typed")
    live.page.reload()
    live.wait_until_ready()
    expect(box(live.page)).to_be_visible()


def press(live, name):
    live.page.get_by_role("button", name=name).first.click()


def fill_up(live):
    for _ in range(3):
        live.button("articles", "add").click()
    expect(live.button("articles", "add")).to_be_hidden()
    live.formset("posts", "setData([{title: 'The only one'}])")


def submit(live, name, data):
    kind = "form" if name == "signup" else "formset"
    live.page.evaluate(f"data => clientforms.{kind}('{name}').setData(data)", data)
    live.page.locator(f"#{name if name == 'signup' else f'{name}-form'} > button").click()


def start_over(live):
    live.page.evaluate(
        """() => {
            for (const name of ["articles", "writers"]) clientforms.formset(name).reset();
            clientforms.formset("posts").reset([{title: "Stored", posted_date: "2026-01-02"}]);
            clientforms.form("signup").reset();
        }"""
    )


def test_axe_finds_nothing_in_any_state(live):
    found = []
    for state, arrive in STATES.items():
        start_over(live)
        arrive(live)
        found += findings_in_every_mode(live.page, state)
        found += [f"{state}: too small: {each}" for each in small_targets(live.page)]
    assert found == []


def test_axe_finds_nothing_where_a_draft_is_offered(live):
    live.type("articles-0-title", "Kept for later")
    wait_until_kept(live.page, "Kept for later")
    live.page.reload()
    live.wait_until_ready()
    expect(box(live.page)).to_be_visible()
    found = findings_in_every_mode(live.page, "a draft offered")
    assert found + small_targets(live.page) == []


@pytest.mark.first_visit
@pytest.mark.parametrize("state", ["loading", "failed"])
def test_axe_finds_nothing_while_python_loads_or_fails_to(
    page, server, plain_server, complaints, state
):
    if state == "failed":
        complaints.expect("404|could not be loaded|Failed to load|without its snapshot")
        page.route(
            re.compile(r"/pyodide\.asm\.(data|wasm)$"),
            lambda route: route.fulfill(status=404, body="no"),
        )
        page.goto(f"{server}/index.html")
        expect(page.locator("[data-boot-error]")).to_be_visible(timeout=BOOT)
        assert findings_in_every_mode(page, state) == []
        return
    complaints.allow_origin(plain_server)  # its forms are not there yet, and are seen to wait
    snapshot = HeldFiles(page, "**/snapshot.data")
    page.goto(f"{plain_server}/index.html")
    snapshot.wait()
    expect(page.locator(".boot")).to_be_visible()
    assert findings_in_every_mode(page, state) == []
    page.emulate_media(reduced_motion="reduce", color_scheme="light", forced_colors="none")
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate("document.getAnimations().length") > 0
    snapshot.go_on()
    LivePage(page, plain_server).wait_until_ready()


def test_everything_works_by_keyboard(live):
    keyboard = live.page.keyboard

    def focused():
        return live.page.evaluate(
            """() => {
                const element = document.activeElement, row = element.closest("[data-formset-row]");
                const rows = [...document.querySelectorAll('[data-prefix="articles"] [data-formset-row]')];
                return [element.name || element.dataset.formsetAction || element.dataset.result
                    || element.tagName, rows.indexOf(row)];
            }"""
        )

    live.button("articles", "add").focus()
    keyboard.press("Enter")
    assert focused() == ["articles-3-title", 3]
    keyboard.type("Fourth")
    keyboard.press("Alt+ArrowUp")
    assert focused() == ["articles-2-title", 2]
    live.button("articles", "move-up", row=2).focus()
    keyboard.press("Space")
    assert focused() == ["move-up", 1]
    live.button("articles", "drag", row=1).focus()
    keyboard.press("ArrowUp")
    assert focused() == ["drag", 0]
    assert live.control("articles-0-title").input_value() == "Fourth"

    # Removing goes to the row that moved up, from the last one to the one before, and back by undo.
    live.button("articles", "remove", row=0).focus()
    keyboard.press("Enter")
    assert focused() == ["articles-0-title", 0]
    live.button("articles", "undo").focus()
    keyboard.press("Enter")
    assert focused() == ["articles-0-title", 0]
    assert live.control("articles-0-title").input_value() == "Fourth"
    live.button("articles", "remove", row=3).focus()
    keyboard.press("Enter")
    assert focused() == ["articles-2-title", 2]

    # A row that came with the page is restored by its button.
    live.page.evaluate("rows => clientforms.formset('articles').reset(rows)", [VALID, {}])
    live.button("articles", "remove", row=0).focus()
    keyboard.press("Enter")
    assert focused() == ["restore", 0]
    keyboard.press("Enter")
    assert focused() == ["articles-0-title", 0]

    # A submit goes to the first error, and a valid one to its result.
    live.formset("articles", "setData([{title: 'Ulysses'}])")
    live.control("articles-0-title").focus()
    keyboard.press("Enter")
    assert focused() == ["DIV", -1]
    keyboard.press("Tab")
    keyboard.press("Enter")
    assert focused() == ["articles-0-slug", 0]
    live.page.evaluate("row => clientforms.formset('articles').setData([row])", VALID)
    live.control("articles-0-title").focus()
    keyboard.press("Enter")
    assert focused() == ["articles-form", -1]


def test_nothing_is_said_aloud_at_each_key(live):
    """An error is tied to its control by aria-describedby; what happened to the form is announced."""
    live.page.evaluate(
        """() => {
            window.said = [];
            const live = '[aria-live], [role="status"], [role="alert"], [role="log"], output';
            new MutationObserver(records => {
                for (const {target} of records) {
                    const region = (target.closest ? target : target.parentElement)?.closest(live);
                    if (region) window.said.push(region.textContent);
                }
            }).observe(document, {childList: true, characterData: true, subtree: true});
        }"""
    )
    slug = live.control("articles-0-slug")
    slug.press_sequentially("no good", delay=30)
    live.expect_errors("articles-0-slug", "Use letters, digits, hyphens and underscores.")
    described = slug.get_attribute("aria-describedby").split()
    assert "id_articles-0-slug_error" in described
    assert slug.get_attribute("aria-invalid") == "true"
    slug.press_sequentially(" at all", delay=30)
    slug.blur()
    slug.fill("good")
    live.expect_errors("articles-0-slug")
    assert live.page.evaluate("window.said") == []

    press(live, "Check and save")
    summary = live.page.get_by_role("group", name="Not sent: 4 errors to fix.")
    expect(summary).to_be_focused()  # which says it
    assert live.page.evaluate("window.said") == []
    live.button("articles", "add").click()
    live.button("articles", "remove", row=3).click()
    assert live.page.evaluate("window.said") == [
        "Article 4 added.",
        "Article 4 removed. 3 left. Undo available.",
    ]


def test_the_focus_is_to_be_seen_in_forced_colours(live):
    live.page.emulate_media(forced_colors="active")
    live.control("articles-0-title").focus()
    for control in ("articles-0-title", "articles-0-category"):
        live.page.keyboard.press("Tab")
        live.control(control).focus()
        outline = live.control(control).evaluate(
            "control => [getComputedStyle(control).outlineStyle, getComputedStyle(control).outlineWidth]"
        )
        assert outline == ["solid", "3px"]
