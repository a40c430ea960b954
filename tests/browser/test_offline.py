"""The built page without its server: it opens, whole, and updates are whole versions too."""

import pytest
from playwright.sync_api import expect

from clientforms.builder.output.site_files import Site, write_site
from clientforms.builder.site.delivery import ship
from tests.browser.live_page import BOOT, LivePage
from tests.support.fickle import FickleServer
from tests.support.sites import checkout_site

INSTALLED = "navigator.serviceWorker.ready.then(() => true)"
# What became of an update that was looked for: the state of its worker in the end. Looking may be one
# with what the browser does by itself as a page is opened, which began before: so it is done twice.
UPDATE = """async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    let worker;
    registration.addEventListener("updatefound", () => { worker = registration.installing; });
    for (let attempt = 0; attempt < 2 && !worker; attempt++) {
        await registration.update().catch(() => {});
        worker ??= registration.installing ?? registration.waiting;
    }
    if (!worker) return "none";
    while (worker.state === "installing") await new Promise(requestAnimationFrame);
    return worker.state;
}"""
TIDY = """async () => {
    navigator.serviceWorker.controller.postMessage({type: "TIDY"});
    while ((await caches.keys()).filter(each => each !== "clientforms-unpacked").length > 1)
        await new Promise(requestAnimationFrame);
}"""
# How many files the versions have in their caches.
COUNT = """async () => {
    let count = 0;
    for (const name of (await caches.keys()).filter(each => each !== "clientforms-unpacked"))
        count += (await (await caches.open(name)).keys()).length;
    return count;
}"""
# The caches of versions; beside them is what was unpacked for the next visit.
STORES = """caches.keys().then(names => names.filter(each => each !== "clientforms-unpacked"))"""
# An import while the page is in use, of what the snapshot has not.
LATE = """
from clientforms.browser import runtime
runtime.window.late = runtime.proxy(lambda: __import__("wave").__name__)
"""
UNTIL_READY = """async () => {
    while (!clientforms.locate("pyodide/python_stdlib.zip").startsWith("blob:"))
        await new Promise(requestAnimationFrame);
}"""
VERSIONS = {"old": (b"Articles", b"max_length=60"), "new": (b"News", b"max_length=61")}


def version(name):
    """The checkout's page: the heading and a limit in Python say the version, the runtime differs."""
    heading, limit = VERSIONS[name]
    site = checkout_site()
    page = site.files["index.html"].replace(b">Articles</h2>", b">" + heading + b"</h2>")
    forms = site.files["app/demo/forms.py"].replace(b"max_length=60", limit)
    assert page != site.files["index.html"] or name == "old"
    assert forms != site.files["app/demo/forms.py"] or name == "old"
    style = site.files["static/page.css"] + f"/* {name} */".encode()
    main = site.files["app/main.py"] + LATE.encode()
    changed = {
        "index.html": page,
        "app/demo/forms.py": forms,
        "app/main.py": main,
        "static/page.css": style,
    }
    return ship(Site({**site.files, **changed}))


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    out = tmp_path_factory.mktemp("versions")
    for name in VERSIONS:
        write_site(version(name), out / name)
    return out


@pytest.fixture
def server(folders):
    fickle = FickleServer(folders / "old").start()
    yield fickle
    fickle.stop()


@pytest.fixture
def context(chromium):
    context = chromium.new_context()
    context.set_default_timeout(15_000)
    yield context
    context.close()


def open_page(context, server, name):
    """Open the page and expect all of it to be of one version."""
    page = context.new_page()
    page.goto(server.address, wait_until="commit")
    return expect_version(page, name)


def expect_version(page, name):
    heading, limit = (each.decode() for each in VERSIONS[name])
    expect(page.locator("#heading-articles")).to_have_text(heading)
    expect(page.locator(".boot")).to_be_hidden(timeout=BOOT)
    live = LivePage(page, "")
    live.button("articles", "add").click()
    added = live.rows("articles").nth(3).locator('[name$="-title"]')
    expect(added).to_have_attribute("maxlength", limit.partition("=")[2])
    return live


def test_what_was_opened_once_opens_without_the_server(context, server, folders):
    live = open_page(context, server, "old")
    asked = set(server.asked)
    assert live.page.evaluate(INSTALLED)
    expect(live.page.locator("[data-formset-handle]").first).to_be_visible()
    server.stop()
    live = open_page(context, server, "old")
    live.type("articles-0-slug", "no slug")
    live.expect_errors("articles-0-slug", "Use letters, digits, hyphens and underscores.")
    expect(live.page.locator("[data-formset-handle]").first).to_be_visible()
    live.page.evaluate(UNTIL_READY)
    assert live.page.evaluate("late()") == "wave"
    live.page.goto(f"{server.address}index.html?again", wait_until="commit")
    live = expect_version(live.page, "old")

    kept = live.page.evaluate(
        """async () => {
            const names = (await caches.keys()).filter(each => each !== "clientforms-unpacked");
            const cache = await caches.open(names[0]);
            return [names.length, (await cache.keys()).map(({url}) => new URL(url).pathname)];
        }"""
    )
    assert kept[0] == 1
    # An icon may be asked for after the forms are live.
    later = {
        each for each in kept[1] if each.endswith((".zip", "manifest.json", ".png", "favicon.svg"))
    }
    assert set(kept[1]) - later == asked - later - {"/sw.js", "/favicon.ico"}
    assert not list(folders.glob("*/*/runtime/pyodide/*.mjs"))


