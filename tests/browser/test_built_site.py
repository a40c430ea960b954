"""The built page: under its policy, behind any name, from any folder."""

import json
import re
import sys
from fnmatch import fnmatch

import pytest
from playwright.sync_api import expect

from clientforms.builder.html.hashed_names import local_path
from clientforms.builder.html.html_tree import HtmlTree
from clientforms.builder.output.site_files import write_site
from clientforms.builder.site.delivery import ALONE, ship
from clientforms.builder.site.offline import WORKER
from tests.browser.live_page import BOOT, LivePage
from tests.conftest import ROOT, serving_folder
from tests.support.sites import checkout_site

SECURITY = (ROOT / "docs" / "security.md").read_text("utf-8")
VIOLATIONS = """window.violations = [];
    document.addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI, sample}) =>
        window.violations.push([violatedDirective, blockedURI, sample].join(" ")));"""


@pytest.fixture(scope="module")
def shipped():
    return ship(checkout_site())


@pytest.fixture(scope="module")
def folder(shipped, tmp_path_factory):
    out = tmp_path_factory.mktemp("shipped") / "a" / "sub" / "path"
    write_site(shipped, out)
    return out


@pytest.fixture(scope="module")
def address(folder):
    """The built site behind Python's own server, in a sub-path."""
    root = folder.parents[2]
    with serving_folder(root, [sys.executable, "-m", "http.server", "{port}"]) as origin:
        yield f"{origin}/a/sub/path/"


def open_built(page, complaints, address):
    complaints.allow_origin(address)
    page.add_init_script(VIOLATIONS)
    page.goto(address)
    return wait_until_live(page, address)


def wait_until_live(page, address):
    """As LivePage does, without the eval that the policy bars."""
    expect(page.locator(".boot")).to_be_hidden(timeout=BOOT)
    return LivePage(page, address)


def test_what_shows_the_forms_is_fetched_before_what_makes_them_live(shipped):
    head = shipped.files[shipped.entry].decode("utf-8").partition("</head>")[0]
    shown = [head.index('rel="stylesheet"'), head.index("boot.js")]
    assert max(shown) < head.index('rel="modulepreload"')


