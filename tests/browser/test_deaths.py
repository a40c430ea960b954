"""A Python that dies is noticed wherever it dies; what it died of can be had again, and done without."""

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from tests.browser.drafts import answer, box, kept, offers, wait_until_kept
from tests.browser.live_page import BOOT, LivePage

pytestmark = pytest.mark.first_visit

FORMS = """
    import asyncio, importlib, json, pathlib
    from clientforms import AsyncValidationMixin

    # What ends Pyodide, and no `except` catches.
    DEADLY = 'import json; json.loads("[" * 1_000_000)'
    pathlib.Path("late_death.py").write_text(DEADLY)

    class Fatal(forms.Form):
        name = forms.CharField()
        timer = forms.CharField(required=False)
        imported = forms.CharField(required=False)

        def clean_timer(self):
            if self.cleaned_data["timer"] == "the end":
                exec(DEADLY)
            return self.cleaned_data["timer"]

        def clean_imported(self):
            if self.cleaned_data["imported"] == "the end":
                importlib.import_module("late_death")
            return self.cleaned_data["imported"]

    class Slow(AsyncValidationMixin, forms.Form):
        task = forms.CharField(required=False)

        async def clean_task(self):
            await asyncio.sleep(0.01)
            if self.cleaned_data["task"] == "the end":
                exec(DEADLY)
            return self.cleaned_data["task"]

    class RowForm(forms.Form):
        title = forms.CharField(required=False)

    RowFormSet = forms.formset_factory(RowForm, extra=1)

    class Text(forms.Form):
        data = forms.JSONField(required=False, widget=forms.Textarea)
        note = forms.CharField(required=False)
"""
PAGE = """<form id="f" action="/received" method="post">
    <div data-form="case.Fatal"></div><div data-form="case.Slow"></div>
    <div data-formset="case.RowFormSet" data-prefix="rows"></div>
    <label>Plain <input name="plain"></label><button>Save</button>
</form>"""
WAYS = {
    "a timer": lambda live: live.control("timer").press_sequentially("the end"),
    "a task": lambda live: live.type("task", "the end"),
    "a late import": lambda live: live.type("imported", "the end"),
    "a call": lambda live: live.page.evaluate(
        "try { clientforms.form('fatal').setData({name: 'Nora', timer: 'the end'}) } catch {}"
    ),
}


def died(live):
    """Wait for the box that says so, and return it."""
    box = live.page.locator("[data-clientforms-died]")
    expect(box).to_contain_text("What you typed is still here.")
    return box


def reload_with_it(live):
    """Press the box's own button, and wait for the page that comes."""
    page = live.page
    page.evaluate("window.isOld = true")
    died(live).get_by_role("button", name="Reload").click()
    page.wait_for_function("!window.isOld && !!window.clientforms?.formset")


@pytest.fixture
def deaths(complaints):
    complaints.expect(".")  # Pyodide says much of its death


def test_a_death_is_said_wherever_it_happens(author, deaths):
    live = author(PAGE, FORMS)
    page = live.page
    for way, bring_about in WAYS.items():
        live.type("name", "Nora")
        live.type("plain", way)
        bring_about(live)
        died(live)
        expect(live.button("rows", "add")).to_be_disabled()
        if way != "a call":  # what it gave has not come to the controls
            expect(
                page.locator("[name=timer], [name=task], [name=imported]").filter(visible=True)
            ).to_have_count(3)
            assert "the end" in page.evaluate(
                "Array.from(f.elements, ({value}) => value).join()"
            ), way
        expect(live.control("plain")).to_have_value(way)
        page.get_by_role("button", name="Save").click()
        expect(died(live).get_by_role("button", name="Send anyway")).to_be_focused()
        page.evaluate("sessionStorage.clear()")  # nothing of it comes back
        page.reload()
        live.wait_until_ready()


ENDS = {
    "the stack runs over": 'import json; json.loads("[" * 1_000_000)',
    "the process exits": "import os; os._exit(0)",
    "the process fails": "import os; os._exit(3)",
    "the process aborts": "import os; os.abort()",
}
ENDING = """
    ENDS = {ends!r}

    class Ending(forms.Form):
        name = forms.CharField()

        def clean_name(self):
            exec(ENDS.get(self.cleaned_data["name"], ""))
            return self.cleaned_data["name"]
"""
ONE = """<form id="f" action="/received" method="post"><div data-form="case.Ending"></div>
    <label>Plain <input name="plain"></label><button>Save</button></form>"""


