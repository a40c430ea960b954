"""What a valid form does in a built page: it is posted, downloaded, kept, or left to a script."""

import csv
import io
import json
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import AXE, findings
from tests.browser.battery import wait_until_live
from tests.browser.live_page import LivePage
from tests.support.sites import build, serving_folder

TEAMS = [
    {"name": "Reds, United", "players": 11, "ORDER": 2},
    {"name": '=1+1 "Blues"', "players": 7, "ORDER": 1},
]


@pytest.fixture
def built(page, complaints, tmp_path):
    """Builds a site of tests/authors and opens it: `built(targets, *options)`."""
    left = []

    def open_built(targets, *options):
        out = build(tmp_path / "site", *targets, options=tuple(map(str, options)))
        serving = serving_folder(out)
        address = serving.__enter__()
        left.append(serving)
        complaints.allow_origin(address)
        live = LivePage(page, address)
        page.goto(address)
        wait_until_live(live)
        return live

    yield open_built
    page.goto("about:blank")
    for serving in left:
        serving.__exit__(None, None, None)


def set_teams(live, teams=TEAMS):
    live.formset("form", f"setData({json.dumps(teams)})")


def save(live, form="tournament"):
    live.page.locator("form > button").first.click()


def accessible(live):
    """Let axe-core look at the page, whose policy lets no script of a test's in but by the debugger."""
    live.page.evaluate(AXE.read_text("utf-8"))
    return findings(live.page) == []


def table_of(place):
    """Return the cells of the first table in `place`, line by line."""
    return place.locator("table").first.evaluate(
        "each => [...each.rows].map(row => [...row.cells].map(cell => cell.textContent))"
    )


def downloaded(live, name):
    with live.page.expect_download() as found:
        live.page.get_by_role("button", name=name, exact=True).click()
    return found.value.suggested_filename, found.value.path().read_bytes()


def test_the_cleaned_data_are_shown_and_saved_as_json_and_csv(built):
    live = built(["tournament.py:TeamFormSet"])
    save(live)
    place = live.page.locator("[data-outcome]")
    expect(place).to_be_hidden()
    set_teams(live)
    save(live)
    expect(place).to_be_focused()
    expect(place).to_contain_text("Reds, United")
    assert table_of(place) == [["Name", "Players"], ['=1+1 "Blues"', "7"], ["Reds, United", "11"]]
    assert accessible(live), findings(live.page)
    cleaned = live.formset("form", "cleanedData()")
    name, content = downloaded(live, "Download JSON")
    assert (name, json.loads(content)) == ("team.json", cleaned)
    name, content = downloaded(live, "Download CSV")
    assert name == "team.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["name"] for row in rows] == ["Reds, United", '\'=1+1 "Blues"']
    assert [row["players"] for row in rows] == ["11", "7"]
    live.type("form-0-name", "Greens")
    expect(place).to_be_hidden()


def test_a_valid_form_is_posted_as_it_stands(built, complaints):
    live = built(["tournament.py:TeamFormSet"], "--action", "../teams/?year=2026")
    sent = []
    live.page.route(
        "**/teams/?year=2026",
        lambda route: sent.append(route.request) or route.fulfill(body="Thanks", status=200),
    )
    save(live)
    expect(live.non_form_errors("form")).to_have_count(1)
    assert sent == []
    set_teams(live)
    post = live.formset("form", "postData()")
    save(live)
    expect(live.page.locator("body")).to_have_text("Thanks")
    assert sent[0].method == "POST"
    assert parse_qs(sent[0].post_data, keep_blank_values=True) == post


def test_with_event_a_script_of_the_author_has_the_data_and_nothing_else_happens(built):
    live = built(["tournament.py:TeamFormSet"], "--on-valid", "event")
    set_teams(live)
    live.page.evaluate(
        "() => addEventListener('clientforms:submit', ({detail}) => { window.heard = detail.cleanedData })"
    )
    save(live)
    assert live.page.evaluate("window.heard.form") == live.formset("form", "cleanedData()")
    expect(live.page.locator("[data-outcome]")).to_be_hidden()


