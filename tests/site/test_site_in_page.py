"""What only a page has: notices, what stays as an answer is merged, scripts that ask the site, and the admin's windows.

The app has no project: `clientforms build-site quirks.urls`.
"""

import contextlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from clientforms.builder import cli
from tests.conftest import check_runtime
from tests.site.visitor import READY, SHOWN
from tests.support import sites
from tests.support.fickle import FickleServer
from tests.support.visited_context import CONTEXT

FOLDER = Path(__file__).parent
FRAMED = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title></title><script src="static/boot.js"></script>
<script type="module" src="static/runtime/pyscript/core.js"></script></head>
<body><iframe data-site="quirks.urls" data-site-path="/admin/" style="width: 100%; height: 600px"></iframe></body></html>"""


HOLD = """async () => {
    const name = (await indexedDB.databases()).map(({name}) => name).find((each) => each.startsWith("clientforms-site:"));
    await new Promise((held) => {
        navigator.locks.request(name, () => new Promise((done) => { window.letGo = done; held(); }));
    });
}"""
WHY = """() => Promise.race([
    clientforms.site.ready.then(() => "", (error) => error.message),
    new Promise((_, fail) => setTimeout(() => fail(new Error("It waits forever.")), 30_000)),
])"""
NAVIGATE = """(path) => Promise.race([
    clientforms.site.navigate(path),
    new Promise((_, fail) => setTimeout(() => fail(new Error(`${path} is not shown after a minute.`)), 60_000)),
])"""


def built(folder, *options):
    check_runtime()
    out = folder / "out"
    with contextlib.chdir(FOLDER):
        arguments = [
            "build-site",
            "quirks.urls",
            "--fixture",
            "quirks/users.json",
            "--out",
            str(out),
        ]
        assert cli.main([*arguments, *options]) == 0
    return out


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return built(tmp_path_factory.mktemp("quirks"))


def test_a_site_in_a_language_without_words_of_clientforms_is_built_with_a_warning(
    tmp_path, capsys
):
    page = built(tmp_path, "--language", "el") / "index.html"
    assert "clientforms has no words in el: its buttons" in capsys.readouterr().err
    assert '<html lang="el">' in page.read_text("utf-8")
    assert " data-boot-status></span>" in page.read_text("utf-8")


def test_a_site_from_right_to_left_is_built_so(tmp_path):
    page = built(tmp_path, "--language", "he") / "index.html"
    assert '<html lang="he" dir="rtl">' in page.read_text("utf-8")


@pytest.fixture(scope="module")
def opened(chromium, out):
    context = chromium.new_context(**CONTEXT)
    page = context.new_page()
    page.set_default_timeout(10_000)
    with sites.serving_folder(out) as address:
        page.goto(address)
        page.evaluate(READY)
        yield page
    context.close()


@pytest.fixture
def page(opened):
    """The page, without the notices of the test before."""
    for button in opened.locator("[data-site-notice] > button").all():
        button.click()
    navigate(opened, "/")
    return opened


def navigate(page, path):
    return page.evaluate(NAVIGATE, path)


@contextlib.contextmanager
def shown(page):
    handle = page.evaluate_handle(f"() => ({{detail: ({SHOWN})()}})")
    yield
    page.evaluate("({detail}) => detail", handle)


def test_mail_goes_to_an_outbox_in_the_page(page):
    navigate(page, "/mail/")
    outbox = page.locator("[data-site-notice=mail]")
    expect(outbox).to_contain_text("Mail that nobody receives: 1")
    outbox.get_by_text("Your order", exact=True).click()
    expect(outbox).to_contain_text("To: ann@example.org")
    expect(outbox).to_contain_text("It is on its way.")
    outbox.get_by_role("button", name="Dismiss").click()
    expect(page.locator("[data-site-notices]")).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/network/", ", opens a connection to example.org. A page has no sockets"),
        ("/thread/", ", starts a thread (print). A page has no threads"),
        ("/waiting/", "waiting waits for"),
    ],
)
def test_what_no_page_can_do_is_named(page, path, said):
    errors = []
    page.on("console", lambda message: errors.append(message.text))
    assert navigate(page, path)["status"] == 500
    lines = [line for line in "\n".join(errors).splitlines() if said in line]
    assert lines
    assert said.startswith("waiting") or "quirks/views.py, line " in lines[-1]


def test_an_error_leads_back(page):
    with shown(page):
        page.get_by_role("link", name="Broken").click()
    site = page.locator("[data-site]")
    expect(site).to_contain_text("Something went wrong on this page.")
    with shown(page):
        site.get_by_role("link", name="Back").click()
    expect(site.get_by_role("heading", name="Home")).to_be_visible()


def test_an_asynchronous_view_answers(page):
    assert navigate(page, "/awaited/")["status"] == 200
    expect(page.get_by_role("heading")).to_have_text(re.compile(r"There are \d+ groups"))


def test_a_view_may_import_what_the_page_has_to_fetch(page):
    assert navigate(page, "/late/")["status"] == 200
    expect(page.get_by_role("heading")).to_have_text("The mean is 2")


def test_what_is_typed_elsewhere_stays(page):
    navigate(page, "/typed/")
    page.locator("#q").fill("still looking")
    page.locator("#name").fill("painters")
    with shown(page):
        page.locator("#name").press("Enter")
    expect(page.locator("#names")).to_contain_text("painters")
    expect(page.locator("#q")).to_have_value("still looking")
    expect(page.locator("#name")).to_have_value("")
    expect(page.locator("#name")).to_be_focused()
    navigate(page, "/")
    navigate(page, "/typed/")
    expect(page.locator("#q")).to_have_value("")


def test_scripts_of_the_site_ask_it(page):
    navigate(page, "/script/")
    expect(page.locator("#got")).to_have_text("fetch,xhr,POST,201,seen")
    page.get_by_role("button", name="Press").click()
    expect(page.get_by_role("button", name="Pressed")).to_be_visible()


def test_going_back_returns_to_the_place(page):
    navigate(page, "/long/")
    page.locator("#line150").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 1000
    with shown(page):
        page.get_by_role("link", name="Home").click()
    assert page.evaluate("scrollY") == 0
    with shown(page):
        page.go_back()
    assert page.url.endswith("#/long/")
    assert abs(page.evaluate("scrollY") - before) < 1500


def test_an_address_can_be_opened_in_another_tab(page):
    with page.context.expect_page() as found:
        page.get_by_role("link", name="Long").click(modifiers=["ControlOrMeta"])
    other = found.value
    other.wait_for_load_state()
    other.evaluate(READY)
    assert other.url.endswith("#/long/")
    expect(other.locator("#line3")).to_be_visible()
    other.close()
    assert page.url.endswith("#/")


def test_a_live_formset_has_what_the_view_gave_it(page):
    navigate(page, "/entries/")
    names = page.locator("[name$=-name]")
    expect(names).to_have_count(2)  # of four, as in the view's queryset
    page.get_by_role("button", name="Add").click()
    expect(names).to_have_count(3)
    rows = page.locator("[data-formset-row]")
    errors = rows.locator(".errorlist li")
    for number in (0, 2):
        for name in ("nobody", "group"):
            names.nth(number).fill(name)
            names.nth(number).press("Tab")
            expect(errors).to_have_text(f"Not {name} for auth.group.")
        names.nth(number).fill(f"Entry {number}")
        names.nth(number).press("Tab")
        expect(errors).to_have_count(0)
    page.get_by_role("button", name="Add").click()
    expect(page.locator(".errorlist.nonform")).to_have_text("No more than 3.")
    rows.nth(3).get_by_role("button", name="Remove").click()
    rows.nth(2).locator("[name$=-codename]").fill("list_group")
    with shown(page):
        page.get_by_role("button", name="Save").click()
    expect(names).to_have_count(2)
    assert names.evaluate_all("all => all.map(each => each.value)") == ["Entry 0", "Can view group"]


def test_a_tab_that_waits_for_another_says_so(page):
    page.evaluate(HOLD)
    with shown(page):
        page.evaluate("() => { clientforms.site.navigate('/long/') }")
        notice = page.locator("[data-site-notice=waiting]")
        expect(notice).to_contain_text("Another tab of this site is busy.")
        page.evaluate("letGo()")
    expect(notice).to_have_count(0)
    expect(page.get_by_role("heading", name="Long")).to_be_visible()


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("app/start.py", "raise ValueError('no way')", "no way"),
        ("app/packed.data", "no archive", "This is not a complete zip archive"),
        ("pyodide/pyodide.asm.js", "no script", "Python could not be started"),
    ],
)
def test_scripts_are_told_why_a_site_does_not_start(chromium, out, file, content, reason):
    page = chromium.new_page(service_workers="block")
    page.route(f"**/{file}", lambda route: route.fulfill(body=content))
    with sites.serving_folder(out) as address:
        page.goto(address)
        assert reason in page.evaluate(WHY)
    page.close()


def test_navigate_refuses_what_is_no_path(page):
    said = page.evaluate("clientforms.site.navigate('long').catch((error) => error.message)")
    assert said == "navigate('long'): give a path of the site, which begins with a slash."


def test_the_page_alone_opens_from_a_disk(chromium, out):
    context = chromium.new_context(**CONTEXT)
    page = context.new_page()
    page.goto((out / "offline.html").as_uri())
    page.evaluate(READY)
    navigate(page, "/typed/")
    page.locator("#name").fill("masons")
    with shown(page):
        page.locator("#name").press("Enter")
    expect(page.locator("#names")).to_have_text("masons")
    page.reload()
    page.evaluate(READY)
    assert page.url.endswith("#/typed/")
    expect(page.locator("#names")).to_have_text("masons")
    context.close()


def test_it_opens_and_saves_without_the_network_once_it_was_there(chromium, out):
    """What it imports late, and its database, are there as well."""
    context = chromium.new_context(**CONTEXT)
    page = context.new_page()
    server = FickleServer(out).start()
    page.goto(server.address)
    page.evaluate(READY)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    for name, path in [("tanners", "/typed/"), ("weavers", "/late/")]:
        navigate(page, "/typed/")
        page.locator("#name").fill(name)
        with shown(page):
            page.locator("#name").press("Enter")
        if server.is_running:
            server.stop()
        page.reload()
        page.evaluate(READY)
        expect(page.locator("#names")).to_contain_text(name)
        assert navigate(page, path)["status"] == 200
    expect(page.get_by_role("heading")).to_have_text("The mean is 2")
    context.close()


def test_the_admin_opens_its_windows_over_the_page(chromium, tmp_path):
    template = tmp_path / "framed.html"
    template.write_text(FRAMED)
    with sites.serving_folder(built(tmp_path, "--template", str(template))) as address:
        context = chromium.new_context(**CONTEXT)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(address)
        page.evaluate(READY)
        admin = page.frame_locator("iframe[data-site]").first
        admin.get_by_label("Username").fill("ann")
        admin.get_by_label("Password").fill("open sesame")
        with shown(page):
            admin.get_by_role("button", name="Log in").click()
        navigate(page, "/admin/auth/user/1/change/")
        admin.locator("#add_id_groups").click()
        popup = page.frame_locator("dialog iframe")
        popup.get_by_label("Name").fill("painters")
        popup.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("dialog")).to_have_count(0)
        expect(admin.locator("#id_groups_to option")).to_have_text("painters")
        admin.locator(".datetimeshortcuts a").first.click()  # a script of the admin
        with shown(page):
            admin.locator("body").evaluate(
                "() => { setTimeout(() => { location = '/admin/auth/' }) }"
            )
        expect(admin.get_by_role("heading", level=1)).to_have_text(
            "Authentication and Authorization administration"
        )
        context.close()


@pytest.fixture(scope="module")
def members(tmp_path_factory):
    """A project with its own user model and without the admin."""
    check_runtime()
    out = tmp_path_factory.mktemp("members") / "out"
    assert cli.main(["build-site", str(FOLDER / "members" / "manage.py"), "--out", str(out)]) == 0
    with sites.serving_folder(out) as address:
        yield address


@pytest.mark.parametrize("snapshot", ["with", "without"])
def test_a_project_may_have_its_own_user_model(chromium, members, snapshot):
    """Also if the page has to start without its snapshot."""
    page = chromium.new_page(service_workers="block")
    if snapshot == "without":
        page.route("**/snapshot.data", lambda route: route.abort())
    page.goto(members)
    page.evaluate(READY)
    heading = page.frame_locator("iframe[data-site]").get_by_role("heading")
    expect(heading).to_have_text("Nobody")
    navigate(page, "/join/")
    expect(heading).to_have_text("42")
    page.close()


def test_a_site_starts_without_its_snapshot(chromium, out):
    page = chromium.new_page(service_workers="block")
    page.route("**/snapshot.data", lambda route: route.abort())
    with sites.serving_folder(out) as address:
        page.goto(f"{address}/#/admin/")
        page.evaluate(READY)
        expect(page.locator("[data-site]")).to_contain_text("Django administration")
    page.close()
