"""What a real page keeps until a real server has it: each submission arrives once, in order, and none is lost."""

import json
import sqlite3
import urllib.error
import urllib.request
import uuid
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import findings
from tests.browser.live_page import LivePage
from tests.server.killed_server import KilledServer
from tests.server.pony_project import PonyProject, type_stable
from tests.server.visits import open_live
from tests.support.browsers import find_chromium

WAITING = "Waiting to send"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return PonyProject(tmp_path_factory.mktemp("outbox"))


@pytest.fixture(scope="module")
def one_server(project):
    server = KilledServer(project)
    yield server
    server.kill()


@pytest.fixture
def mortal(one_server, project, complaints):
    """The server, running, with an empty database; its page may say that it is gone."""
    project.trouble("")
    project.ask("Parcel.objects.all().delete(); Stable.objects.all().delete()")
    one_server.start()
    complaints.allow_origin(one_server.address)
    yield one_server
    project.trouble("")


@pytest.fixture
def visit(page, mortal):
    def go(path="/parcel/", there=page):
        there.route("**/favicon.ico", lambda route: route.fulfill(status=204))
        return open_live(there, mortal.address, path)

    return go


def may_miss_it(complaints):
    """The page may complain of a server that is gone."""
    for pattern in ("ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_SOCKET", "ERR_INTERNET"):
        complaints.allow(pattern)


def post(live, title, content=None):
    live.type("title", title)
    if content is not None:
        file = {"name": f"{title}.txt", "mimeType": "text/plain", "buffer": content}
        live.page.set_input_files("[name=content]", file)
    live.page.get_by_role("button", name="Send", exact=True).first.click()


def post_in_turn(live, contents):
    """Post parcels, each when the one before is in the list: until then, the form still holds that one."""
    for number, (title, content) in enumerate(contents.items(), 1):
        post(live, title, content)
        expect(entries(live.page)).to_have_count(number)
        expect(live.control("title")).to_have_value("")


def entries(page):
    return page.locator("[data-outbox-entry]")


def sent(page):
    """Return when nothing waits any more."""
    expect(entries(page)).to_have_count(0, timeout=30_000)


def titles(project):
    return project.ask(
        "print(*Parcel.objects.order_by('pk').values_list('title', flat=True))"
    ).split()


def test_what_is_sent_offline_waits_and_arrives_in_order(visit, project):
    live = visit()
    page = live.page
    page.context.set_offline(True)
    contents = {"tea": b"12345", "salt": None, "oats": bytes(range(256)) * 500}
    post_in_turn(live, contents)
    expect(entries(page).first).to_contain_text(WAITING)
    expect(entries(page).first).to_contain_text("tea · tea.txt")
    expect(page.locator("[data-clientforms-announcer]")).to_have_text(WAITING)
    assert findings(page) == []
    assert titles(project) == []
    page.context.set_offline(False)
    sent(page)
    expect(page.locator("#place")).to_contain_text("oats has arrived.")
    assert titles(project) == list(contents)
    for title, content in contents.items():
        stored = project.ask(
            f"p = Parcel.objects.get(title='{title}').content\nprint(p.read().hex() if p else None)"
        )
        assert stored == (content.hex() if content else "None")


def test_what_was_saved_before_the_server_died_is_not_saved_again(
    visit, project, mortal, complaints
):
    may_miss_it(complaints)
    live = visit()
    project.trouble("dies")
    post(live, "tea", b"12345")
    mortal.wait()
    expect(entries(live.page)).to_have_count(1)
    expect(live.page.locator("[data-outbox-reason]")).to_contain_text(
        "The server cannot be reached."
    )
    assert titles(project) == ["tea"]
    mortal.start()
    sent(live.page)
    assert titles(project) == ["tea"]
    expect(live.control("title")).to_have_value("")


