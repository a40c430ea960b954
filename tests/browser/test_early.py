"""What is typed, ticked, chosen and pressed while Python is loading, step by step through the boot."""

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from tests.browser.held_files import HeldFiles
from tests.browser.live_page import BOOT, LivePage

pytestmark = pytest.mark.first_visit

STEPS = ("**/pyscript/core.js", "**/interpreter.js", "**/snapshot.data", "**/app/main.py")
"""Files in the order in which a boot asks for them."""


class Boot:
    """A boot that stops before each of `STEPS` until it is told to go on."""

    def __init__(self, page, steps=STEPS):
        page.set_default_timeout(BOOT)  # while Python starts, a busy page hears nothing
        self.files = {step: HeldFiles(page, step) for step in steps}

    def wait_for(self, step):
        """Return once the page asks for the file of `step`, and is waiting for it."""
        self.files[step].wait()

    def go_on(self, step):
        self.files[step].go_on()


@pytest.fixture
def booting(page, server):
    """The project's page, stopped before each step of its boot."""
    boot = Boot(page)
    page.goto(f"{server}/index.html", wait_until="commit")
    return LivePage(page, server), boot


def same_as_engine(live, form_id, name, kind="formset"):
    """The second law: what the browser would submit is what the engine would."""
    posted = live.page.evaluate(f"clientforms.{kind}('{name}').postData()")
    assert live.form_data(form_id) == posted


def test_typing_and_pressing_through_the_whole_boot(booting):
    live, boot = booting
    page = live.page
    title, slug = live.control("articles-0-title"), live.control("articles-1-slug")

    boot.wait_for(STEPS[0])
    expect(live.rows("articles")).to_have_count(3)
    title.press_sequentially("The W", delay=60)
    live.button("articles", "add").click()
    slug.press_sequentially("not a ", delay=60)
    boot.go_on(STEPS[0])

    slug.press("End")
    slug.press_sequentially("slug", delay=60)
    boot.wait_for(STEPS[1])
    live.control("articles-1-category").select_option("review")
    live.control("username").press_sequentially("ada", delay=60)
    live.control("terms").check()
    boot.go_on(STEPS[1])

    live.control("email").press_sequentially("ada@example.org", delay=60)
    boot.wait_for(STEPS[2])
    live.button("articles", "remove", 2).click()
    live.control("password").press_sequentially("correct horse", delay=60)
    live.control("password_again").press_sequentially("correct ", delay=60)
    page.get_by_label("Team").check()
    boot.go_on(STEPS[2])

    live.control("password_again").press("End")
    live.control("password_again").press_sequentially("horse", delay=60)
    boot.wait_for(STEPS[3])
    live.button("articles", "add").click()
    page.get_by_role("button", name="Sign up").click()
    expect(page.locator("[data-boot-status]")).to_contain_text(
        "What you pressed will be done then."
    )
    title.press("End")
    title.press_sequentially("ake", delay=60)
    title.evaluate("control => control.setSelectionRange(4, 6, 'backward')")
    page.evaluate("window.titleBefore = document.activeElement")
    boot.go_on(STEPS[3])
    live.wait_until_ready()

    expect(page.locator("[data-result='signup']")).to_contain_text('"username": "ada"')
    expect(live.rows("articles")).to_have_count(4)  # three, two more, one less
    expect(title).to_have_value("The Wake")
    expect(slug).to_have_value("not a slug")
    live.expect_errors("articles-1-slug", "Use letters, digits, hyphens and underscores.")
    live.expect_errors("articles-0-title")
    signup = live.form("signup", "cleanedData()")
    assert signup["plan"] == "team"
    assert signup["password_again"] == "correct horse"
    assert live.formset("articles", "postData()")["articles-1-category"] == ["review"]
    same_as_engine(live, "articles-form", "articles")
    same_as_engine(live, "signup", "signup", "form")
    assert live.button("articles", "add").count() == 1, "no second set of buttons"
    assert live.button("articles", "remove").count() == 4
    assert page.evaluate("window.titleBefore === document.querySelector('[name=articles-0-title]')")
    expect(page.locator("[aria-busy]")).to_have_count(0)


def test_the_focus_and_what_is_selected_stay_where_they_are(booting):
    live, boot = booting
    title = live.control("posts-0-title")
    boot.wait_for(STEPS[0])
    live.button("posts", "add").click()
    title.fill("Ulysses")
    title.evaluate("control => control.setSelectionRange(2, 5, 'backward')")
    for step in STEPS:
        boot.wait_for(step)
        boot.go_on(step)
    live.wait_until_ready()
    expect(live.rows("posts")).to_have_count(3)
    expect(title).to_be_focused()
    chosen = title.evaluate(
        "each => [each.selectionStart, each.selectionEnd, each.selectionDirection]"
    )
    assert chosen == [2, 5, "backward"]
    title.press("Delete")
    expect(title).to_have_value("Ules")
    posted = live.formset("posts", "postData()") | live.formset("writers", "postData()")
    assert live.form_data("publish-form") == posted


