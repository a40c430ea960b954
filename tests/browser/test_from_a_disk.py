"""The built page without a server: opened by double click, with no network."""

import pytest
from playwright.sync_api import expect

from clientforms.builder.output.site_files import Site, write_site
from clientforms.builder.site.delivery import ALONE, ship
from tests.browser.drafts import wait_until_kept
from tests.browser.live_page import BOOT, LivePage
from tests.browser.test_built_site import VIOLATIONS
from tests.support.sites import checkout_site

LATE = """
import wave  # of the standard library, and not in the snapshot
from django.db import models
from clientforms.browser import runtime
runtime.document.title = f"{wave.__name__} {models.CharField.__name__}"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    site = checkout_site()
    main = site.files["app/main.py"] + LATE.encode()
    out = tmp_path_factory.mktemp("disk") / "a folder"
    write_site(ship(Site({**site.files, "app/main.py": main})), out)
    return out


@pytest.fixture
def disk(chromium):
    """A page of a browser without a network, and what it said."""
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.add_init_script(VIOLATIONS)
    yield page
    context.close()


def open_file(page, path):
    page.goto(path.as_uri())
    page.wait_for_url("**/offline.html")
    expect(page.locator(".boot")).to_be_attached()
    expect(page.locator(".boot")).to_be_hidden(timeout=BOOT)
    return LivePage(page, "")


@pytest.mark.parametrize("name", ["index.html", ALONE])
def test_the_folder_and_the_single_file_work_by_double_click(folder, disk, name):
    assert (folder / ALONE).stat().st_size <= 14_000_000
    said = []
    disk.on("pageerror", lambda error: said.append(str(error)))
    live = open_file(disk, folder / name)
    live.type("articles-0-slug", "no slug")
    live.expect_errors("articles-0-slug", "Use letters, digits, hyphens and underscores.")
    live.button("articles", "add").click()
    expect(live.rows("articles")).to_have_count(4)
    expect(disk.locator("[data-formset-handle]").first).to_be_visible()
    disk.get_by_text("Python source").first.click()
    expect(disk.locator("[data-source]").first).to_contain_text("class ArticleForm")
    expect(disk).to_have_title("wave CharField")
    assert disk.evaluate("violations") == []
    if (
        name == ALONE
    ):  # the folder's page is left before its own scripts, which are barred, are heard
        assert said == []

    live.type("articles-0-title", "Typed on a disk")
    wait_until_kept(disk, "Typed on a disk")
    live = open_file(disk, folder / name)
    disk.get_by_role("button", name="Restore").click()
    expect(live.control("articles-0-title")).to_have_value("Typed on a disk")
    expect(live.rows("articles")).to_have_count(4)
