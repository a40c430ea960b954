"""The two static pages of the checkout that show Sticky notes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import MODES, findings, small_targets
from tests.conftest import ROOT, Complaints, origin_of
from tests.site.visitor import PageVisitor
from tests.support.visited_context import CONTEXT


@pytest.fixture(scope="module")
def address(plain_server: str) -> str:
    """The address of the folder of the pages."""
    subprocess.run([sys.executable, "-P", "tools/demo_sites.py"], cwd=ROOT, check=True, timeout=120)
    return f"{plain_server}/static"


@pytest.fixture(params=["notes", "notes-admin"])
def visitor(request, chromium: Browser, address: str) -> Iterator[PageVisitor]:
    context = chromium.new_context(**CONTEXT)
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints = Complaints(origin_of(address))
    complaints.watch(page)
    yield PageVisitor(page, f"{address}/{request.param}.html")
    context.close()
    assert complaints.unexpected() == []


def test_they_are_accessible(visitor):
    page = visitor.page
    for width, media in MODES.values():
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(**media)
        assert findings(page) == []
        assert small_targets(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("visitor", ["notes"], indirect=True)
def test_the_database_is_exported_and_imported(visitor, tmp_path):
    page = visitor.page
    said = page.locator("[data-site-said]")
    with page.expect_download() as found:
        page.get_by_role("button", name="Export the database").click()
    expect(said).to_have_text("The database is exported.")
    kept, foreign = tmp_path / "notes.sqlite3", tmp_path / "foreign.sqlite3"
    found.value.save_as(kept)
    assert kept.read_bytes().startswith(b"SQLite format 3")
    visitor.visit("/notebooks/3/delete/")
    visitor.submit({"title": "Workshop"}, form="main form")
    headings = visitor.find("main h2")
    expect(headings).to_have_text(["Household", "Reading"])
    foreign.write_bytes(b"not a database")
    page.get_by_label("Import a database").set_input_files(foreign)
    expect(said).to_contain_text("SQLite")
    expect(headings).to_have_count(2)
    page.get_by_label("Import a database").set_input_files(kept)
    expect(said).to_have_text("The database is imported.")
    expect(headings).to_have_text(["Household", "Reading", "Workshop"])


@pytest.mark.parametrize("visitor", ["notes"], indirect=True)
def test_rows_and_files_are_exported_and_imported(visitor, tmp_path):
    page = visitor.page
    page.get_by_text("Rows and files").click()
    said = page.locator("[data-site-said]")
    for export, name, told in [
        ("Export rows as JSON", "rows.json", "The rows are exported."),
        ("Export files as ZIP", "files.zip", "The files are exported."),
    ]:
        with page.expect_download() as found:
            page.get_by_role("button", name=export).click()
        expect(said).to_have_text(told)
        found.value.save_as(tmp_path / name)
    visitor.visit("/notebooks/3/delete/")
    visitor.submit({"title": "Workshop"}, form="main form")
    headings = visitor.find("main h2")
    expect(headings).to_have_text(["Household", "Reading"])
    rows, files = page.get_by_label("Import rows"), page.get_by_label("Import files")
    rows.set_input_files(tmp_path / "files.zip")
    expect(said).to_have_text("This fixture does not fit the site.")
    files.set_input_files(tmp_path / "rows.json")
    expect(said).to_have_text("This file is no ZIP archive, or it is damaged.")
    expect(headings).to_have_count(2)
    rows.set_input_files(tmp_path / "rows.json")
    expect(said).to_have_text("The rows are imported.")
    expect(headings).to_have_text(["Household", "Reading", "Workshop"])
    files.set_input_files(tmp_path / "files.zip")
    expect(said).to_have_text("The files are imported.")