def test_entries_are_kept_edited_removed_exported_and_imported(built, tmp_path):
    live = built(["survey.py:SurveyForm"], "--on-valid", "keep")
    page = live.page
    entries = page.locator(".kept-entries li")
    expect(page.get_by_text("Nothing yet.")).to_be_visible()
    data = {
        "name": "Ada <b>", "age": "36", "arrival": "2026-01-01", "departure": "2026-01-03",
        "diet": "veg", "languages": ["py", "rs"], "code": "AB123", "agreed": True,
    }  # fmt: skip
    for name in ("Ada <b>", "Bob"):
        live.form("survey", f"setData({json.dumps({**data, 'name': name})})")
        save(live)
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text("Ada <b> · 36")
    expect(live.control("name")).to_have_value("")
    seen = dict(table_of(entries.first))
    assert (seen["Diet"], seen["Languages"]) == ("Vegetables", "Python, Rust")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        expect(entries.first.get_by_text("Python, Rust")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.reload()
    wait_until_live(live)
    expect(entries).to_have_count(2)
    page.get_by_role("button", name="Edit: Ada").click()
    expect(live.control("name")).to_have_value("Ada <b>")
    expect(live.control("languages").nth(2)).to_be_checked()
    assert accessible(live), findings(live.page)
    live.type("age", "12")
    save(live)
    expect(entries.first).to_contain_text("36")
    live.type("age", "37")
    save(live)
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text("Ada <b> · 37")

    _, exported = downloaded(live, "Download JSON")
    listed = json.loads(exported)
    assert [each["cleaned"]["survey"]["age"] for each in listed] == [37, 36]
    _, table = downloaded(live, "Download CSV")
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))
    assert [row["languages"] for row in rows] == ['["py", "rs"]'] * 2

    for _ in range(2):
        entries.first.get_by_role("button", name="Remove").click()
    expect(entries).to_have_count(0)
    listed[1]["post"]["survey"]["age"] = ["seven"]
    listed.append("nonsense")
    (tmp_path / "list.json").write_text(json.dumps(listed))
    (tmp_path / "other.json").write_text('{"a": [')
    chooser = page.locator("[data-kept-import]")
    chooser.set_input_files(tmp_path / "list.json")
    expect(page.get_by_text("Imported: 1. Left out as not valid: 2.")).to_be_visible()
    expect(entries).to_have_count(1)
    chooser.set_input_files(tmp_path / "other.json")
    expect(page.get_by_text("other.json contains nothing that was exported here.")).to_be_visible()
    expect(entries).to_have_count(1)


def test_what_the_browser_does_not_keep_stays_in_the_form(built):
    live = built(["recipe.py:RecipeForm"], "--on-valid", "keep")
    live.page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') } }"
    )
    live.type("text", "salt = 1")
    save(live)
    expect(live.page.get_by_text("Not saved:")).to_be_visible()
    expect(live.control("text")).to_have_value("salt = 1")


def test_entries_are_kept_from_a_disk_too(page, complaints, tmp_path):
    out = build(tmp_path / "site", "recipe.py:RecipeForm", options=("--on-valid", "keep"))
    address = (out / "offline.html").as_uri()
    complaints.allow_origin(address)
    live = LivePage(page, address)
    for count in (1, 2):
        page.goto(address)
        wait_until_live(live)
        live.type("text", f"salt = {count}")
        save(live)
        expect(page.locator(".kept-entries li")).to_have_count(count)


