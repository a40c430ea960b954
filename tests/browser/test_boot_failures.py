"""A boot that cannot go on: the page says so in time, and its forms are plain ones that can be sent."""

import re
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from tests.browser.held_files import HeldFiles
from tests.browser.live_page import BOOT, LivePage
from tests.browser.test_early import FORMS, SENT

pytestmark = pytest.mark.first_visit

PAYLOADS = ("**/*.data", "**/*.wasm")
WHEN_SAID = """
    new MutationObserver(() => {
        if (document.querySelector("[data-boot-error]:not([hidden])")) window.saidAt ??= performance.now();
    }).observe(document, {childList: true, subtree: true, attributes: true});
"""
# As the page counts them: it had time to answer in each.
QUIET_SECONDS = """async count => {
    for (; count; count--) await new Promise(resolve => setTimeout(resolve, 1000));
}"""
NOTE_THE_START = """() => {
    let { speak } = clientforms;
    Object.defineProperty(clientforms, "speak", {
        get: () => speak && (words => { speak(words); window.hasBegun = true; }),
        set: given => { speak = given; },
    });
}"""
# What Chromium says when there is none. Pyodide makes small modules too: those still can be.
NO_MEMORY = """
    const { instantiate } = WebAssembly;
    const refuse = async () => {
        throw new RangeError("WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory "
            + "for new instance");
    };
    WebAssembly.instantiateStreaming = refuse;
    WebAssembly.instantiate = (source, imports) =>
        (source.byteLength < 1e6 ? instantiate.call(WebAssembly, source, imports) : refuse());
"""


def mistype(pattern):
    def prepare(page):
        def answer(route):
            route.fulfill(response=route.fetch(), content_type="text/plain")

        page.route(pattern, answer)

    return prepare


def corrupt(page):
    for payload in PAYLOADS:
        page.route(payload, lambda route: route.fulfill(body=b"\0asm" + bytes(4000)))


def never(page):
    for payload in PAYLOADS:
        page.route(payload, lambda route: None)


def no_memory(page):
    page.add_init_script(NO_MEMORY)


FAILURES = {
    "a wrong type for PyScript": (mistype("**/pyscript/core.js"), "core.js could not be loaded"),
    "a wrong type for a part of PyScript": (mistype("**/pyscript/core-*.js"), "core"),
    "a wrong type for the interpreter": (mistype("**/interpreter.js"), "interpreter.js"),
    "a wrong type for Pyodide": (mistype("**/pyodide/pyodide.js"), "could not be started"),
    "a corrupt payload": (corrupt, "could not be started"),
    "no memory": (no_memory, "There is not enough memory: close other tabs"),
    "a payload that never arrives": (never, "Nothing has arrived for 12 seconds"),
}


@pytest.mark.parametrize("failure", list(FAILURES))
def test_it_says_so_within_fifteen_seconds_and_the_form_can_be_sent(
    page, server, complaints, failure
):
    prepare, said = FAILURES[failure]
    if failure != "a payload that never arrives":
        complaints.expect(".")
    page.set_default_timeout(BOOT)
    page.add_init_script(WHEN_SAID)
    prepare(page)
    page.route("**/received", lambda route: route.fulfill(body="thanks", content_type="text/plain"))
    live = LivePage(page, server).open_case(SENT, FORMS, prerendered=True, wait=False)
    live.control("rows-0-name").fill("Ada")

    panel = page.locator("[data-boot-error]")
    expect(panel).to_contain_text(said, timeout=20_000)
    expect(panel).to_contain_text(re.compile("reload the page", re.IGNORECASE))
    assert page.evaluate("window.saidAt") < 15_000
    expect(live.control("rows-0-name")).to_have_value("Ada")
    for action in ("add", "remove"):
        expect(live.button("rows", action).first).to_be_disabled()
    note = page.locator("[data-formset-actions] [data-boot-note]")
    expect(note).to_have_text(re.compile("cannot add or remove"))
    expect(live.control("rows-0-DELETE")).to_be_visible()

    live.control("rows-0-size").fill("7")
    with page.expect_request("**/received") as sent:
        page.get_by_role("button", name="Save draft").click()
    posted = parse_qs(sent.value.post_data, keep_blank_values=True)
    assert posted["rows-0-name"] == ["Ada"]
    assert posted["rows-0-size"] == ["7"]
    assert posted["rows-TOTAL_FORMS"] == ["1"]
    assert posted["how"] == ["draft"]


def test_a_submit_that_waited_is_let_go_where_it_can_be_sent(page, server, complaints):
    complaints.expect("could not be loaded|Failed to load")
    core = HeldFiles(page, "**/pyscript/core.js")
    page.route("**/received", lambda route: route.fulfill(body="thanks", content_type="text/plain"))
    live = LivePage(page, server).open_case(SENT, FORMS, prerendered=True, wait=False)
    live.control("rows-0-name").fill("Ada")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("button[value=draft]")).to_have_attribute("aria-busy", "true")
    with page.expect_request("**/received") as sent:
        core.go_on(lambda route: route.fulfill(status=404, body="not here"))
    assert parse_qs(sent.value.post_data)["how"] == ["draft"]


@pytest.fixture
def stalled(page, server):
    """The page, whose snapshot does not arrive, where "add" was pressed; what says so; the snapshot."""
    page.set_default_timeout(BOOT)
    snapshot = HeldFiles(page, "**/snapshot.data")
    page.goto(f"{server}/index.html", wait_until="commit")
    live = LivePage(page, server)
    live.button("posts", "add").click()
    return live, page.locator("[data-boot-error]"), snapshot


def test_where_it_goes_on_after_all_nothing_is_lost(page, stalled):
    live, panel, snapshot = stalled
    expect(panel).to_contain_text("Nothing has arrived", timeout=40_000)
    live.control("password").fill("secret")
    page.get_by_role("button", name="Sign up").click()
    assert "secret" not in page.url, "what would stand in the address is not sent"
    snapshot.go_on()
    live.wait_until_ready()
    expect(live.rows("posts")).to_have_count(3)
    expect(live.button("posts", "add")).to_be_enabled()
    expect(page.locator("[data-boot-note]")).to_have_count(0)
    expect(panel).to_be_hidden()
    expect(live.control("password")).to_have_value("secret")
    expect(live.control("articles-0-DELETE")).to_be_hidden()


def test_the_note_that_nothing_arrives_comes_and_goes_between_presses(page, stalled):
    live, panel, snapshot = stalled
    button = page.get_by_role("button", name="Sign up")
    button.scroll_into_view_if_needed()

    def press_until(due):
        """Hold the button down until `due` was waited for, and see that it stays where it is."""
        button.hover()
        page.mouse.down()
        box, is_shown = button.bounding_box(), panel.is_visible()
        due()
        assert button.bounding_box() == box
        assert panel.is_visible() == is_shown
        page.mouse.up()

    press_until(lambda: page.evaluate(QUIET_SECONDS, 14))
    expect(panel).to_contain_text("Nothing has arrived")

    def go_on():
        page.evaluate(NOTE_THE_START)
        snapshot.go_on()
        page.wait_for_function("window.hasBegun")  # its forms could be live from here on

    press_until(go_on)
    live.wait_until_ready()
    expect(panel).to_be_hidden()
    expect(live.rows("posts")).to_have_count(3)
