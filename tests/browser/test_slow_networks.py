"""A first visit over a slow network: the page says how far it is, and a visitor may go on without Python."""

import re
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from tests.browser.live_page import LivePage

FORMS = """
class Row(forms.Form):
    name = forms.CharField()
    size = forms.IntegerField(required=False)


RowFormSet = forms.formset_factory(Row, extra=1, can_delete=True)
"""
BAR = """<div class="boot" role="status"><span data-boot-status></span>
<progress data-boot-progress max="1"></progress></div>"""
ROWS = '<div data-formset="case.RowFormSet" data-prefix="rows"></div><button>Save</button>'
SENT = f'{BAR}<form method="post" action="/received">{ROWS}</form>'
UNSENT = f"{BAR}<form>{ROWS}</form>"
AMOUNT = re.compile(r"^\d+\.\d / \d+\.\d MB, in \d+ (second|minute)s?$")
LARGE = ("snapshot.data", "pyodide.asm.data")
SAVING = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"

pytestmark = pytest.mark.first_visit


@pytest.fixture
def asked(page):
    """The names of the large files that the page asked for."""
    found = []
    page.on("request", lambda request: found.append(request.url.rpartition("/")[2]))
    page.route("**/received", lambda route: route.fulfill(body="thanks", content_type="text/plain"))
    return lambda: [name for name in found if name in LARGE]


@pytest.fixture
def slow(page):
    """The network's bytes in a second, to be set."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def set_rate(rate):
        given = {"offline": False, "latency": 0, "downloadThroughput": rate, "uploadThroughput": -1}
        session.send("Network.emulateNetworkConditions", given)

    set_rate(400_000)
    return set_rate


def open_early(page, server, html):
    return LivePage(page, server).open_case(html, FORMS, prerendered=True, wait=False)


def test_it_says_how_far_it_is_until_the_forms_are_live(page, server, slow):
    live = open_early(page, server, UNSENT)
    live.control("rows-0-name").fill("Ada")
    amount = page.locator("[data-boot-amount]")
    expect(amount).to_have_text(AMOUNT, timeout=15_000)
    expect(amount).to_have_attribute("aria-hidden", "true")
    first = amount.text_content()
    expect(amount).not_to_have_text(first)
    expect(page.get_by_role("status")).to_contain_text("You can fill it in already.")
    expect(page.locator("[data-boot-button]")).to_have_count(0)  # no server takes this form
    slow(-1)
    live.wait_until_ready()
    expect(amount).to_have_count(0)
    expect(live.control("rows-0-name")).to_have_value("Ada")


def test_who_will_not_wait_sends_the_plain_form_and_fetches_no_more(page, server, slow, asked):
    live = open_early(page, server, SENT)
    live.control("rows-0-name").fill("Ada")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Save")).to_have_attribute("aria-busy", "true")
    onward = page.get_by_role("button", name="Continue without waiting")
    expect(onward).to_be_visible(timeout=15_000)
    with page.expect_request("**/received") as sent:
        onward.press("Enter")
    assert parse_qs(sent.value.post_data)["rows-0-name"] == ["Ada"]


def test_who_goes_on_before_the_form_is_filled_in_has_a_plain_one(page, server, slow, asked):
    live = open_early(page, server, SENT)
    onward = page.get_by_role("button", name="Continue without waiting")
    expect(onward).to_be_visible(timeout=15_000)
    before = len(asked())
    onward.click()
    expect(page.locator(".boot")).to_be_hidden()
    expect(live.button("rows", "add")).to_be_disabled()
    expect(page.locator("[data-formset-actions] [data-boot-note]")).to_contain_text("You can")
    slow(-1)
    live.control("rows-0-name").fill("Ada")
    with page.expect_request("**/received") as sent:
        page.get_by_role("button", name="Save").click()
    assert parse_qs(sent.value.post_data)["rows-0-name"] == ["Ada"]
    assert len(asked()) == before


def test_who_saves_data_gets_the_rest_for_the_asking(page, server, asked):
    page.add_init_script(SAVING)
    live = open_early(page, server, SENT)
    everything = page.get_by_role("button", name=re.compile(r"^Load everything \(\d\.\d MB\)$"))
    expect(everything).to_be_visible()
    expect(live.button("rows", "add")).to_be_disabled()
    live.control("rows-0-name").fill("Ada")
    assert asked() == []
    everything.click()
    live.wait_until_ready()
    assert sorted(set(asked())) == sorted(LARGE)
    expect(live.control("rows-0-name")).to_have_value("Ada")
    live.button("rows", "add").click()
    expect(live.rows("rows")).to_have_count(2)


def test_who_saves_data_where_no_server_takes_the_form_gets_it_live(page, server, asked):
    page.add_init_script(SAVING)
    open_early(page, server, UNSENT).wait_until_ready()
    assert sorted(set(asked())) == sorted(LARGE)
