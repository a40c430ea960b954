"""Sticky notes, the example of a whole app, as people use it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.accessibility import AXE, MODES, findings, small_targets
from tests.conftest import ROOT, Complaints, check_runtime, origin_of, serving_folder
from tests.site.visitor import BrowserVisitor, PageVisitor, ServerVisitor
from tests.support.visited_context import CONTEXT

FOLDER = ROOT / "examples" / "notes"
PAGES = [
    "/", "/?q=nothing+of+the+kind", "/notes/5/", "/notes/5/edit/", "/notes/5/delete/", "/notes/add/",
    "/months/2026/11/", "/board/", "/notebooks/", "/notebooks/2/", "/notebooks/2/edit/",
    "/notebooks/2/delete/", "/copy/",
]  # fmt: skip
STRICT = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'"
PAGE = (ROOT / "app/clientforms/builder/django_site/app_page.html").read_text("utf-8")
APP = '<div data-site="notes.urls"></div>'
ADMIN = '<iframe data-site="config.urls" data-site-path="/admin/"></iframe>'
EXPORT = """async () => {
    const reader = new FileReader();
    const read = new Promise((done) => { reader.onload = done; });
    reader.readAsDataURL(await clientforms.site.exportDatabase());
    await read;
    return reader.result;
}"""
IMPORT = """(data) => clientforms.site.importDatabase(new Blob([
    Uint8Array.from(atob(data.split(",")[1]), (each) => each.charCodeAt(0)),
]))"""
WITH_ERRORS = "status of 422|Unprocessable Content"
"""What the console says of a form with errors that a script sends."""
BOARD = [
    "The Left Hand of Darkness",
    "Dentist, Thursday at 8",
    "Water the plants",
    "Call the chimney sweep",
]


class FrameVisitor(PageVisitor):
    """Visits the project in the frame that it has in a static page."""

    def find(self, selector: str) -> Locator:
        return self._body().locator(selector)

    def evaluate(self, function: str, argument: Any = None) -> Any:
        return self._body().evaluate(function, argument)

    def _body(self) -> Locator:
        return self.page.frame_locator("iframe").locator("body")


@dataclass(frozen=True)
class Notes:
    """The app, somebody who visits it, and what brings its data back to the fixtures."""

    visitor: BrowserVisitor
    complaints: Complaints
    start_afresh: Callable[[], None]


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[tuple[str, Callable[[], None]]]:
    """`manage.py runserver` with a file database; yields its address, and what restores the database."""
    folder = tmp_path_factory.mktemp("notes")
    database, copy = folder / "notes.sqlite3", folder / "fresh.sqlite3"
    environment = {**os.environ, "NOTES_DATABASE": str(database), "PYTHONPATH": str(ROOT / "app")}
    manage = [sys.executable, "manage.py"]
    for command in (["migrate"], ["loaddata", "demo", "user"]):
        subprocess.run(
            [*manage, *command, "--verbosity=0"],
            cwd=FOLDER,
            env=environment,
            check=True,
            timeout=60,
        )
    shutil.copy(database, copy)
    command = [*manage, "runserver", "--noreload", "{port}"]
    with serving_folder(FOLDER, command, environment) as address:
        yield address, lambda: shutil.copy(copy, database)


@pytest.fixture(scope="module")
def on_server(chromium: Browser, served) -> Iterator[Notes]:
    """The app on a server of its own."""
    address, restore = served
    context = chromium.new_context(**CONTEXT)
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints = Complaints(address)
    complaints.allow(
        "status of 422"
    )  # says the browser of each form with errors that a script sends
    complaints.watch(page)

    def start_afresh() -> None:
        page.goto("about:blank")
        page.set_viewport_size(CONTEXT["viewport"])
        context.clear_cookies()
        restore()

    yield Notes(ServerVisitor(page, address), complaints, start_afresh)
    context.close()


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Iterator[str]:
    """Static pages with the app in an element, and with app and admin in a frame; yields their address."""
    check_runtime()
    folder = tmp_path_factory.mktemp("pages")
    for name, container in (("app", APP), ("admin", ADMIN)):
        template = folder / f"{name}.html"
        template.write_text(PAGE.replace("<div data-site></div>", container), "utf-8")
        arguments = ["--fixture=demo", "--fixture=user", f"--template={template}"]
        subprocess.run(
            [
                sys.executable, "-m", "clientforms", "build-site", str(FOLDER / "manage.py"), *arguments,
                f"--out={folder / name}",
            ],
            env={**os.environ, "PYTHONPATH": str(ROOT / "app")}, check=True, timeout=120,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "{port}"]
    with serving_folder(folder, command) as address:
        yield address


@pytest.fixture(scope="module")
def in_page(chromium: Browser, built: str) -> Iterator[Notes]:
    """The app in a static page."""
    yield from _in_page(chromium, f"{built}/app/", "div[data-site]")


@pytest.fixture(scope="module")
def in_frame(chromium: Browser, built: str) -> Iterator[Notes]:
    """The app and its admin in a frame of a static page."""
    yield from _in_page(chromium, f"{built}/admin/", "iframe")


def _in_page(chromium: Browser, address: str, container: str) -> Iterator[Notes]:
    context = chromium.new_context(**CONTEXT)
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints = Complaints(origin_of(address))
    complaints.allow(WITH_ERRORS)
    complaints.watch(page)
    visitor = (FrameVisitor if container == "iframe" else PageVisitor)(page, address)
    fresh = page.evaluate(EXPORT)

    def start_afresh() -> None:
        page.set_viewport_size(CONTEXT["viewport"])
        visitor.visit("/notebooks/")  # which is there before the import and after it
        page.evaluate(IMPORT, fresh)

    yield Notes(visitor, complaints, start_afresh)
    context.close()


def _visited(request) -> Iterator[Notes]:
    found = request.getfixturevalue(request.param)
    found.complaints.heard.clear()
    found.start_afresh()
    yield found
    assert found.complaints.unexpected() == []


@pytest.fixture(params=["on_server", "in_page"])
def notes(request) -> Iterator[Notes]:
    """The app, with the data of its fixtures."""
    yield from _visited(request)


@pytest.fixture
def visitor(notes: Notes) -> BrowserVisitor:
    return notes.visitor


@pytest.fixture(params=["on_server", "in_frame"])
def admin(request) -> Iterator[BrowserVisitor]:
    """Somebody who is logged in to the admin."""
    for found in _visited(request):
        found.visitor.visit("/admin/")
        choose(found.visitor, "#login-form", "Log in", username="demo", password="demo")
        assert "Site administration" in found.visitor.title
        yield found.visitor


def headings(visitor: BrowserVisitor) -> list[str]:
    return visitor.lines("main h2")


def said(visitor: BrowserVisitor) -> Locator:
    return visitor.find("[data-messages] .message p")


def note(visitor: BrowserVisitor, text: str) -> Locator:
    return visitor.find("main li").filter(has=visitor.page.get_by_role("heading", name=text))


def handle(visitor: BrowserVisitor, text: str) -> Locator:
    return visitor.find("main").get_by_role("button", name=f"Move {text}")


def errors(visitor: BrowserVisitor) -> Locator:
    return visitor.find("main .errorlist li")


def save(visitor: BrowserVisitor, **values: object) -> None:
    """Press the button of a form that has errors. If it is live, nothing is sent."""
    visitor.fill(values, form="main form")
    visitor.find("main").get_by_role("button", name="Save").click()


def leave_out(visitor: BrowserVisitor, row: int) -> None:
    """Mark a stored note for deletion: by Django's checkbox, or by the button that a live formset has instead."""
    asked = visitor.find("[data-formset-row]").nth(row)
    live = asked.get_by_role("button", name="Remove")
    live.or_(asked.get_by_role("checkbox", name="Delete")).click()