@pytest.mark.parametrize("end", ENDS)
def test_each_end_of_python_is_said_at_the_submit_too(author, deaths, end):
    live = author(ONE, ENDING.format(ends=ENDS))
    live.page.route(
        "**/received", lambda route: route.fulfill(body="thanks", content_type="text/plain")
    )
    live.type("plain", "kept")
    live.control("name").fill(end)
    live.page.get_by_role("button", name="Save").click()
    with live.page.expect_request("**/received") as sent:
        died(live).get_by_role("button", name="Send anyway").click()
    assert parse_qs(sent.value.post_data) == {"name": [end], "plain": ["kept"]}


@pytest.mark.parametrize("end", ENDS)
def test_a_python_that_ends_as_it_starts_is_told_of_like_a_failed_start(page, server, deaths, end):
    """The forms' own module ends it: they are plain ones then."""
    html = ONE.replace('<div data-form="case.Ending"></div>', '<input name="name">')
    live = LivePage(page, server).open_case(
        html + '<div data-form="case.Ending"></div>', f"\nexec({ENDS[end]!r})\n", wait=False
    )
    expect(page.locator("[data-boot-error]")).to_be_visible(timeout=BOOT)
    live.control("name").fill("Ada")
    page.route("**/received", lambda route: route.fulfill(body="thanks", content_type="text/plain"))
    with page.expect_request("**/received") as sent:
        page.get_by_role("button", name="Save").click()
    assert parse_qs(sent.value.post_data)["name"] == ["Ada"]


def test_what_python_died_of_comes_back_once_and_is_offered_from_then_on(author, deaths):
    live = author(PAGE, FORMS)
    page = live.page
    live.type("name", "Nora")
    live.type("rows-0-title", "A row")
    live.control("timer").press_sequentially("the end")
    reload_with_it(live)  # it is given back, and Python dies of it again
    reload_with_it(live)
    expect(box(page)).to_contain_text("Restore what you typed on ")
    expect(box(page)).to_contain_text("Name “Nora”, Timer “the end”")
    expect(box(page)).to_contain_text("A row")
    page.reload()  # whatever the user does
    live.wait_until_ready()
    expect(offers(page)).to_have_count(1)
    live.type("name", "Grace")
    assert live.form("fatal", "isValid()")
    answer(page, "Restore")
    reload_with_it(live)
    expect(box(page)).to_contain_text("Timer “the end”")
    expect(box(page)).to_contain_text("Name “Grace”")  # that stood there when Python died again
    answer(page, "Discard")
    answer(page, "Discard")
    expect(box(page)).to_have_count(0)
    page.wait_for_function("!sessionStorage.getItem('clientforms:reload')")
    assert "the end" not in kept(page)


def leave_it_to_the_draft(page):
    """Let the next load give nothing back of what the page keeps as Python dies, once it has."""
    page.wait_for_function("sessionStorage.getItem('clientforms:reload')")
    page.evaluate("sessionStorage.removeItem('clientforms:reload')")


def test_a_draft_that_python_dies_of_can_be_read_and_discarded(author, deaths):
    live = author('<form data-draft="text"><div data-form="case.Text"></div></form>', FORMS)
    page = live.page
    live.type("note", "to be read")
    wait_until_kept(page, "to be read")
    deadly = "[" * 30_000
    page.evaluate("text => { document.querySelector('textarea').value = text }", deadly)
    live.control("data").dispatch_event("input")
    died(live)
    leave_it_to_the_draft(page)
    page.reload()
    live.wait_until_ready()
    if not box(page).count():  # to see whether it stands there already is deadly, too
        died(live)
        leave_it_to_the_draft(page)
        page.reload()
        live.wait_until_ready()
    expect(box(page)).to_contain_text("[[[[")
    expect(box(page)).to_contain_text("to be read")
    live.type("note", "goes on")
    assert live.form("text", "isValid()")
    answer(page, "Discard")
    expect(offers(page)).to_have_count(0)
