"""Pages in frames that are shut off, and where storage is barred: live, or they say why not; no error is left over."""

import re

from playwright.sync_api import expect

from tests.browser.live_page import LivePage, case
from tests.support.sites import build, serving_folder

FORMS = """
    class NameForm(forms.Form):
        name = forms.CharField()
"""
PAGE = """
    <form id="name" data-draft="name"><div data-form="case.NameForm"></div><button>Save</button></form>
    <div data-boot-error hidden></div>
"""
# As browsers do where cookies are blocked, or a frame is of another site.
BARRED = """
    for (const name of ["caches", "localStorage", "sessionStorage", "indexedDB"]) {
        Object.defineProperty(window, name, {get() { throw new DOMException("barred", "SecurityError"); }});
    }
    const refuse = async () => { throw new DOMException("barred", "SecurityError"); };
    LockManager.prototype.request = LockManager.prototype.query = refuse;
    ServiceWorkerContainer.prototype.register = refuse;
"""


def share(route):
    """Answer with the file, which every site may read."""
    response = route.fetch()
    shared = {"Access-Control-Allow-Origin": "*"}
    route.fulfill(response=response, headers={**response.headers, **shared})


def open_in_frames(page, server, frames):
    """Open a page with frames, whose files other sites may read."""

    for pattern in ("**/static/**", "**/pyscript.toml", "**/app/**"):
        page.route(pattern, share)
    page.route(
        "**/case.html*",
        lambda route: route.fulfill(
            body=case(PAGE, FORMS, 'lang="en"'), content_type="text/html; charset=utf-8"
        ),
    )
    page.route(
        "**/outer.html",
        lambda route: route.fulfill(body=framed(frames), content_type="text/html"),
    )
    page.goto(f"{server}/outer.html", wait_until="commit")


def framed(frames):
    inner = "".join(
        f'<iframe name="{name}" src="{address}" {attributes} width="600" height="300"></iframe>'
        for name, (address, attributes) in frames.items()
    )
    return f'<!doctype html><link rel="icon" href="data:,">{inner}'


def is_live(frame):
    frame.wait_for_function("!!window.clientforms?.formset", timeout=30_000)
    frame.locator("[name=name]").fill("")
    frame.locator("button", has_text="Save").first.click()
    expect(frame.locator("#id_name_error li")).to_have_text("This field is required.")


def test_in_frames_that_can_read_their_files_and_without_storage_it_is_live(
    page, server, complaints
):
    other = server.replace("127.0.0.1", "localhost")
    complaints.allow_origin(other)
    frames = {
        "shut": (f"{server}/case.html?1", 'sandbox="allow-scripts allow-forms"'),
        "other": (f"{other}/case.html?2", ""),
    }
    open_in_frames(page, server, frames)
    for name in frames:
        page.wait_for_selector(f"iframe[name={name}]")
        is_live(page.frame(name))
    page.context.unroute_all()
    barred = page.context.new_page()
    complaints.watch(barred)
    barred.add_init_script(BARRED)
    live = LivePage(barred, server).open_case(PAGE, FORMS)
    is_live(live.page.main_frame)


def test_in_a_frame_that_cannot_it_says_why_not(page, server, complaints, tmp_path):
    complaints.expect("blocked by CORS")
    complaints.expect("allow-same-origin")
    complaints.expect("Failed to load resource")
    attributes = 'sandbox="allow-scripts allow-forms allow-popups"'
    frames = {"shut": (f"{server}/index.html?1", attributes)}
    (tmp_path / "outer.html").write_text(framed(frames), "utf-8")
    with serving_folder(tmp_path) as outer:
        complaints.allow_origin(outer)
        page.goto(f"{outer}outer.html")
        said = page.frame("shut").locator("[data-boot-error]")
        expect(said).to_contain_text("The form is not available. Open this page in its own window.")
        expect(said.locator("a")).to_have_attribute("href", re.compile(r"/index\.html\?1$"))


def test_a_built_page_is_live_in_a_frame_that_is_shut_off(page, complaints, tmp_path):
    with serving_folder(build(tmp_path / "site", "recipe.py:RecipeForm")) as site:
        complaints.allow_origin(site)
        frames = {"shut": (f"{site}index.html", 'sandbox="allow-scripts allow-forms"')}
        page.route(f"{site}**", share)
        page.route(
            "**/outer.html",
            lambda route: route.fulfill(body=framed(frames), content_type="text/html"),
        )
        page.goto(f"{site}outer.html", wait_until="commit")
        shut = page.frame_locator("iframe")
        expect(shut.locator("form[data-bound]")).to_be_visible(timeout=30_000)
        shut.locator("[name$=text]").fill("")
        shut.locator("button", has_text="Save").click()
        expect(shut.locator(".errorlist")).to_have_text("This field is required.")
        expect(shut.locator("[data-boot-error]")).to_be_hidden()
        page.unroute_all(behavior="wait")