def press(visitor: BrowserVisitor, name: str, within: str = "main") -> None:
    """Press the button with this name for assistive technology, which submits its form."""
    button = visitor.find(within).get_by_role("button", name=name, exact=True)
    visitor.answered(button.click)


def choose(
    visitor: BrowserVisitor, form: str = "main form", button: str = "", **values: object
) -> None:
    """Fill a form, and press its button: the first one, or that of this name."""
    if button:
        visitor.fill(values, form)
        press(visitor, button, form)
    else:
        visitor.submit(values, form=form)


# ── the list ──────────────────────────────────────────────────────────────────────────────────────


def test_pinned_notes_come_first_and_ten_are_on_a_page(visitor):
    visitor.visit("/")
    assert headings(visitor)[0] == "The Left Hand of Darkness"
    assert visitor.line(".count") == "30 notes, page 1 of 3"
    visitor.follow("Next")
    assert visitor.line(".count") == "30 notes, page 2 of 3"
    visitor.follow("Page 3")
    assert len(headings(visitor)) == 10
    assert visitor.path == "/?page=3"
    visitor.back()
    expect(visitor.find(".pages [aria-current]")).to_have_text("Page 2")


def test_the_search_finds_all_words_and_goes_on_over_pages(visitor):
    visitor.visit("/")
    choose(visitor, ".search", q="CIRCLE book")
    assert headings(visitor) == ["Idea for the reading circle"]
    choose(visitor, ".search", q="e")
    count = visitor.line(".count")
    assert count.endswith("page 1 of 3 Show all")
    visitor.follow("Next")
    assert visitor.value("q") == "e"
    assert visitor.line(".count") == count.replace("page 1", "page 2")
    visitor.follow("Show all")
    assert visitor.line(".count") == "30 notes, page 1 of 3"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"notebook": "3", "label": "3"}, ["Class-based views: show the double step", "Slides: fewer"]),
        ({"show": "due", "notebook": "2"}, ["Library books", "Poems for Grandma's 80th"]),
        ({"show": "archived", "label": "4"}, ["Electricity meter: 48213"]),
        ({"q": "nothing of the kind"}, []),
    ],
)  # fmt: skip
def test_filters_can_be_combined(visitor, asked, found):
    visitor.visit("/")
    choose(visitor, ".search", **asked)
    assert headings(visitor) == found
    if not found:
        assert visitor.line(".count") == "No note was found. Show all"


