"""The page of docs/how-to/existing-template.md that a Django server renders itself, with the scripts that stand there."""

import re
import sys
from itertools import combinations
from urllib.parse import parse_qs

from playwright.sync_api import expect

from tests.browser.live_page import BOOT, LivePage
from tests.conftest import ROOT, serving_folder

SERVER = [sys.executable, "existing_page.py", "runserver", "--noreload", "{port}"]


def test_a_page_that_a_server_renders_is_live_and_posts_to_it(page, complaints):
    with serving_folder(ROOT / "docs" / "examples", SERVER) as address:
        complaints.allow_origin(address)
        live = LivePage(page, address)
        page.goto(address)
        # Chromium drops input until it has painted a page for the first time.
        page.evaluate(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        live.control("guests-0-name").fill("Ada")  # before Python is up
        live.wait_until_ready()
        page.evaluate("clientforms.ready")
        expect(live.control("guests-0-name")).to_have_value("Ada")
        rows = live.rows("guests").count()
        live.button("guests", "add").last.click()
        expect(live.rows("guests")).to_have_count(rows + 1)
        last = f"guests-{rows}"
        live.control("guests-0-meal").select_option(index=1)
        live.type(f"{last}-name", "Ada")
        live.control(f"{last}-meal").select_option(index=1)
        expect(page.get_by_text("Two guests have the same name.")).to_be_visible()
        live.type(f"{last}-name", "Grace")
        expect(page.get_by_text("Two guests have the same name.")).to_have_count(0)
        for _ in range(1, rows):
            live.formset("guests", "removeForm(1)")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("Expecting Ada, Grace.")).to_be_visible()


# As docs/how-to/existing-template.md has a form that is sent to no server, and what browsers do with one without `method`.
NOWHERE = '<form method="dialog" data-clientforms>'
PLAIN = "<form data-clientforms>"
SCRIPTS = ("boot.js", "core.js", "interpreter.js", "main.py", "live.toml")


def test_without_boot_js_nothing_typed_gets_into_the_address(page, complaints):
    """Nor without that and another file: then no script of ours may run, and the page's own HTML has to see to it."""
    complaints.expect(".")
    page.set_default_timeout(BOOT)
    with serving_folder(ROOT / "docs" / "examples", SERVER) as address:
        complaints.allow_origin(address)
        original = page.request.get(address).text()
        button = "<button>Send</button>"
        assert button in original
        served = original.replace(button, f'<input type="password" name="secret">{button}')
        shown = [served]
        page.route(address, lambda route: route.fulfill(body=shown[0], content_type="text/html")
                   if route.request.method == "GET" else route.continue_())  # fmt: skip

        def open_without(names, form):
            shown[0] = re.sub("<form [^>]*>", form, served) if form else served
            page.unroute(re.compile("/live/"))
            missing = re.compile(rf"/({'|'.join(map(re.escape, names))})$")
            page.route(re.compile("/live/"), lambda route: route.abort()
                       if missing.search(route.request.url) else route.fallback())  # fmt: skip
            page.goto(address, wait_until="commit")
            page.fill('[name="guests-0-name"]', "Ada")
            page.fill('[name="secret"]', "secret")

        lost = [("boot.js",), *(each for each in combinations(SCRIPTS, 2) if "boot.js" in each)]
        for names in lost:
            open_without(names, NOWHERE)
            page.get_by_role("button", name="Send").click()
            page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 50))")
            assert page.url == f"{address}/", names
            assert page.input_value('[name="secret"]') == "secret", names

        # One that is posted is: the server answers, as for any page of its own.
        open_without(lost[-1], "")
        page.select_option('[name="guests-0-meal"]', index=1)
        with page.expect_request(lambda request: request.method == "POST") as sent:
            page.get_by_role("button", name="Send").click()
        assert parse_qs(sent.value.post_data)["secret"] == ["secret"]
        expect(page.get_by_text("Expecting Ada.")).to_be_visible()
        assert page.url == f"{address}/"

        # Without a method it is the browser's to decide, and no script is there that could keep it from that.
        open_without(lost[-1], PLAIN)
        page.get_by_role("button", name="Send").click()
        page.wait_for_url(lambda url: "secret=secret" in url)