def test_the_forms_become_live_under_the_policy(page, complaints, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    live = open_built(page, complaints, address)
    live.type("articles-0-slug", "no slug")
    live.expect_errors("articles-0-slug", "Use letters, digits, hyphens and underscores.")
    live.button("articles", "add").click()
    expect(live.rows("articles")).to_have_count(4)
    expect(page.locator("[data-formset-handle]").first).to_be_visible()  # SortableJS is there
    page.get_by_text("Python source").first.click()
    expect(page.locator("[data-source]").first).to_contain_text("class ArticleForm")
    assert page.evaluate("violations") == []
    assert all(url.startswith(address) for url in asked)
    assert not [url for url in asked if url.endswith(".zip")], "the snapshot holds what is needed"

    refused = """async () => {
        await new Promise(done => setTimeout(done)); // what a debugger evaluates is let through
        const tried = [];
        for (const attempt of [() => eval("1"), () => new Function("return 1")()])
            try { attempt(); tried.push("ran") } catch (error) { tried.push(error.name) }
        await fetch("https://example.org/").catch(() => tried.push("not asked"));
        const script = document.createElement("script");
        script.textContent = "window.ran = 1";
        document.body.append(script);
        return [...tried, typeof window.ran];
    }"""
    complaints.expect("Content Security Policy|Failed to fetch|Refused")
    assert page.evaluate(refused) == ["EvalError", "EvalError", "not asked", "undefined"]


def test_a_script_that_was_changed_on_the_way_is_not_run(page, complaints, address):
    complaints.expect("integrity|interpreter.js")
    complaints.allow_origin(address)

    def change(route):
        route.fulfill(response=route.fetch(), body=route.fetch().text() + "\nwindow.changed = 1;")

    for name in ("interpreter.js", "boot.js"):
        page.route(f"**/{name}", change)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("typeof window.changed") == "undefined"
    assert not page.evaluate("!!window.clientforms?.formset")


def test_no_script_or_module_runs_that_was_changed(page, complaints, address, shipped):
    """Each file is changed at once, and asked for: those that a page asks for late, too."""
    complaints.allow_origin(address)
    complaints.expect("integrity|Failed|dynamically imported")
    scripts = [each for each in shipped.files if each.endswith(".js") and not is_unguarded(each)]
    assert len(scripts) > 20

    def change(route):
        mark = f"\n;(globalThis.changed ??= []).push({route.request.url!r});"
        route.fulfill(response=route.fetch(), body=route.fetch().text() + mark)

    page.route("**/*.js", change)
    page.goto(address)
    ran = """async names => {
        for (const name of names) await import(new URL(name, document.baseURI)).catch(() => {});
        return globalThis.changed ?? [];
    }"""
    assert page.evaluate(ran, scripts) == []
    page.unroute("**/*.js")
    loaded = "name => import(new URL(name, document.baseURI)).then(() => true)"
    unchanged = next(each for each in scripts if each.endswith("/zstd.js"))
    assert page.evaluate(loaded, f"{unchanged}?again"), "an address without a hash is let through"


def test_every_file_that_no_hash_guards_is_named_in_the_documentation(shipped):
    page = HtmlTree(shipped.files["index.html"].decode())
    hashes = [each for each in page.elements if "integrity" in each.attributes]
    named = {local_path(each.attributes.get("src") or each.attributes["href"]) for each in hashes}
    [imports] = [each for each in page.elements if each.attributes.get("type") == "importmap"]
    named |= {local_path(each) for each in json.loads(page.text_of(imports))["integrity"]}
    assert [each for each in shipped.files if each not in named and not is_unguarded(each)] == []


def is_unguarded(name):
    listed = SECURITY.partition("## What no hash guards")[2].partition("\n## ")[0]
    patterns = [
        each
        for row in re.findall(r"^\| (`.*?`) \|", listed, re.M)
        for each in re.findall("`(.*?)`", row)
    ]
    assert "sw.js" in patterns
    return any(fnmatch(name, pattern) for pattern in patterns)


def test_a_library_that_python_loads_later_does_not_run_if_it_was_changed(
    page, complaints, address
):
    complaints.allow_origin(address)
    complaints.expect("integrity|moved by buttons and keys alone")

    def change(route):
        route.fulfill(response=route.fetch(), body=route.fetch().text() + "\nwindow.changed = 1;")

    page.route("**/sortable.js", change)
    with page.expect_console_message(lambda message: "integrity" in message.text):
        page.goto(address)
    assert page.evaluate("typeof window.changed") == "undefined"


def test_names_are_ones_that_every_host_sends_and_say_what_they_hold(shipped):
    plain = shipped.files.keys() - {"index.html", ALONE, WORKER}
    for name in plain:
        assert re.fullmatch(r"(static|site)-[0-9a-f]{16}(/[a-z0-9][a-z0-9._-]*)+", name)
        assert not name.endswith((".mjs", ".gz", ".br"))
    page = shipped.files["index.html"].decode()
    assert not re.search(r'(src|href|config)="(?:/|\.\./|http)[^"]*\.(js|css|toml)', page)

    site = checkout_site()
    again = ship(site)
    assert again.files == shipped.files
    changed = ship(type(site)({**site.files, "app/demo/forms.py": b"# another"}))
    same = changed.files.keys() & shipped.files.keys()
    assert all(
        changed.files[name] == shipped.files[name] for name in same - {"index.html", ALONE, WORKER}
    )
    assert any(name.endswith("/snapshot.data") for name in same), "the runtime kept its name"
    assert not [name for name in same if name.endswith("/forms.py")]


def test_a_path_that_looks_like_another_host_leads_to_none(page, complaints, address):
    """From a server that answers every path with the page."""
    complaints.allow_origin(address)
    complaints.expect("404|Failed|integrity|MIME")
    origin = address.removesuffix("/a/sub/path/")
    body = page.request.get(address).body()
    page.route(
        "**/example/there*", lambda route: route.fulfill(body=body, content_type="text/html")
    )
    page.goto(f"{origin}//example/there", wait_until="commit")
    page.wait_for_url(f"{origin}//example/there/")


def test_a_page_that_does_not_know_its_folder_finds_it(page, complaints, address):
    """As npm's serve and sirv answer: what lies in the folder, without the slash in the address."""
    complaints.allow_origin(address)
    page.route(address.rstrip("/"), lambda route: route.fulfill(response=route.fetch(url=address)))
    page.goto(address.rstrip("/") + "?from=there", wait_until="commit")
    page.wait_for_url(f"{address}?from=there")
    live = wait_until_live(page, address)
    expect(live.rows("articles")).to_have_count(3)
