"""Django's own admin, served by a real Django: its change page has live formsets beside its scripts."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.live_page import LivePage
from tests.conftest import ROOT, serving_folder

SHOTS = Path(os.environ["SHOTS"]) if "SHOTS" in os.environ else None

WATCH = """
window.heard = [];
for (const name of ["formset:added", "formset:removed"])
    document.addEventListener(name, ({ detail }) => window.heard.push(`${name} ${detail.formsetName}`));
"""
# What the page posts for a formset. The admin's own empty form is in it; a server passes it over.
POSTED = """prefix => {
    const posted = {};
    for (const [name, value] of new FormData(document.getElementById("author_form")))
        if (name.startsWith(`${prefix}-`) && !name.includes("__prefix__")) (posted[name] ??= []).push(value);
    return posted;
}"""


class AdminPage(LivePage):
    """The change page of one author."""

    def open(self) -> AdminPage:
        self.page.goto(f"{self.server}/admin/admin_site/author/1/change/")
        if self.page.locator("#id_username").count():
            self.page.fill("#id_username", "ann")
            self.page.fill("#id_password", "secret")
            self.page.get_by_role("button", name="Log in").click()
        self.wait_until_ready()
        return self

    def agrees(self, prefix: str, rows: int, initial: int) -> None:
        """The page posts what Python holds: so many rows, all of them seen once."""
        posted = self.page.evaluate(POSTED, prefix)
        assert posted == self.formset(prefix, "postData()")
        assert posted[f"{prefix}-TOTAL_FORMS"] == [str(rows)]
        assert posted[f"{prefix}-INITIAL_FORMS"] == [str(initial)]
        expect(self.rows(prefix)).to_have_count(rows)
        numbers = {int(name.split("-")[1]) for name in posted if name.split("-")[1].isdecimal()}
        assert numbers == set(range(rows))
        ids = self.page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
        assert sorted(set(ids)) == sorted(ids)

    def heard(self) -> list[str]:
        """Return the events since the last call."""
        return self.page.evaluate("window.heard.splice(0)")

    def save(self) -> None:
        self.page.locator('input[name="_save"]').first.click()


@pytest.fixture
def admin_server(tmp_path):
    """The admin and its database: the address and the database's path."""
    database = tmp_path / "db.sqlite3"
    command = [sys.executable, "-m", "tests.browser.admin_site.serve", str(database), "{port}"]
    with serving_folder(ROOT, command) as address:
        yield address, database


def stored(database, query: str) -> list:
    with sqlite3.connect(database) as connection:
        return connection.execute(query).fetchall()


def test_the_admins_change_page_and_its_scripts_go_on(page, complaints, admin_server):
    address, database = admin_server
    complaints.allow_origin(address)
    # Once a row is renumbered, the admin's own prepopulate.js looks for its title by the id that it had.
    complaints.expect("Cannot read properties of undefined \\(reading 'length'\\)")
    page.add_init_script(WATCH)
    live = AdminPage(page, address).open()
    rows_are_taken_over(live)
    the_admins_links_add_and_remove(live)
    errors_stand_where_the_admin_has_them(live)
    rows_come_back_like_their_neighbours(live)
    an_error_in_a_closed_inline_is_shown(live)
    what_is_saved_is_in_the_database(live, database)
    what_the_server_refuses_is_taken_over(live, database)


def test_the_admin_alone_looks_for_a_renumbered_title_in_vain(page, complaints, admin_server):
    """The TypeError that is expected above is the admin's own: it stands without a script of ours too."""
    address, _ = admin_server
    complaints.allow_origin(address)
    complaints.expect("ERR_FAILED|Failed to fetch|Cannot read properties of undefined")
    raised = []
    page.on("pageerror", lambda error: raised.append(error.message))
    for script in ("boot.js", "runtime/pyscript/core.js"):
        page.route(f"**/static/{script}", lambda route: route.abort())
    live = AdminPage(page, address)
    page.goto(f"{address}/admin/admin_site/author/1/change/")
    page.fill("#id_username", "ann")
    page.fill("#id_password", "secret")
    page.get_by_role("button", name="Log in").click()
    for _ in range(2):
        page.get_by_role("button", name="Add another Book").click()
    page.locator("#book_set-3 .inline-deletelink").click()
    live.control("book_set-3-title").press_sequentially("Last")
    assert any("reading 'length'" in each for each in raised)


def rows_are_taken_over(live):
    live.agrees("book_set", 3, 2)
    live.agrees("address_set", 1, 1)
    assert live.page.locator('[data-formset-action="add"]').count() == 0
    expect(live.page.locator(".add-row a")).to_have_count(2)
    expect(live.control("book_set-0-DELETE")).to_be_visible()
    assert live.page.locator("tbody > *:not(tr), tr > *:not(td, th)").count() == 0