def test_what_is_wrong_in_an_address_is_as_if_it_was_not_there(visitor):
    visitor.visit("/?notebook=77&show=everything&label=x")
    assert visitor.line(".count").startswith("30 notes")


def test_a_note_is_pinned_without_a_page_load(visitor):
    visitor.visit("/?q=whistle")
    visitor.page.evaluate("window.isTheSamePage = true")
    pin = note(visitor, "Learn to whistle").get_by_role("button", name="Pin")
    pin.click()
    expect(said(visitor)).to_have_text("“Learn to whistle” is pinned.")
    expect(pin).to_have_attribute("aria-pressed", "true")
    expect(pin).to_be_focused()
    pin.click()
    expect(said(visitor)).to_have_text("“Learn to whistle” is not pinned.")
    assert visitor.page.evaluate("window.isTheSamePage") is True


def test_an_archived_note_leaves_the_list_and_comes_back(visitor):
    visitor.visit("/?q=whistle")
    row = note(visitor, "Learn to whistle")
    row.get_by_role("button", name="Archive").click()
    expect(row).to_have_count(0)
    press(visitor, "Undo")
    assert visitor.path == "/?q=whistle"
    expect(said(visitor)).to_have_text("“Learn to whistle” is out of the archive.")
    expect(row).to_have_count(1)


def test_the_notes_of_a_month(visitor):
    visitor.visit("/notes/32/")
    visitor.find(".about").get_by_role("link", name="10 Nov 2026").click()
    expect(visitor.find("h1")).to_have_text("November 2026")
    visitor.follow("October 2026")
    assert "Learn to whistle" in headings(visitor)


# ── one note ──────────────────────────────────────────────────────────────────────────────────────


def test_a_new_note_is_saved_once_its_errors_are_gone(visitor):
    visitor.visit("/")
    visitor.follow("New note")
    save(visitor, text=" ", due="2020-02-02")
    expect(errors(visitor)).to_have_text(["This field is required.", "This day is over."])
    assert visitor.value("due") == "2020-02-02"
    expect(visitor.find("[name=text]")).to_have_attribute("aria-invalid", "true")
    save(visitor, text="Learn to whistle", due="")
    expect(errors(visitor)).to_have_text(["There is a note that says the same."])
    choose(
        visitor, text="Learn to whistle\nLoudly.", colour="blue", labels=["3", "5"], notebook="2"
    )
    expect(said(visitor)).to_have_text("The note is saved.")
    assert visitor.line("h1") == "Learn to whistle"
    assert visitor.line(".text") == "Loudly."
    assert visitor.lines(".tag") == ["idea", "quote"]
    visitor.reload()
    expect(said(visitor)).to_have_count(0)
    assert visitor.line("h1") == "Learn to whistle"