def sender(mortal, path="/parcel/", key=None, accept="application/json", **data):
    """Return what posts `data`, each time the same, with a key if there is one: to its status and content."""
    with urllib.request.urlopen(mortal.address + path) as opened:
        cookie = opened.headers["Set-Cookie"].partition(";")[0]
    headers = {"Accept": accept, "Cookie": cookie, "X-CSRFToken": cookie.partition("=")[2]}
    if key:
        headers["Idempotency-Key"] = key

    def send():
        body = urlencode(data).encode()
        request = urllib.request.Request(mortal.address + path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answered:
                return answered.status, answered.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    return send


def test_the_same_key_at_the_same_time_is_saved_once(project, mortal):
    """As if a page gave up waiting, and the first request was still at work."""
    send = sender(mortal, key=uuid.uuid4().hex, title="tea")
    project.trouble("late")

    def send_until_there_is_room(_):
        status, content = send()
        while status == 503:  # SQLite lets each wait for five seconds
            status, content = send()
        return status, content

    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(send_until_there_is_room, range(8))
        project.trouble("")
        assert [status for status, _ in {*answers}] == [201]
    assert titles(project) == ["tea"]


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_the_same_unique_value_at_the_same_time_is_an_error_of_one(project, mortal, accept):
    """Both requests are validated before one of them has saved."""
    send = sender(mortal, accept=accept, title="Twin")
    with ThreadPoolExecutor(2) as pool:
        answers = sorted(
            pool.map(lambda _: send(), range(2)), key=lambda each: b"exists" in each[1]
        )
    statuses = [status for status, _ in answers]
    assert statuses == ([201, 422] if "json" in accept else [200, 200])
    (_, saved), (_, refused) = answers
    assert b"exists" not in saved
    assert b"Parcel with this Title already exists." in refused
    if "json" in accept:
        assert [each["code"] for each in json.loads(refused)["errors"][0]["errors"]["title"]] == [
            "unique"
        ]
    assert titles(project) == ["Twin"]


def test_the_same_unique_value_in_a_row_at_the_same_time_is_an_error_of_that_row(project, mortal):
    both = [
        sender(
            mortal,
            "/new/",
            name=name,
            **{
                "ponies-TOTAL_FORMS": 2,
                "ponies-INITIAL_FORMS": 0,
                "ponies-0-name": f"Ada of {name}",
                "ponies-0-age": 1,
                "ponies-1-name": "Bo",
                "ponies-1-age": 2,
            },
        )
        for name in ("Twin Barn", "Twin Byre")
    ]
    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(lambda send: send(), both))
    assert [status for status, _ in answers] == [201, 422]
    form, ponies = json.loads(answers[1][1])["errors"]
    assert form["errors"] == {}
    assert ponies["forms"][0] == {}
    assert [each["code"] for each in ponies["forms"][1]["name"]] == ["unique"]
    assert json.loads(answers[1][1])["messages"] == []
    assert project.ask("print(Stable.objects.count(), Pony.objects.count())") == "1 2"


