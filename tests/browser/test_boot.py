"""The boot: what the page says while it loads, and when it cannot."""

import os
import re

import pytest
from playwright.sync_api import expect

from benchmarks.wire import bodies
from clientforms.builder.runtime import packages
from tests.browser.held_files import HeldFiles
from tests.browser.live_page import BOOT, LivePage
from tests.conftest import ROOT

pytestmark = pytest.mark.first_visit


def boot_error(page):
    return page.locator("[data-boot-error]")


def test_the_page_says_that_the_form_is_coming_and_how_far_it_is(page, server):
    page.add_init_script(
        """window.said = [], window.far = [];
        new MutationObserver(() => {
            const text = document.querySelector("[data-boot-status]")?.textContent;
            if (text && window.said.at(-1) !== text) window.said.push(text);
            const bar = document.querySelector("[data-boot-progress]")?.value;
            if (bar && window.far.at(-1) !== bar) window.far.push(bar);
        }).observe(document, {childList: true, subtree: true, characterData: true, attributes: true});"""
    )
    LivePage(page, server).open_index()
    assert page.evaluate("window.said") == ["Getting the form ready…"]
    far = page.evaluate("window.far")
    assert len(far) > 2
    assert far == sorted(far)
    expect(page.locator(".boot")).to_be_hidden()


def test_the_page_has_the_django_that_was_asked_for(author):
    live = author(
        "",
        """
        import django
        from clientforms.browser import runtime
        runtime.document.title = django.__version__
        """,
    )
    asked = packages.package(ROOT, "django").version
    assert asked.startswith(os.environ.get("DJANGO", ""))
    expect(live.page).to_have_title(asked)


# How much each shift moved, and what.
SHIFTS = """window.shifts = [];
    new PerformanceObserver(list => {
        for (const {value, sources} of list.getEntries())
            shifts.push([value, ...sources.map(({node, previousRect, currentRect}) =>
                [node?.outerHTML?.slice(0, 99), previousRect.toJSON(), currentRect.toJSON()])]);
    }).observe({type: "layout-shift", buffered: true});"""


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_jumps_when_the_forms_appear(page, server, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(SHIFTS)
    page.goto(f"{server}/index.html")
    places = "[...document.querySelectorAll('h2')].map(each => each.getBoundingClientRect().top)"
    before = page.evaluate(places)
    LivePage(page, server).wait_until_ready()
    expect(page.locator("[data-formset-handle]").first).to_be_visible()  # the last to come
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("window.shifts") == []
    assert page.evaluate(places) == before


def test_little_jumps_where_a_static_server_sends_the_forms_places_only(
    page, plain_server, complaints
):
    page.add_init_script(SHIFTS)
    complaints.allow_origin(plain_server)
    page.goto(f"{plain_server}/index.html")
    expect(page.locator("[data-formset='demo.forms.ArticleFormSet']")).to_be_empty()
    places = "[...document.querySelectorAll('h2')].map(each => each.getBoundingClientRect().top)"
    before = page.evaluate(places)
    LivePage(page, plain_server).wait_until_ready()
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert sum(value for value, *_ in page.evaluate("window.shifts")) < 0.01
    for was, now in zip(before, page.evaluate(places), strict=True):
        assert abs(was - now) <= 48, "a line of text at most: fonts differ between machines"


def test_a_first_visit_fetches_no_more_than_it_is_promised(chromium, plain_server):
    found = bodies(chromium, f"{plain_server}/index.html")
    sizes = {path: len(body) for path, body in found.items()}
    assert "/static/runtime/snapshot.data" in sizes
    assert sum(sizes.values()) <= 5_700_000, sizes
    archives = [path for path in sizes if path.endswith(".zip")]
    assert not archives, "they come where something imports what is in them"


def test_the_rest_of_the_page_is_usable_while_python_loads(page, server):
    standard_library = HeldFiles(page, "**/pyodide.asm.data")
    page.goto(f"{server}/index.html")
    standard_library.wait()
    page.get_by_role("link", name="Sign-up").click()
    expect(page).to_have_url(re.compile("#demo-signup$"))
    expect(page.locator(".boot")).to_be_visible()
    expect(page.locator("[data-boot-status]")).to_have_text("Getting the form ready…")
    standard_library.go_on()
    LivePage(page, server).wait_until_ready()


@pytest.mark.parametrize("file", ["pyodide.asm.wasm", "site-packages.zip"])
def test_a_file_that_is_missing_is_named_with_the_remedy(page, server, complaints, file):
    complaints.expect("404|could not be loaded|Failed to load")
    page.route("**/*.data", lambda route: route.fulfill(status=404, body="not here"))
    page.route(f"**/{file}", lambda route: route.fulfill(status=404, body="not here"))
    page.goto(f"{server}/index.html")
    expect(boot_error(page)).to_contain_text(file, timeout=BOOT)
    expect(boot_error(page)).to_contain_text("make run")
    expect(page.locator("[data-boot-status]")).to_have_text("The form is not available.")


def test_a_script_that_is_missing_is_named(page, server, complaints):
    complaints.expect("404")
    page.route("**/pyscript/core.js", lambda route: route.fulfill(status=404, body="not here"))
    page.goto(f"{server}/index.html")
    expect(boot_error(page)).to_contain_text("static/runtime/pyscript/core.js could not be loaded")


def test_a_wrong_type_for_wasm_does_no_harm(page, server, complaints):
    complaints.expect("404")
    wasm = (ROOT / "static/runtime/pyodide/pyodide.asm.wasm").read_bytes()
    page.route("**/snapshot.data", lambda route: route.fulfill(status=404, body="not here"))
    page.route(
        "**/pyodide.asm.wasm",
        lambda route: route.fulfill(body=wasm, content_type="application/octet-stream"),
    )
    live = LivePage(page, server).open_index()
    expect(live.rows("articles")).to_have_count(3)


def test_python_that_fails_at_the_start_is_told(page, server, complaints):
    complaints.expect("ZeroDivisionError")
    page.route(
        "**/app/main.py",
        lambda route: route.fulfill(body="1 / 0\n", content_type="text/plain"),
    )
    page.goto(f"{server}/index.html")
    expect(boot_error(page)).to_contain_text(
        "Python failed: ZeroDivisionError: division by zero", timeout=BOOT
    )


def test_opening_the_page_as_a_file_is_answered_with_what_to_do(chromium):
    context = chromium.new_context()
    page = context.new_page()
    page.goto((ROOT / "index.html").as_uri())
    expect(boot_error(page)).to_contain_text("Run “make run”")
    context.close()


def test_without_javascript_there_is_a_sentence(chromium, server):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/index.html")
    sentence = page.locator(".noscript")  # Playwright's search by text passes <noscript> over
    expect(sentence).to_be_visible()
    assert "These forms need JavaScript" in sentence.text_content()
    expect(page.locator(".boot")).to_be_hidden()
    context.close()


def test_the_page_works_under_a_sub_path(page, server):
    """Served from the repository's parent, as a project page on a shared host is."""
    base = f"{server}/sub/path"
    page.route(
        f"{base}/**",
        lambda route: route.continue_(url=route.request.url.replace("/sub/path", "")),
    )
    page.goto(f"{base}/index.html")
    live = LivePage(page, base).wait_until_ready()
    expect(live.rows("articles")).to_have_count(3)