def test_kept_json_comes_back_as_it_was_typed(built, tmp_path):
    live = built(["data.py:DataForm"], "--on-valid", "keep", "--csv-guard", "off")
    page, entries = live.page, live.page.locator(".kept-entries > li")
    said = page.locator("[data-outcome] [role=status]")

    # Nothing filled in is not kept, and what is saved twice at once is kept once.
    save(live)
    expect(said).to_have_text("Nothing is filled in.")
    expect(entries).to_have_count(0)
    typed = ['"=1+1"', '"5"', "5", '{"a": [1, null]}', "[1,  2]"]
    for count, data in enumerate(typed, start=1):
        live.control("data").fill(data)
        page.evaluate(
            "() => { const form = document.forms[0]; form.requestSubmit(); form.requestSubmit() }"
        )
        expect(entries).to_have_count(count)
        save(live)
        expect(entries).to_have_count(count)
        expect(said).to_have_text("Saved.")
    for place, data in enumerate(typed):
        entries.nth(place).get_by_role("button", name="Edit").click()
        expect(live.control("data")).to_have_value(data)
        save(live)
        expect(live.control("data")).to_have_value("null")
    _, exported = downloaded(live, "Download JSON")
    listed = json.loads(exported)
    assert [each["post"]["data"]["data"] for each in listed] == [[each] for each in typed]
    assert [each["cleaned"]["data"]["data"] for each in listed] == list(map(json.loads, typed))
    _, table = downloaded(live, "Download CSV")
    assert table.decode("utf-8-sig").splitlines()[1].split(",")[-1] == "=1+1", (
        "no guard was asked for"
    )

    # An entry that is removed comes back to its place, by its offer or by keys.
    entries.nth(1).get_by_role("button", name="Remove").click()
    expect(entries).to_have_count(4)
    offer = page.locator(".kept [data-formset-removed]")
    expect(offer).to_contain_text("Removed. 5")
    expect(entries.nth(1).get_by_role("button").first).to_be_focused()
    page.keyboard.press("Control+z")
    expect(offer).to_have_count(0)
    page.keyboard.press("Control+y")
    expect(offer).to_have_count(1)
    page.keyboard.press("Control+z")
    entries.nth(0).get_by_role("button", name="Remove").click()
    offer.get_by_role("button", name="Undo").click()
    _, again = downloaded(live, "Download JSON")
    assert json.loads(again) == listed
    assert accessible(live), findings(page)

    # Its own export is taken in whole; what is not valid, blank, or of other fields is told.
    wrong = [{"post": {}}, {"post": {"data": {"data": ["{"]}}}, {"post": {"data": 5}}, 7, None, []]
    other = {"post": {"data": {"name": ["Ada"], "gone": ["x"]}, "lost": {"name": ["y"]}}}
    (tmp_path / "list.json").write_text(json.dumps([*listed, *wrong, other, other]))
    page.locator("[data-kept-import]").set_input_files(tmp_path / "list.json")
    expect(said).to_have_text("Imported: 7. Left out as not valid: 6. Left out: lost, gone")
    expect(entries).to_have_count(12)
    _, again = downloaded(live, "Download JSON")
    assert [each["post"] for each in json.loads(again)[5:10]] == [each["post"] for each in listed]


def test_entries_that_others_wrote_do_no_harm(built):
    live = built(["data.py:DataForm"], "--on-valid", "keep")
    page, entries = live.page, live.page.locator(".kept-entries > li")
    live.control("data").fill('"mine"')
    save(live)
    expect(entries).to_have_count(1)
    key = page.evaluate(
        "Object.keys(localStorage).find(key => key.startsWith('clientforms:kept:'))"
    )
    (mine,) = json.loads(page.evaluate("key => localStorage.getItem(key)", key))
    strange = [None, 5, "x", [], {}, [[]], {"a": 1}, {"data": ["x"]}, {"": [5]}]
    whole = [*strange, *({**mine, part: value} for part in mine for value in strange)]
    whole += [{**mine, "post": {"data": value}} for value in strange]
    fields = [
        {"data": ['"x"']},
        {"data": ["x", "y"]},
        {"data": []},
        {"gone": ["x"]},
        {"name": ["\ud800"]},
    ]
    whole += [
        {**mine, "id": f"f{number}", "post": {"data": each}} for number, each in enumerate(fields)
    ]
    page.evaluate(
        "([key, text]) => localStorage.setItem(key, text)", [key, json.dumps([*whole, mine])]
    )
    page.reload()
    wait_until_live(live)
    expect(entries.last).to_contain_text("mine")
    with page.expect_download() as first:
        page.get_by_role("button", name="Download CSV").click()
    assert "mine" in first.value.path().read_text("utf-8-sig"), "the others keep no entry back"
    for entry in entries.all():
        entry.get_by_role("button", name="Edit").click()
        assert live.form_data("data-form")["data"]
    entries.get_by_role("button", name="Edit").nth(-2).click()
    gone = entries.count() - 3
    entries.nth(gone).get_by_role("button", name="Edit").click()
    expect(page.get_by_text("Left out: gone")).to_be_visible()
    for text in ("[", "7", "null", '{"a": 1}', "[" * 5000):
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, text])
        page.reload()
        wait_until_live(live)
        expect(page.get_by_text("Nothing yet.")).to_be_visible()