def open_controlled(context, server):
    """Open the old version twice, so that its worker is between the page and the server."""
    live = open_page(context, server, "old")
    live.page.evaluate(INSTALLED)
    live.page.reload()
    return expect_version(live.page, "old")


@pytest.mark.parametrize(
    "point", ["/sw.js", "/", "/forms.py", "snapshot.data", "site-packages.zip"]
)
def test_an_update_that_is_interrupted_leaves_the_old_version_whole(
    context, server, folders, point
):
    live = open_controlled(context, server)
    server.folder = folders / "new"
    server.breaks_at = point
    assert live.page.evaluate(UPDATE) in ("none", "redundant")
    server.stop()
    live.page.close()
    live = open_page(context, server, "old")
    assert len(live.page.evaluate(STORES)) == 1, "what was fetched in vain is gone"

    server.breaks_at = None
    server.start()
    assert live.page.evaluate(UPDATE) == "installed"
    live.page.get_by_role("button", name="Reload").click()
    live = expect_version(live.page, "new")
    server.stop()
    live.page.reload()
    expect_version(live.page, "new")


def test_an_update_waits_until_it_is_asked_for_and_loses_nothing(context, server, folders):
    live = open_controlled(context, server)
    other = open_page(context, server, "old")
    other.type("username", "Grace")
    server.folder = folders / "new"
    live.button("posts", "add").hover()
    live.page.mouse.down()
    assert live.page.evaluate(UPDATE) == "installed"
    third = open_page(context, server, "old")
    third.page.close()

    expect(live.page.locator("[data-update]")).to_have_count(0)  # it could come under the pointer
    live.page.mouse.up()
    live.type("posts-2-title", "Typed before")
    live.type("password", "secret")
    live.page.get_by_role("button", name="Reload").click()
    live = expect_version(live.page, "new")
    expect(live.rows("posts")).to_have_count(3)
    expect(live.control("posts-2-title")).to_have_value("Typed before")
    expect(live.control("password")).to_have_value("")

    # The other page goes on with its own version, also with what it asks for now.
    assert len(live.page.evaluate(STORES)) == 2
    server.stop()
    archive = other.page.evaluate(
        "fetch(clientforms.locate('site-packages.zip')).then(({ok}) => ok)"
    )
    assert archive
    expect(other.control("username")).to_have_value("Grace")
    expect(other.page.locator("#heading-articles")).to_have_text("Articles")
    other.page.close()
    live.page.reload()
    live = expect_version(live.page, "new")
    live.page.evaluate(TIDY)


@pytest.mark.parametrize("lost", ["all", "one"])
def test_what_was_cleared_behind_the_worker_is_there_again_after_a_visit(context, server, lost):
    live = open_controlled(context, server)
    count = live.page.evaluate(COUNT)
    live.page.evaluate(
        """async lost => {
            const [name] = (await caches.keys()).filter(each => each !== "clientforms-unpacked");
            const cache = await caches.open(name);
            const keys = (await cache.keys()).filter(({url}) => /snapshot.data|offline.js/.test(url));
            if (lost === "all") await Promise.all((await caches.keys()).map(each => caches.delete(each)));
            else await cache.delete(keys[0]);
        }""",
        lost,
    )
    live.page.reload()
    live = expect_version(live.page, "old")
    live.page.evaluate(
        f"async count => {{ while (await ({COUNT})() < count) await new Promise(requestAnimationFrame) }}",
        count,
    )
    server.stop()
    live.page.reload()
    expect_version(live.page, "old")


def test_it_can_be_installed(context, server):
    live = open_page(context, server, "old")
    live.page.evaluate(INSTALLED)
    devtools = context.new_cdp_session(live.page)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["manifest"]["startUrl"] == server.address
    assert found["manifest"]["scope"] == server.address
    errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # Tests have no profile, which a headless shell does not mind.
    assert {each["errorId"] for each in errors} <= {"in-incognito"}


def test_a_browser_that_bars_workers_does_without(chromium, server):
    context = chromium.new_context(service_workers="block")
    said = []
    page = context.new_page()
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(server.address)
    expect_version(page, "old")
    assert said == []
    context.close()