def test_a_note_is_edited(visitor):
    visitor.visit("/notes/5/")
    visitor.find("main").get_by_role("link", name="Edit").click()
    expect(visitor.find("h1")).to_have_text("Edit the note")
    assert visitor.value("due") == "2026-12-20"
    choose(visitor, text="The cellar light\nIt was the bulb.", due="", labels=False)
    assert (visitor.line("h1"), visitor.lines(".tag")) == ("The cellar light", [])


def test_markup_in_a_note_is_text(visitor):
    visitor.visit("/notes/add/")
    choose(visitor, text="<b>bold</b>\n<script>alert(1)</script>")
    assert visitor.line("h1") == "<b>bold</b>"
    assert visitor.line(".text") == "<script>alert(1)</script>"


def test_a_deletion_is_asked_about_and_can_be_undone(visitor):
    visitor.visit("/notes/33/")
    visitor.find("main").get_by_role("link", name="Delete").click()
    expect(visitor.find("h1")).to_have_text("Delete this note?")
    visitor.follow("Keep it")
    visitor.find("main").get_by_role("link", name="Delete").click()
    expect(visitor.find("h1")).to_have_text("Delete this note?")
    press(visitor, "Delete")
    expect(said(visitor)).to_have_text("“Learn to whistle” is deleted.")
    assert visitor.line(".count").startswith("29 notes")
    press(visitor, "Undo")
    expect(said(visitor)).to_have_text("“Learn to whistle” is back.")
    assert visitor.line(".count").startswith("30 notes")


def test_a_message_can_be_closed(visitor):
    visitor.visit("/notes/33/")
    press(visitor, "Pin")
    assert visitor.lines(".tag") == ["pinned", "idea"]
    visitor.find(".message").get_by_role("button", name="Close this message").click()
    expect(said(visitor)).to_have_count(0)


# ── the board ─────────────────────────────────────────────────────────────────────────────────────


def test_a_note_is_dragged_to_another_place(visitor):
    visitor.visit("/board/")
    assert headings(visitor)[:4] == BOARD
    target = handle(visitor, BOARD[2]).bounding_box()
    mouse = visitor.page.mouse
    handle(visitor, BOARD[0]).hover()
    mouse.down()
    mouse.move(target["x"] + 20, target["y"] + 40, steps=8)
    mouse.up()
    expect(visitor.find("[data-said]")).to_have_text(f"{BOARD[0]}: place 3 of 30")
    dragged = [BOARD[1], BOARD[2], BOARD[0], BOARD[3]]
    assert headings(visitor)[:4] == dragged
    visitor.reload()
    assert headings(visitor)[:4] == dragged


def test_a_drag_is_given_up_with_escape(visitor):
    visitor.visit("/board/")
    target = handle(visitor, BOARD[2]).bounding_box()
    handle(visitor, BOARD[0]).hover()
    visitor.page.mouse.down()
    visitor.page.mouse.move(target["x"] + 20, target["y"] + 40, steps=8)
    expect(visitor.find("main h2").first).to_have_text(BOARD[1])
    visitor.page.keyboard.press("Escape")
    expect(visitor.find("main h2").first).to_have_text(BOARD[0])
    visitor.page.mouse.up()
    assert headings(visitor)[:4] == BOARD


def test_notes_are_moved_by_keys_and_keep_the_focus(visitor):
    visitor.visit("/board/")
    second = handle(visitor, BOARD[1])
    second.press("ArrowRight")
    second.press("ArrowRight")
    expect(visitor.find("[data-said]")).to_have_text(f"{BOARD[1]}: place 4 of 30")
    expect(second).to_be_focused()
    later = visitor.find("main").get_by_role("button", name=f"Later: {BOARD[0]}")
    later.press("Enter")
    expect(visitor.find("[data-said]")).to_have_text(f"{BOARD[0]}: place 2 of 30")
    expect(later).to_be_focused()
    moved = [BOARD[2], BOARD[0], BOARD[3], BOARD[1]]
    visitor.reload()
    assert headings(visitor)[:4] == moved


def test_a_note_is_added_to_the_board_once_its_errors_are_gone(visitor):
    visitor.visit("/board/")
    visitor.page.evaluate("window.isTheSamePage = true")
    field, add = visitor.find("#id_text"), visitor.find(".quick button")
    add.click()
    expect(visitor.find("#id_text_error")).to_have_text("This field is required.")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("Learn to whistle")
    add.click()
    expect(visitor.find(":is(.message.error, .errorlist.nonfield)")).to_contain_text(
        "There is a note that says the same."
    )
    expect(visitor.find("#id_text_error")).to_have_count(0)
    field.fill("Learn to listen")
    add.click()
    expect(said(visitor)).to_have_text("The note is on the board.")
    expect(field).to_have_value("")
    expect(visitor.find(".errorlist")).to_have_count(0)
    assert headings(visitor)[:2] == ["Learn to listen", BOARD[0]]
    assert visitor.page.evaluate("window.isTheSamePage") is True