ORDERS = """
from django import forms

class Order(forms.Form):
    name = forms.CharField()
    remark = forms.CharField(required=False)
"""
OWN = """<!doctype html><html lang="en"><head><title>Own</title><link rel="icon" href="data:,"></head><body>
<form id="order" data-on-valid="download"><div data-form="orders.Order" data-prefix="a"></div>
    <fieldset disabled><div data-form="orders.Order" data-prefix="b"></div></fieldset><button>Save</button></form>
<form id="list" data-on-valid="keep" data-csv-guard="off"><div data-form="orders.Order" data-prefix="c"></div>
    <fieldset disabled><div data-form="orders.Order" data-prefix="d"></div></fieldset><button>Keep</button></form>
<form id="told" data-on-valid="event"><div data-form="orders.Order" data-prefix="e"></div><button>Tell</button></form>
</body></html>"""


def test_own_forms_of_a_built_site_leave_out_what_is_disabled(built, tmp_path):
    (tmp_path / "orders.py").write_text(ORDERS)
    (tmp_path / "own.html").write_text(OWN)
    live = built([tmp_path / "orders.py:Order"], "--template", tmp_path / "own.html")
    page = live.page

    def fieldset(form, *, disabled):
        page.locator(f"#{form} fieldset").evaluate("(each, is) => { each.disabled = is }", disabled)

    def table(form):
        with page.expect_download() as found:
            page.locator(f"#{form}").get_by_role("button", name="Download CSV").click()
        return found.value.path().read_text("utf-8-sig").splitlines()

    page.evaluate(
        "document.addEventListener('clientforms:submit',"
        " ({ detail }) => { window.told = Object.keys(detail.cleanedData) })"
    )
    live.type("a-name", "=Ann")
    page.get_by_role("button", name="Save").click()
    shown = page.locator("#order [data-outcome]")
    expect(shown).to_be_focused()
    assert table_of(shown) == [["Name", "=Ann"], ["Remark", ""]]
    assert table("order") == ["name,remark", "'=Ann,"]

    # One entry with, and one without what the fieldset holds: both are in the files, and come back.
    entries = page.locator(".kept-entries > li")
    for count, (name, disabled) in enumerate([("=Bea", True), ("Cem", False)], start=1):
        fieldset("list", disabled=disabled)
        live.type("c-name", name)
        if not disabled:
            live.type("d-name", "Dan")
        page.get_by_role("button", name="Keep", exact=True).click()
        expect(entries).to_have_count(count)
    with page.expect_download() as found:
        page.locator("#list").get_by_role("button", name="Download JSON").click()
    listed = json.loads(found.value.path().read_text("utf-8"))
    assert [list(each["post"]) for each in listed] == [["c"], ["c", "d"]]
    assert [list(each["cleaned"]) for each in listed] == [["c"], ["c", "d"]]
    with page.expect_download(lambda file: file.suggested_filename == "list-c.csv") as found:
        page.locator("#list").get_by_role("button", name="Download CSV").click()
    lines = found.value.path().read_text("utf-8-sig").splitlines()
    assert lines == ["name,remark", "=Bea,", "Cem,"], "its author has turned the guard off"
    (tmp_path / "list.json").write_text(json.dumps(listed))
    for disabled in (True, False):
        fieldset("list", disabled=disabled)
        page.locator("[data-kept-import]").set_input_files(tmp_path / "list.json")
        expect(page.get_by_text("Imported: 2. Left out as not valid: 0.")).to_be_visible()
        expect(entries).to_have_count(6 - 2 * disabled)

    live.type("e-name", "Eve")
    page.get_by_role("button", name="Tell").click()
    assert page.evaluate("told") == ["e"]
