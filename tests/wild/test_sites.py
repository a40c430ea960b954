"""Two public apps that nobody here wrote, built by `build-site` and used in a browser: a list of tasks, and a wiki."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import ROOT, check_runtime
from tests.site.visitor import READY
from tests.support.sites import serving_folder
from tests.support.visited_context import CONTEXT

PYTHON = os.environ.get("CLIENTFORMS_WILD", "")
PROJECT = Path(__file__).parent / "sites"

if PYTHON:

    @pytest.fixture(scope="module")
    def address(tmp_path_factory):
        check_runtime()
        out = tmp_path_factory.mktemp("sites") / "out"
        command = [PYTHON, "-m", "clientforms", "build-site", str(PROJECT / "manage.py")]
        options = ["--fixture", str(PROJECT / "users.json"), "--out", str(out)]
        environment = os.environ | {"PYTHONPATH": str(ROOT / "app")}
        subprocess.run([*command, *options], env=environment, check=True, timeout=300)
        with serving_folder(out) as found:
            yield found

    @pytest.fixture
    def page(chromium, address):
        context = chromium.new_context(**CONTEXT)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(address)
        page.evaluate(READY)
        yield page
        context.close()

    def visit(page, path):
        page.evaluate("(path) => clientforms.site.navigate(path)", path)
        return page.frame_locator("iframe[data-site]")

    def log_in(page, path):
        site = visit(page, path)
        site.get_by_label("Username").fill("ann")
        site.get_by_label("Password").fill("open sesame")
        site.get_by_role("button", name="Log in").click()
        expect(site.get_by_label("Password")).to_have_count(0)
        return site

    def test_a_to_do_list_is_written_and_kept(page):
        log_in(page, "/todo/")
        site = visit(page, "/todo/add_list/")
        site.locator("input[name=name]").fill("Groceries")
        site.locator("[name=group]").select_option(label="Office")
        site.locator("form button[type=submit]").first.click()
        expect(site.get_by_text("A new list has been added.")).to_be_visible()
        site.get_by_text("Add Task").first.click()
        site.locator("input[name=title]").fill("Buy milk")
        site.locator("[name=add_edit_task]").click()
        expect(site.get_by_role("link", name="Buy milk")).to_be_visible()
        page.reload()
        page.evaluate(READY)
        site = page.frame_locator("iframe[data-site]")
        site.get_by_role("link", name="Buy milk").click()
        expect(site.get_by_role("heading", name="Buy milk")).to_be_visible()

    def test_a_page_of_a_wiki_is_written_and_kept(page):
        site = log_in(page, "/login/?next=/wiki/WikiIndex/edit/")
        site.locator("textarea").first.fill("Everything begins with the OtherPage.")
        site.locator("form [type=submit]").first.click()
        expect(site.locator("body")).to_contain_text("Everything begins with the")
        page.reload()
        page.evaluate(READY)
        site = visit(page, "/wiki/WikiIndex/")
        expect(site.locator("body")).to_contain_text("Everything begins with the")
        site.get_by_role("link", name=re.compile("OtherPage")).first.click()
        expect(site.locator("textarea").first).to_be_visible()
