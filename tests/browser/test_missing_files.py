"""A built site from which a file is missing: its forms are live, or it says why not, and nothing gets into the address."""

import re
from contextlib import ExitStack

import pytest

from clientforms.builder.output.site_files import write_site
from clientforms.builder.site.delivery import ship
from tests.support.sites import checkout_site, serving_folder

# Without these there is less to see, no dragging, or no visit without a network, but the forms are live.
NOT_NEEDED = re.compile(
    r"(page\.css|favicon\.svg|icon-\d+\.png|manifest\.json|offline\.js|workbox-window\.js|sortable\.js)$"
)
# These have others in their place, of which test_snapshot.py and a test below tell.
REPLACED = re.compile(r"(snapshot\.data|pyodide\.asm\.data|zstddec\.wasm|boot\.js)$")
IMPORTED = re.compile(r"(?<!error)\.js$")
LARGE = "**/*.data"
AT_ONCE = 6  # pages
OUTCOME = """() => {
    const said = document.querySelector("[data-boot-error]:not([hidden])")?.textContent;
    return window.clientforms?.formset ? "live" : said ?? null;
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    out = tmp_path_factory.mktemp("missing") / "site"
    write_site(ship(checkout_site()), out)
    with serving_folder(out) as address:
        yield address


@pytest.fixture
def visit(chromium, address):
    """Open the site in a browser of its own, without some of its files; return the page."""
    with ExitStack() as stack:

        def open_without(*names, answer=None, stalled=None, on_console=None):
            context = stack.enter_context(
                # Nor does a click wait until a smooth scroll has ended.
                chromium.new_context(service_workers="block", reduced_motion="reduce")
            )
            page = context.new_page()
            if stalled:
                page.route(stalled, lambda route: None)
            if on_console:
                page.on("console", on_console)
            for name in names:
                page.route(f"**/{name}", answer or (lambda route: route.fulfill(status=404)))
            page.goto(address, wait_until="commit")
            return page

        yield open_without


def outcome_of(page, patience=20):
    for _ in range(patience * 20):
        if outcome := page.evaluate(OUTCOME):
            return outcome
        page.wait_for_timeout(50)
    return "nothing"


def press(page):
    """Fill in the form that has a password, and press its button."""
    page.fill('[name="username"]', "ada")
    page.fill('[name="password"]', "secret", timeout=5000)
    page.evaluate("document.querySelector('#signup').noValidate = true")
    page.get_by_role("button", name="Sign up").click()


@pytest.fixture(scope="module")
def asked(chromium, address):
    """The files that a visit asks for."""
    with chromium.new_context(service_workers="block") as context:
        page = context.new_page()
        names = set()
        page.on("request", lambda request: names.add(request.url.removeprefix(address)))
        page.goto(address)
        assert outcome_of(page) == "live"
    return sorted(name for name in names if "static" in name or "site" in name)


def check_missed(page, address, name):
    said = outcome_of(page)
    assert "Reload the page; if it happens again, tell those who run this site" in said, name
    assert "make run" not in said
    press(page)
    assert page.url == address, name
    assert page.input_value('[name="password"]') == "secret"


def test_without_any_file_that_python_needs_the_page_says_so_to_visitors(visit, address, asked):
    needed = [name for name in asked if not (NOT_NEEDED.search(name) or REPLACED.search(name))]
    assert len(needed) > 15
    stalled = [visit(name, answer=lambda route: None) for name in ("pyscript.json", "snapshot.js")]
    # This one is missed after some seconds only: it is opened first and looked at last.
    (late,) = [name for name in needed if name.endswith("pyscript.json")]
    missed_late = visit(late)
    needed.remove(late)
    for start in range(0, len(needed), AT_ONCE):
        group = needed[start : start + AT_ONCE]
        # Most are missed before the large ones are of use.
        pages = [visit(name, stalled=LARGE if IMPORTED.search(name) else None) for name in group]
        for name, page in zip(group, pages, strict=True):
            check_missed(page, address, name)
            page.context.close()
    check_missed(missed_late, address, late)
    for page in stalled:  # they never get an answer
        assert "Reload the page" in outcome_of(page)
        press(page)
        assert page.url == address


def test_without_the_others_its_forms_are_live(visit, address, asked):
    spared = [name for name in asked if NOT_NEEDED.search(name)]
    assert len(spared) > 4
    pages = [visit(*spared), visit("offline.js", "favicon.svg", answer=lambda route: None)]
    assert [outcome_of(page) for page in pages] == ["live", "live"]
    page = pages[0]
    press(page)
    assert page.url == address


@pytest.mark.parametrize("also", [(), ("rows.js",)], ids=["alone", "with another"])
def test_without_the_first_script_it_is_said_and_nothing_gets_into_the_address(
    visit, address, also
):
    said = []
    page = visit("boot.js", *also, on_console=lambda message: said.append(message.text))
    page.wait_for_selector("form#signup")
    press(page)
    assert page.url == address
    if not also:
        page.wait_for_selector("#signup[data-bound]", timeout=20_000)
        assert outcome_of(page) == "live"
        assert any(re.search(r"clientforms: .*boot\.js could not be loaded", each) for each in said)
        page.wait_for_selector(".boot", state="hidden")
        press(page)
        assert page.url == address


def test_the_console_of_a_healthy_page_is_empty(chromium, address):
    said = []
    with chromium.new_context() as context:
        page = context.new_page()
        page.on("console", lambda message: said.append((message.type, message.text)))
        page.on("pageerror", lambda error: said.append(("error", str(error))))
        for _ in range(2):  # the second time by the worker, and from what was kept
            page.goto(address)
            assert outcome_of(page) == "live"
            press(page)
            # So long a browser waits before it calls a preload unused.
            page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 3500))")
    assert [each for each in said if each[0] in ("log", "info", "warning", "error")] == []
