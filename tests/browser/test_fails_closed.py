"""A submit goes on only if the form was found valid, and once; a Python that died is said."""

import pytest
from playwright.sync_api import expect

from tests.browser.live_page import LivePage

FORMS = """
    import asyncio
    from clientforms import AsyncValidationMixin

    RAISED = {each.__name__: each for each in (
        SystemExit, KeyboardInterrupt, GeneratorExit, BaseException, asyncio.CancelledError, MemoryError)}

    class DataForm(forms.Form):
        name = forms.CharField(max_length=30)
        data = forms.JSONField(required=False, widget=forms.Textarea)

        def clean_name(self):
            name = self.cleaned_data["name"]
            if name in RAISED:
                raise RAISED[name]("on purpose")
            if name == "RecursionError":
                return self.clean_name()
            return name

    class RowForm(forms.Form):
        title = forms.CharField(required=False)

    RowFormSet = forms.formset_factory(RowForm, extra=1)

    class SlowForm(AsyncValidationMixin, forms.Form):
        slow = forms.CharField()

        async def clean_slow(self):
            await asyncio.sleep(0.2)
            return self.cleaned_data["slow"]
"""
PAGE = """
    <form id="data" action="/received" method="post">
      <div data-form="case.DataForm"></div>
      <div data-formset="case.RowFormSet" data-prefix="rows"></div>
      <button name="how" value="save">Save</button>
    </form>
    <form id="slow" action="/received" method="post">
      <div data-form="case.SlowForm"></div>
      <button>Send</button>
    </form>
"""
RAISED = (
    "SystemExit", "KeyboardInterrupt", "GeneratorExit", "BaseException", "CancelledError", "MemoryError",
    "RecursionError",
)  # fmt: skip
DEADLY = "[" * 30_000 + "]" * 30_000


@pytest.fixture
def sent(page):
    """The bodies that arrived. The server has no answer to show, so the page stays."""
    received = []

    def receive(route):
        received.append(route.request.post_data)
        route.fulfill(status=204)

    page.route("**/received", receive)
    return received


@pytest.fixture
def live(page, server):
    return LivePage(page, server).open_case(PAGE, FORMS)


def test_what_a_rule_raises_stops_the_submit_and_is_said(live, sent, complaints):
    complaints.expect("on purpose|RecursionError")
    save = live.page.get_by_role("button", name="Save")
    for name in RAISED:
        live.control("name").fill(name)
        save.click()
        expect(live.page.locator("#data .clientforms-error")).to_contain_text(name)
    assert sent == []
    live.control("name").fill("Ada")
    with live.page.expect_request("**/received"):
        save.click()
    assert len(sent) == 1


def test_a_python_that_dies_of_the_submit_stops_it_and_the_plain_form_can_be_sent(
    live, sent, complaints
):
    complaints.expect("fatal|RangeError|Maximum call stack|Traceback|.")
    live.control("name").fill("Ada")
    live.page.evaluate("text => document.querySelector('[name=data]').value = text", DEADLY)
    live.control("data").dispatch_event("input")
    live.page.get_by_role("button", name="Save").click()
    box = live.page.locator("[data-clientforms-died]")
    expect(box).to_contain_text("What you typed is still here.")
    expect(live.control("name")).to_have_value("Ada")
    expect(live.button("rows", "add")).to_be_disabled()
    live.page.get_by_role("button", name="Send", exact=True).click()
    assert sent == [], "nor is another form sent, for nobody can validate it"
    live.page.get_by_role("button", name="Save").click()
    with live.page.expect_request("**/received"):
        box.get_by_role("button", name="Send anyway").click()
    assert len(sent) == 1
    assert "name=Ada" in sent[0]
    assert "how=save" in sent[0]


def test_a_form_is_sent_once(live, sent):
    page = live.page
    live.control("name").fill("Ada")
    page.get_by_role("button", name="Save").dblclick()
    for _ in range(3):
        page.get_by_role("button", name="Save").click()
    live.control("name").press("Enter")
    page.evaluate("data.requestSubmit(); data.requestSubmit()")
    assert len(sent) == 1
    live.control("name").fill("Grace")  # another form than the one that was sent
    live.control("name").focus()
    for _ in range(5):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    assert len(sent) == 2
    page.evaluate(
        "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    )  # back again
    page.evaluate(
        "data.addEventListener('submit', (event) => event.preventDefault(), {once: true})"
    )
    page.evaluate("data.requestSubmit()")
    assert len(sent) == 2
    page.evaluate("data.requestSubmit()")  # the one before was the author's, who kept it
    page.evaluate("data.requestSubmit()")
    assert len(sent) == 3
    live.control("slow").fill("rule")
    with page.expect_request("**/received"):
        page.get_by_role("button", name="Send", exact=True).dblclick()
        page.evaluate("slow.requestSubmit()")
    page.evaluate("slow.requestSubmit()")
    assert len(sent) == 4
