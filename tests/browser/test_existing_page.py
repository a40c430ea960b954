"""The page of docs/how-to/existing-template.md that a Django server renders itself, with the scripts that stand there."""

import sys

from playwright.sync_api import expect

from tests.browser.live_page import LivePage
from tests.conftest import ROOT, serving_folder

SERVER = [sys.executable, "existing_page.py", "runserver", "--noreload", "{port}"]


def test_a_page_that_a_server_renders_is_live_and_posts_to_it(page, complaints):
    with serving_folder(ROOT / "docs" / "examples", SERVER) as address:
        complaints.allow_origin(address)
        live = LivePage(page, address)
        page.goto(address)
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