def test_a_busy_database_is_no_error_of_the_page(project, mortal):
    send = sender(mortal, key=uuid.uuid4().hex, title="tea")
    with closing(sqlite3.connect(project.folder / "db.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        status, content = send()
        other.execute("ROLLBACK")
    assert status == 503
    assert json.loads(content)["code"] == "busy"
    assert titles(project) == []
    status, _ = send()
    assert status == 201
    assert titles(project) == ["tea"]


def test_a_late_answer_costs_nothing(visit, project):
    live = visit()
    project.trouble("late")
    post(live, "tea")
    expect(entries(live.page)).to_have_count(1)  # data-send-timeout
    project.trouble("")
    sent(live.page)
    assert titles(project) == ["tea"]


def test_what_is_refused_comes_back_beside_its_fields(visit, project, complaints):
    complaints.expect("422")
    project.ask("Parcel.objects.create(title='tea')")
    live = visit()
    page = live.page
    page.context.set_offline(True)
    post_in_turn(live, {"tea": b"12345", "salt": None})
    page.context.set_offline(False)
    expect(live.errors("title")).to_have_text(["Parcel with this Title already exists."])
    expect(live.control("title")).to_have_value("tea")
    assert page.evaluate("document.querySelector('[name=content]').files[0].name") == "tea.txt"
    expect(entries(page)).to_have_count(1)
    expect(entries(page)).to_contain_text("Being edited")
    assert titles(project) == ["tea", "salt"]
    live = visit()  # and after a reload
    expect(live.errors("title")).to_have_text(["Parcel with this Title already exists."])
    live.type("title", "salt")
    page.get_by_role("button", name="Send", exact=True).first.click()
    expect(page.locator("form[data-send]")).to_have_attribute("data-send-state", "failed")
    expect(entries(page)).to_contain_text("Being edited")  # it is kept until it is accepted
    live.type("title", "oats")
    page.get_by_role("button", name="Send", exact=True).first.click()
    sent(page)
    assert titles(project) == ["tea", "salt", "oats"]
    assert project.ask("print(Parcel.objects.get(title='oats').content.size)") == "5"


def test_rows_come_back_with_their_errors(visit, project, complaints):
    complaints.expect("422")
    project.ask(
        "s = Stable.objects.create(name='Barn')\nPony.objects.create(stable=s, name='Ada', age=3)"
    )
    live = visit("/new/?outbox=1")
    page = live.page
    type_stable(live, "Byre")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    expect(live.control("name")).to_have_value("")
    expect(live.rows("ponies")).to_have_count(1)
    page.context.set_offline(False)
    expect(live.errors("ponies-1-name")).to_have_text(["Pony with this Name already exists."])
    assert [live.control(f"ponies-{index}-name").input_value() for index in (0, 1)] == ["Bo", "Ada"]
    assert not project.ask("print(*Stable.objects.filter(name='Byre'))")
    live.button("ponies", "remove", 0).click()
    live.type("ponies-0-name", "Cy")
    with page.expect_navigation():  # data-send follows the redirect again
        page.get_by_role("button", name="Save").click()
    assert project.ask("print(*Pony.objects.values_list('name', flat=True))") == "Ada Cy"


def test_what_somebody_types_is_not_replaced_by_what_is_refused(visit, project, complaints):
    complaints.expect("422")
    project.ask("Parcel.objects.create(title='tea')")
    live = visit()
    page = live.page
    page.context.set_offline(True)
    post(live, "tea")
    expect(entries(page)).to_have_count(1)
    live.type("title", "salt")
    page.context.set_offline(False)
    expect(entries(page)).to_contain_text("Refused by the server")
    expect(live.control("title")).to_have_value("salt")
    replies = iter([False, True])
    page.on("dialog", lambda dialog: dialog.accept() if next(replies) else dialog.dismiss())
    with page.expect_event("dialog"):
        entries(page).get_by_role("button", name="Edit").click()
    expect(live.control("title")).to_have_value("salt")
    with page.expect_event("dialog"):
        entries(page).get_by_role("button", name="Edit").click()
    expect(live.errors("title")).to_have_text(["Parcel with this Title already exists."])
    expect(live.control("title")).to_have_value("tea")


def test_entries_can_be_looked_at_edited_deleted_and_exported(visit, project):
    live = visit()
    page = live.page
    page.context.set_offline(True)
    post_in_turn(live, {"tea": b"12345", "salt": None})
    entries(page).first.locator("summary").click()
    table = entries(page).first.locator("table.clientforms-values")
    expect(table.get_by_role("rowheader")).to_have_text(["Title", "Content"])
    expect(table.get_by_role("cell")).to_have_text(["tea", "tea.txt"])
    with page.expect_download() as download:
        page.get_by_role("button", name="Download JSON").click()
    exported = json.loads(Path(download.value.path()).read_text("utf-8"))["outbox"]
    assert [each["state"] for each in exported] == ["waiting", "waiting"]
    first, second = exported[0]["fields"]
    assert first == {"name": "title", "value": "tea"}
    assert b64decode(second["file"]["base64"]) == b"12345"
    page.evaluate("window.first = document.querySelector('[data-outbox-entry]')")
    entries(page).nth(1).get_by_role("button", name="Remove").click()
    expect(entries(page)).to_have_count(1)
    assert page.evaluate("first.isConnected && first.querySelector('details').open")
    page.get_by_role("button", name="Undo").click()
    expect(entries(page)).to_have_count(2)
    entries(page).first.get_by_role("button", name="Edit").click()
    expect(live.control("title")).to_have_value("tea")
    live.type("title", "oats")
    page.get_by_role("button", name="Send", exact=True).first.click()
    expect(live.control("title")).to_have_value("")
    expect(entries(page)).to_have_count(2)
    expect(entries(page).first).to_contain_text("oats · tea.txt")  # it has kept its place
    page.context.set_offline(False)
    sent(page)
    assert titles(project) == ["oats", "salt"]


def test_a_form_that_is_reset_is_for_something_new(visit, project, complaints):
    complaints.expect("422")
    project.ask("Parcel.objects.create(title='tea')")
    live = visit()
    page = live.page
    page.context.set_offline(True)
    post(live, "tea")
    expect(entries(page)).to_have_count(1)
    page.context.set_offline(False)
    expect(live.control("title")).to_have_value("tea")
    expect(entries(page)).to_contain_text("Being edited")
    entries(page).get_by_role("button", name="Stop editing").click()
    expect(entries(page)).to_contain_text("Refused by the server")
    expect(live.control("title")).to_have_value("")
    post(live, "salt")
    expect(page.locator("#place")).to_contain_text("salt has arrived.")
    expect(entries(page)).to_have_count(1)
    assert titles(project) == ["tea", "salt"]
    entries(page).get_by_role("button", name="Edit").click()
    expect(live.control("title")).to_have_value("tea")


def test_another_page_sends_and_leads_to_the_form(visit, project, complaints, mortal):
    may_miss_it(complaints)
    complaints.expect("422")
    project.ask("Parcel.objects.create(title='tea')")
    live = visit()
    page = live.page
    page.context.set_offline(True)
    post(live, "salt", b"12345")
    expect(entries(page)).to_have_count(1)
    post(live, "tea", b"54321")
    expect(entries(page)).to_have_count(2)
    mortal.kill()  # nothing is sent before the page goes
    page.context.set_offline(False)
    page.goto("about:blank")
    mortal.start()
    visit("/letter/")
    refusal = page.locator(".clientforms-message", has_text="The server refused what was waiting.")
    with page.expect_navigation():
        refusal.get_by_role("button", name="Edit").click()
    expect(live.control("title")).to_have_value("tea")
    expect(live.errors("title")).to_have_text(["Parcel with this Title already exists."])
    assert titles(project) == ["tea", "salt"]


def test_a_change_of_what_had_arrived_is_said_to_be_none(visit, project, mortal, complaints):
    may_miss_it(complaints)
    complaints.expect("409")
    live = visit()
    page = live.page
    project.trouble("dies")
    post(live, "tea")
    mortal.wait()
    expect(entries(page)).to_have_count(1)
    page.context.set_offline(True)
    entries(page).get_by_role("button", name="Edit").click()
    expect(live.control("title")).to_have_value("tea")
    live.type("title", "salt")
    page.get_by_role("button", name="Send", exact=True).first.click()
    expect(entries(page)).to_contain_text("salt")
    mortal.start()
    page.context.set_offline(False)
    expect(page.locator("[data-send-notes]")).to_contain_text("already saved")
    expect(live.control("title")).to_have_value("salt")
    assert titles(project) == ["tea"]
    page.get_by_role("button", name="Send", exact=True).first.click()  # now it is another one
    sent(page)
    assert titles(project) == ["tea", "salt"]


def test_two_tabs_send_each_entry_once_and_in_order(visit, project):
    first = visit()
    second = visit(there=first.page.context.new_page())
    first.page.context.set_offline(True)
    for number in range(6):
        post((first, second)[number % 2], f"parcel-{number}", b"x" * 1000)
        expect(entries(first.page)).to_have_count(number + 1)
        expect(entries(second.page)).to_have_count(number + 1)
    first.page.context.set_offline(False)
    sent(first.page)
    sent(second.page)
    assert titles(project) == [f"parcel-{number}" for number in range(6)]


def test_a_log_out_in_the_middle_asks_for_a_log_in(visit, project, complaints, mortal):
    complaints.allow("40[13]")
    page = visit().page
    log_in(page, mortal.address)
    live = visit("/parcel/mine/")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    post(live, "tea", b"12345")
    note = page.locator("[data-outbox-reason]")
    expect(note).to_contain_text("You are not logged in any more.")
    expect(note.get_by_role("link", name="Log in")).to_have_attribute(
        "href", f"{mortal.address}/accounts/login/"
    )
    live = visit()  # as nobody: it is not sent in their name
    expect(page.locator("[data-outbox-box]")).to_contain_text(
        "Waiting until another user logs in: 1"
    )
    expect(entries(page)).to_have_count(0)
    assert titles(project) == []
    page.context.add_cookies(cookies)
    visit("/parcel/mine/")
    expect(page.locator("[data-outbox-box]")).to_have_count(0)
    assert project.ask("p = Parcel.objects.get()\nprint(p.title, p.sender)") == "tea ada"


def test_entries_survive_a_restart_of_the_browser(
    playwright, tmp_path, project, mortal, complaints
):
    found = find_chromium(playwright, whole=True)
    assert found

    def browser():
        return playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=found.executable_path, args=list(found.arguments)
        )

    context = browser()
    page = context.pages[0]
    page.goto(f"{mortal.address}/parcel/")
    live = LivePage(page, mortal.address).wait_until_ready()
    mortal.kill()
    post(live, "tea", b"12345")
    expect(entries(page)).to_have_count(1)
    context.close()
    mortal.start()
    context = browser()
    page = context.pages[0]
    page.goto(f"{mortal.address}/parcel/")
    LivePage(page, mortal.address).wait_until_ready()
    expect(page.locator("#place")).to_contain_text("tea has arrived.")
    sent(page)
    context.close()
    assert project.ask("print(Parcel.objects.get().content.size)") == "5"


def test_a_view_that_heeds_no_key_is_named_and_nothing_is_sent_twice(
    visit, project, mortal, complaints
):
    may_miss_it(complaints)
    complaints.expect("decorate it with clientforms.server.views.once")
    live = visit("/parcel/unheeding/")
    page = live.page
    expect(page.locator("[data-clientforms-error]")).to_contain_text("ClientFormMixin")
    project.trouble("dies")
    post(live, "tea")
    mortal.wait()
    expect(entries(page)).to_contain_text("It may have arrived")
    mortal.start()
    visit("/parcel/unheeding/")
    expect(entries(page)).to_contain_text("It may have arrived")
    assert titles(project) == ["tea"]


def test_an_author_who_sees_to_it_keeps_the_form_as_it_is(visit, mortal, complaints):
    may_miss_it(complaints)
    live = visit()
    live.page.evaluate(
        "document.addEventListener('clientforms:unsent', (event) => event.preventDefault())"
    )
    live.page.context.set_offline(True)
    post(live, "tea")
    expect(live.page.locator("form[data-send]")).to_have_attribute("data-send-state", "waiting")
    expect(entries(live.page)).to_have_count(0)
    expect(live.control("title")).to_have_value("tea")


def log_in(page, address):
    page.goto(f"{address}/accounts/login/?next=/plain/")
    page.fill("[name=username]", "ada")
    page.fill("[name=password]", "secret")
    page.get_by_role("button").click()
    expect(page.locator("p")).to_have_text("A page.")