FORMS = """
    class RowForm(forms.Form):
        name = forms.CharField()
        size = forms.IntegerField(required=False)

    RowFormSet = forms.formset_factory(RowForm, extra=1, max_num=4, can_delete=True)
"""
SENT = """<form id="f" action="/received" method="post">
  <div data-formset="case.RowFormSet" data-prefix="rows"></div>
  <button name="how" value="draft">Save draft</button> <button>Save</button>
  <button type="reset">Start over</button>
</form>
<script>
  window.heard = [];
  for (const name of ["click", "submit", "formset:added"]) {
    document.addEventListener(name, ({target}) =>
      window.heard.push(`${name} ${target.dataset.formsetAction ?? target.tagName}`));
  }
</script>"""


def test_a_submit_waits_for_python_and_is_sent_by_the_button_that_was_pressed(page, server):
    boot = Boot(page, STEPS[3:])
    live = LivePage(page, server).open_case(SENT, FORMS, prerendered=True, wait=False)
    page.route("**/received", lambda route: route.fulfill(body="thanks", content_type="text/plain"))
    live.button("rows", "add").click()
    page.get_by_role("button", name="Start over").click()  # and that click is forgotten
    live.button("rows", "add").click()
    live.button("rows", "add").click()
    live.control("rows-0-name").fill("Ada")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("button[value=draft]")).to_have_attribute("aria-busy", "true")
    assert "submit FORM" not in page.evaluate("window.heard")
    boot.wait_for(STEPS[3])
    with page.expect_request("**/received", timeout=BOOT) as sent:
        boot.go_on(STEPS[3])
    posted = parse_qs(sent.value.post_data, keep_blank_values=True)
    assert posted["rows-TOTAL_FORMS"] == ["3"]
    assert posted["rows-0-name"] == ["Ada"]
    assert posted["how"] == ["draft"]
    expect(page.locator("body")).to_have_text("thanks")


def test_what_cannot_be_done_any_more_is_passed_over(page, server):
    """Seven clicks on a formset of four, and one on a row that was removed."""
    boot = Boot(page, STEPS[3:])
    live = LivePage(page, server).open_case(SENT, FORMS, prerendered=True, wait=False)
    for _ in range(7):
        live.button("rows", "add").click()
    for _ in range(2):
        live.button("rows", "remove", 0).click()
    live.control("rows-0-size").fill("7")
    boot.wait_for(STEPS[3])
    boot.go_on(STEPS[3])
    live.wait_until_ready()
    expect(live.rows("rows")).to_have_count(3)
    heard = page.evaluate("window.heard")
    assert heard.count("click add") == 7, "authors' scripts hear each click once"
    assert heard.count("formset:added DIV") == 3
    same_as_engine(live, "f", "rows")


# Acts as soon as the first form is live, while the others are not: presses buttons of both kinds, types.
BETWEEN = """new MutationObserver((_, observer) => {
    const bound = document.querySelectorAll("[data-bound]").length;
    if (!bound) return;
    observer.disconnect();
    window.boundThen = bound;
    document.querySelector("[data-prefix=articles] [data-formset-action=add]").click();
    document.querySelector("[data-prefix=writers] [data-formset-action=add]").click();
    const name = document.querySelector("[name=username]");
    name.focus();
    name.value = "x";
    name.dispatchEvent(new Event("input", {bubbles: true}));
    name.dispatchEvent(new Event("change", {bubbles: true}));
    name.blur();
    document.querySelector("#publish-form").requestSubmit();
}).observe(document, {subtree: true, attributeFilter: ["data-bound"]});"""


def test_what_is_done_while_one_form_is_live_and_others_are_not(page, server):
    page.add_init_script(BETWEEN)
    live = LivePage(page, server).open_index()
    assert page.evaluate("boundThen") == 1
    expect(live.rows("articles")).to_have_count(4)  # the one press, heard once
    expect(live.rows("writers")).to_have_count(3)
    live.expect_errors("username", "Ensure this value has at least 3 characters (it has 1).")
    live.expect_errors("posts-0-title", "This field is required.")  # it was submitted
    same_as_engine(live, "articles-form", "articles")


@pytest.mark.parametrize("focused", ["articles-1-slug", "username"])  # username is in a later form
def test_the_first_error_is_shown_before_the_last_form_is_live(page, server, focused):
    page.add_init_script(
        """new MutationObserver((_, observer) => {
            if (!document.querySelector("#id_articles-1-slug_error li")) return;
            observer.disconnect();
            window.boundThen = document.querySelectorAll("[data-bound]").length;
        }).observe(document, {subtree: true, childList: true});"""
    )
    boot = Boot(page, STEPS[-1:])
    page.goto(f"{server}/index.html", wait_until="commit")
    live = LivePage(page, server)
    live.control(focused).focus()
    live.control("articles-1-slug").press_sequentially("not a slug")
    boot.wait_for(STEPS[-1])
    page.keyboard.press("Tab")
    boot.go_on(STEPS[-1])
    live.wait_until_ready()
    assert page.evaluate("boundThen") == 1
    assert page.evaluate("document.querySelectorAll('[data-bound]').length") == 4