def test_notes_leave_the_board_and_come_back_to_their_places(visitor):
    visitor.visit("/board/")
    for name, told in [("Archive", "in the archive"), ("Delete", "deleted")]:
        left = note(visitor, BOARD[1])
        left.get_by_role("button", name=name).click()
        expect(left).to_have_count(0)
        expect(said(visitor)).to_have_text(f"“{BOARD[1]}” is {told}.")
        press(visitor, "Undo")
        visitor.visit("/board/")
        assert headings(visitor)[:4] == BOARD


def test_an_order_that_is_none_is_refused(visitor):
    visitor.visit("/board/")
    refused = visitor.page.evaluate(
        """async () => {
            const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
            const response = await fetch("/board/order/", {
                method: "POST", body: '{"order": ["1"]}',
                headers: {"X-CSRFToken": token, "Content-Type": "application/json"},
            });
            return [response.status, (await response.json()).errors[0].errors.__all__[0].code];
        }"""
    )
    assert refused == [422, "order"]


# ── notebooks ─────────────────────────────────────────────────────────────────────────────────────


def test_a_notebook_gets_notes_in_an_inline_formset(visitor):
    visitor.visit("/notebooks/")
    assert visitor.lines(".list .about span") == [
        "What keeps the flat going", "10 notes", "Books, and what they left behind", "8 notes",
        "Django evenings at the library", "9 notes",
    ]  # fmt: skip
    visitor.follow("New notebook")
    visitor.page.get_by_role("button", name="Add another note").click()
    expect(visitor.find("[data-formset-row] textarea")).to_have_count(3)
    expect(visitor.find("[name=notes-2-text]")).to_be_focused()
    rows: dict[str, object] = {
        "notes-0-text": "Tent",
        "notes-2-text": "Tent",
        "notes-2-colour": "green",
    }
    save(visitor, title="Household", **rows)
    expect(errors(visitor)).to_have_text(
        ["Notebook with this Title already exists.", "This note is here twice."]
    )
    assert visitor.value("notes-2-colour") == "green"
    choose(visitor, button="Save", title="Summer", **{"notes-2-text": "Sleeping bag"})
    expect(said(visitor)).to_have_text("The notebook “Summer” is saved.")
    assert sorted(headings(visitor)) == ["Sleeping bag", "Tent"]


def test_the_notes_of_a_notebook_are_changed_and_deleted(visitor):
    visitor.visit("/notebooks/3/")
    visitor.follow("Edit the notebook")
    texts = visitor.find("[data-formset-row] textarea").evaluate_all(
        "all => all.map(each => each.value)"
    )
    first, second = texts[0], texts[1]
    leave_out(visitor, 1)
    choose(visitor, button="Save", **{"notes-0-text": f"{first}!"})
    assert visitor.line(".hint") == "Django evenings at the library"
    shown = headings(visitor)
    assert len(shown) == 8
    assert second.splitlines()[0] not in shown


def test_a_new_note_begins_in_the_notebook_that_one_comes_from(visitor):
    visitor.visit("/notebooks/2/")
    visitor.follow("New note in it")
    assert visitor.value("notebook") == "2"


def test_a_notebook_is_deleted_with_its_notes(visitor):
    visitor.visit("/notebooks/3/")
    visitor.follow("Delete the notebook")
    assert "Its 9 notes will be deleted, too." in visitor.text
    visitor.fill({"title": "Reading"}, form="main form")
    visitor.find("main").get_by_role("button", name="Delete").click()
    expect(errors(visitor)).to_have_text(["This is not its title."])
    choose(visitor, button="Delete", title="Workshop")
    assert headings(visitor) == ["Household", "Reading"]
    visitor.visit("/")
    assert visitor.line(".count").startswith("21 notes")


# ── export and import ─────────────────────────────────────────────────────────────────────────────