def the_admins_links_add_and_remove(live):
    live.page.get_by_role("button", name="Add another Book").click()
    live.agrees("book_set", 4, 2)
    assert live.heard() == ["formset:added book_set"]
    live.control("book_set-3-title").press_sequentially("Half a Year")
    expect(live.control("book_set-3-slug")).to_have_value("half-a-year")
    live.page.get_by_role("button", name="Add another Book").click()
    live.agrees("book_set", 5, 2)
    live.control("book_set-4-title").press_sequentially("Last")
    live.rows("book_set").nth(4).get_by_role("link", name="Today").click()
    assert live.formset("book_set", "validate()") is True, "the blank row in between is no error"
    live.rows("book_set").nth(2).locator(".inline-deletelink").click()
    live.agrees("book_set", 4, 2)
    assert live.heard() == ["formset:added book_set", "formset:removed book_set"]
    assert live.formset("book_set", "postData()")["book_set-3-title"] == ["Last"]
    live.page.get_by_role("button", name="Add another Book").click()
    live.rows("book_set").nth(4).locator(".inline-deletelink").click()
    live.agrees("book_set", 4, 2)
    live.heard()


def errors_stand_where_the_admin_has_them(live):
    live.type("book_set-3-slug", "")
    live.expect_errors("book_set-3-slug", "This field is required.")
    expect(live.page.locator("#book_set-3 td.field-slug > .errorlist + input")).to_have_count(1)
    live.type("book_set-3-slug", "last")
    live.expect_errors("book_set-3-slug")


def rows_come_back_like_their_neighbours(live):
    live.formset("book_set", "removeForm(3)")
    live.agrees("book_set", 3, 2)
    live.formset("book_set", "undo()")
    live.agrees("book_set", 4, 2)
    assert live.formset("book_set", "postData()")["book_set-3-title"] == ["Last"]
    look = r"""index => {
        const row = document.querySelectorAll('[data-prefix="book_set"] [data-formset-row]')[index];
        return [row.tagName, row.id, row.classList.contains("dynamic-book_set"),
            row.classList.contains("empty-form"),
            // but for what the user did in them
            [...row.cells].map(each => each.className.replace(/ (prepopulated_field|clientforms-\w+)/g, ""))];
    }"""
    new, old = live.page.evaluate(look, 3), live.page.evaluate(look, 2)
    assert (new[0], new[1], *new[2:]) == ("TR", "book_set-3", *old[2:])
    assert live.page.locator("#book_set-3 .inline-deletelink").count() == 1
    assert live.heard() == ["formset:removed book_set", "formset:added book_set"]
    live.page.locator("#book_set-3 .inline-deletelink").click()
    live.agrees("book_set", 3, 2)
    live.formset("book_set", "undo()")
    live.agrees("book_set", 4, 2)


def an_error_in_a_closed_inline_is_shown(live):
    live.page.locator("#address_set-heading").click()
    live.page.get_by_role("button", name="Add another Address").click()
    live.agrees("address_set", 2, 1)
    live.control("address_set-1-kind").select_option("w")  # or it is blank, which is no error
    live.page.locator("#address_set-heading").click()
    expect(live.control("address_set-0-street")).to_be_hidden()
    live.page.screenshot(path=SHOTS / "admin.png", full_page=True) if SHOTS else None
    live.save()
    errors = live.page.locator("[data-clientforms-errors]")
    expect(errors).to_be_focused()
    errors.get_by_role("link").first.click()
    expect(live.control("address_set-1-street")).to_be_focused()
    expect(live.page.locator("#address_set-1 .form-row > .errorlist:first-child")).to_have_count(1)
    live.page.screenshot(path=SHOTS / "admin-errors.png", full_page=True) if SHOTS else None
    live.type("address_set-1-street", "Second Street")


def what_is_saved_is_in_the_database(live, database):
    live.control("book_set-0-DELETE").check()
    live.save()
    live.page.wait_for_url("**/admin/admin_site/author/")
    books = stored(database, "SELECT title, slug FROM admin_site_book WHERE author_id = 1")
    assert sorted(books) == [("Half a Year", "half-a-year"), ("Last", "last"), ("Two", "two")]
    streets = stored(database, "SELECT street FROM admin_site_address")
    assert sorted(streets) == [("First Street",), ("Second Street",)]
    (day,) = stored(database, "SELECT published FROM admin_site_book WHERE slug = 'last'")[0]
    assert day


def what_the_server_refuses_is_taken_over(live, database):
    live.open()
    live.agrees("book_set", 4, 3)
    live.type("book_set-3-title", "Taken")
    live.type("book_set-3-slug", "his")
    live.page.evaluate("window.before = true")
    live.save()
    live.page.wait_for_function("!window.before")
    live.wait_until_ready()
    live.agrees("book_set", 4, 3)
    live.expect_errors("book_set-3-slug", "Book with this Slug already exists.")
    said = live.page.locator(".errorlist").get_by_text("Only the server knows this one.")
    expect(said).to_have_count(1)
    expect(live.page.locator("#book_set-3 td.field-title .errorlist.nonfield")).to_have_count(1)
    expect(live.page.locator(".row-form-errors")).to_have_count(0)
    assert live.formset("address_set", "totalErrorCount()") == 0
    live.page.screenshot(path=SHOTS / "admin-refused.png", full_page=True) if SHOTS else None
    live.type("book_set-3-title", "Free")
    live.type("book_set-3-slug", "free")
    live.save()
    live.page.wait_for_url("**/admin/admin_site/author/")
    assert stored(database, "SELECT title FROM admin_site_book WHERE slug = 'free'") == [("Free",)]