def test_exported_notes_come_back_by_an_import(visitor, tmp_path):
    visitor.visit("/copy/")
    exported = visitor.download("Export notes.json")
    assert exported.name == "notes.json"
    assert len(json.loads(exported.content)["notes"]) == 34
    file = tmp_path / exported.name
    file.write_bytes(exported.content)
    visitor.visit("/notebooks/3/delete/")
    choose(visitor, button="Delete", title="Workshop")
    visitor.visit("/copy/")
    choose(visitor, file=file)
    expect(said(visitor)).to_have_text("9 notes were added, 25 were here already.")
    visitor.visit("/notebooks/")
    assert headings(visitor) == ["Household", "Reading", "Workshop"]
    visitor.visit("/copy/")
    again = visitor.download("Export notes.json")
    by_time = [sorted(json.loads(each.content)["notes"], key=str) for each in (exported, again)]
    assert by_time[0] == by_time[1]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"\x89PNG", "This is no JSON file."),
        (b"[1]", "This JSON was not exported by Sticky notes."),
        (b'{"format": "sticky-notes-1", "notebooks": []}', "This file has no list of notebooks, or none of notes."),
        (
            b'{"format": "sticky-notes-1", "notebooks": [], "notes": [{"text": "a", "timestamp": "2026-11-31T10:00Z"}]}',
            "Note 1: timestamp is no date.",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_none_of_ours_changes_nothing(visitor, tmp_path, content, error):
    file = tmp_path / "notes.json"
    file.write_bytes(content)
    visitor.visit("/copy/")
    choose(visitor, file=file)
    assert visitor.errors() == [error]
    assert "all 34 notes" in visitor.text


# ── the admin ─────────────────────────────────────────────────────────────────────────────────────


def test_the_admin_lists_filters_and_searches(admin):
    admin.visit("/admin/notes/stickynote/")
    assert "34 sticky notes" in admin.line(".paginator")
    choose(admin, "#changelist-search", "Search", q="book")
    assert len(admin.lines("#result_list tbody tr")) == 3
    admin.visit("/admin/notes/stickynote/")
    admin.answered(admin.find("#changelist-filter").get_by_text("Pink").click)
    assert len(admin.lines("#result_list tbody tr")) == 7
    admin.follow("October 2026")
    assert len(admin.lines("#result_list tbody tr")) == 1


def test_the_admin_runs_an_action_on_chosen_notes(admin):
    admin.visit("/admin/notes/stickynote/?q=Ulysses")
    admin.fill({"_selected_action": ["16"], "action": "archive"}, form="#changelist-form")
    admin.answered(admin.find("[name=index]").click)
    assert admin.line(".messagelist li") == "1 note is in the archive."


def test_the_admin_changes_a_notebook_with_its_notes(admin):
    admin.visit("/admin/notes/notebook/2/change/")
    admin.find("#notes-group").get_by_text("Add another Sticky note").click()
    admin.fill({"notes-10-text": "From the admin"}, form="#notebook_form")
    choose(admin, "#notebook_form", "Save", title="Books")
    assert "was changed successfully." in admin.line(".messagelist li")
    admin.visit("/notebooks/2/")
    assert admin.line("h1") == "Books"
    assert headings(admin)[-1:] != []
    assert "From the admin" in headings(admin)


def test_the_admin_adds_a_notebook_with_its_first_notes(admin):
    admin.visit("/admin/notes/notebook/add/")
    admin.find("#notes-group").get_by_text("Add another Sticky note").click()
    last = admin.find("[id^=notes-][id$='0'] textarea").first.get_attribute("name")
    choose(admin, "#notebook_form", "Save", title="Reading", **{last: "A first note"})
    assert "Notebook with this Title already exists." in admin.errors()
    assert admin.value(last) == "A first note"
    choose(admin, "#notebook_form", "Save and continue editing", title="Winter")
    assert "was added successfully." in admin.line(".messagelist li")
    assert admin.value("title") == "Winter"
    admin.visit("/notebooks/")
    assert "Winter" in headings(admin)


def test_the_admin_deletes_after_it_has_asked(admin):
    admin.visit("/admin/notes/notebook/3/change/")
    admin.follow("Delete")
    assert "Are you sure" in admin.text
    assert "Workshop" in admin.text
    choose(admin, "#content form", "Yes, I’m sure")
    assert "was deleted successfully." in admin.line(".messagelist li")
    assert "Workshop" not in admin.lines("#result_list th")


def test_the_admin_deletes_several_notebooks_at_once(admin):
    admin.visit("/admin/notes/notebook/")
    chosen = {"_selected_action": ["2", "3"], "action": "delete_selected"}
    admin.fill(chosen, form="#changelist-form")
    admin.answered(admin.find("[name=index]").click)
    choose(admin, "#content form", "Yes, I’m sure")
    assert admin.line(".messagelist li") == "Successfully deleted 2 notebooks."
    assert len(admin.lines("#result_list tbody tr")) == 1


def test_the_admin_keeps_a_history_of_each_change(admin):
    admin.visit("/admin/notes/label/2/change/")
    choose(admin, "#label_form", "Save and continue editing", name="Seen")
    admin.follow("History")
    assert admin.lines("#change-history tbody td") == ["demo", "Changed Name."]


def test_the_admin_lets_a_user_out_and_in_again(admin):
    press(admin, "Log out", "#user-tools")
    assert "Logged out" in admin.title
    admin.visit("/admin/notes/notebook/")
    assert "Log in" in admin.title
    choose(admin, "#login-form", "Log in", username="demo", password="wrong")
    assert "Please enter the correct username and password" in admin.text
    choose(admin, "#login-form", "Log in", username="demo", password="demo")
    assert admin.path == "/admin/notes/notebook/"


# ── how it is made ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("notes", "path"),
    [
        *(("on_server", path) for path in PAGES),
        ("in_page", "/board/"),
        ("in_page", "/notebooks/2/edit/"),
    ],
    indirect=["notes"],
)
def test_its_pages_are_accessible(visitor, path):
    visitor.visit(path)
    page = visitor.page
    page.evaluate(f"() => {{ {AXE.read_text('utf-8')} }}")
    for width, media in MODES.values():
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(**media)
        assert findings(page) == []
        assert small_targets(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.emulate_media(color_scheme="light", forced_colors="none")


def test_all_works_without_a_script(chromium, served):
    address, restore = served
    restore()
    context = chromium.new_context(**CONTEXT, java_script_enabled=False)
    visitor = ServerVisitor(context.new_page(), address)
    visitor.visit("/board/")
    press(visitor, f"Later: {BOARD[0]}")
    assert headings(visitor)[:2] == [BOARD[1], BOARD[0]]
    expect(handle(visitor, BOARD[0])).to_be_hidden()
    press(visitor, "Add")
    assert visitor.errors() == ["This field is required."]
    press(visitor, f"Delete {BOARD[1]}")
    assert headings(visitor)[0] == BOARD[0]
    press(visitor, "Undo")
    assert headings(visitor)[0] == BOARD[1]
    press(visitor, f"Pin {BOARD[1]}")
    expect(said(visitor)).to_have_text(f"“{BOARD[1]}” is pinned.")
    context.close()


def test_its_pages_fit_a_strict_content_security_policy(chromium, served):
    address, restore = served
    restore()
    context = chromium.new_context(**CONTEXT)
    page = context.new_page()
    complaints = Complaints(address)
    complaints.watch(page)

    def with_policy(route):
        answer = route.fetch()
        route.fulfill(
            response=answer, headers={**answer.headers, "Content-Security-Policy": STRICT}
        )

    page.route("**/*", with_policy)
    visitor = ServerVisitor(page, address)
    for path in PAGES:
        visitor.visit(path)
        inline = page.locator("script:not([src]), style, [style], [onclick]")
        expect(inline).to_have_count(0)
    visitor.visit("/board/")
    handle(visitor, BOARD[0]).press("ArrowRight")
    expect(visitor.find("[data-said]")).to_have_text(f"{BOARD[0]}: place 2 of 30")
    assert complaints.heard == []
    context.close()


def test_its_addresses_can_be_the_only_ones(tmp_path):
    program = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
from django.conf import settings
settings.ROOT_URLCONF = "notes.urls"
from django.core.management import call_command
from django.test import Client
from notes.models import StickyNote
call_command("migrate", verbosity=0)
call_command("loaddata", "demo", verbosity=0)
settings.ALLOWED_HOSTS.append("testserver")
page = Client().get("/").content.decode()
print("Admin" in page, '"/board/"' in page, StickyNote.objects.get(pk=3).get_absolute_url())
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=FOLDER,
        env={**os.environ, "NOTES_DATABASE": ":memory:", "PYTHONPATH": str(ROOT / "app")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split() == ["False", "True", "/notes/3/"], done.stderr
