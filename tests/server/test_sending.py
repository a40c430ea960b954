"""Forms of a real Django server that are sent without a page load, in Chromium."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import findings, small_targets
from tests.server.pony_project import PonyProject, type_stable
from tests.server.visits import allow_visits, open_live

A_FILE = {"name": "a.png", "mimeType": "image/png", "buffer": b"12345"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return PonyProject(tmp_path_factory.mktemp("sending"))


@pytest.fixture(scope="module")
def address(project):
    with project.serving() as address:
        yield address


@pytest.fixture
def visit(visit, project):
    """The same, with an empty database."""
    project.ask("Stable.objects.all().delete()")
    yield visit
    project.trouble("")


def log_in(page, address):
    page.goto(f"{address}/accounts/login/?next=/plain/")
    page.fill("[name=username]", "ada")
    page.fill("[name=password]", "secret")
    page.get_by_role("button").click()
    expect(page.locator("p")).to_have_text("A page.")


def loads(page):
    """Count how often the page is loaded from now on."""
    page.evaluate("window.isTheSamePage = true")


def is_same(page):
    return page.evaluate("window.isTheSamePage === true")


def test_errors_of_the_server_come_to_their_rows_and_success_goes_on(
    visit, project, complaints, address
):
    project.ask(
        "s = Stable.objects.create(name='Barn')\nPony.objects.create(stable=s, name='Ada', age=3)"
    )
    complaints.expect("422")
    live = visit("/new/")
    page = live.page
    loads(page)
    type_stable(live, "Barn")
    page.get_by_role("button", name="Save").click()
    expect(live.errors("name")).to_have_text(["Stable with this Name already exists."])
    expect(live.errors("ponies-1-name")).to_have_text(["Pony with this Name already exists."])
    assert live.first_error() == "name"
    page.get_by_role("button", name="Save").click()  # unchanged: asked again, and said once
    expect(page.locator("form[data-send]")).to_have_attribute("data-send-state", "failed")
    expect(live.errors("name")).to_have_text(["Stable with this Name already exists."])
    expect(page.get_by_role("button", name="Save")).to_be_enabled()
    live.button("ponies", "remove", 0).click()
    expect(live.errors("ponies-0-name")).to_have_text(["Pony with this Name already exists."])
    assert is_same(page)
    live.type("name", "Byre")
    live.type("ponies-0-name", "Cy")
    with page.expect_navigation(url="**/accounts/login/**"):
        page.get_by_role("button", name="Save").click()
    assert project.ask("print(Stable.objects.get(name='Byre').ponies.get().name)") == "Cy"


def test_messages_are_blocks_and_toasts_by_level(visit, project):
    live = visit("/letter/")
    page = live.page
    loads(page)
    live.type("subject", "Hay")
    page.set_input_files("[name=picture]", A_FILE)
    page.get_by_role("button", name="Send").click()
    place = page.locator("#place .clientforms-message")
    expect(place).to_have_text(["Sent with 5 bytes: Hay×"])
    expect(place).to_have_class("clientforms-message success")
    toasts = page.locator(".clientforms-toasts .clientforms-message")
    expect(toasts.locator(".clientforms-message-text")).to_have_text(
        ["The post is slow.", "<b>Rain</b>"]
    )
    expect(toasts.locator("em")).to_have_count(1)
    expect(toasts.nth(1)).to_have_attribute("role", "alert")
    expect(page.locator("[data-clientforms-announcer]")).to_have_text("Sent with 5 bytes: Hay")
    expect(live.control("subject")).to_have_value("")  # data-send="reset"
    assert page.evaluate("document.querySelector('[name=picture]').files.length") == 0
    toasts.nth(0).get_by_role("button", name="Dismiss").click()
    expect(toasts).to_have_count(1)
    expect(page.get_by_role("button", name="Gone")).to_be_enabled()
    live.type("subject", "Oats")
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    page.get_by_role("button", name="Send").click()
    expect(place).to_have_text(["Sent: Oats×"])  # instead of what was said before
    assert is_same(page)


def test_the_button_says_that_it_sends_and_that_the_server_is_slow(visit, project, complaints):
    live = visit("/letter/")
    page = live.page
    project.trouble("late")
    live.type("subject", "Hay")
    page.set_input_files("[name=picture]", A_FILE)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("progressbar", name="Upload")).to_be_visible()
    busy = page.get_by_role("button", name="On its way")
    expect(busy).to_be_disabled()
    expect(page.locator("form[data-send]")).to_have_attribute("aria-busy", "true")
    notes = page.locator("[data-send-notes] .clientforms-message-text")
    expect(notes).to_have_text(["The server is slow. Still waiting…"])
    expect(notes).to_have_text(
        [
            "The server does not answer. It may have got this: look before you try again. "
            "What you typed is still here. Try again"
        ]
    )
    expect(page.get_by_role("button", name="Once more")).to_be_enabled()
    expect(live.control("subject")).to_have_value("Hay")
    expect(page.get_by_role("progressbar")).to_have_count(0)
    project.trouble("")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#place")).to_contain_text("Sent with 5 bytes: Hay")
    expect(notes).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("502", "The server reports a failure (502)."),
        ("200", "The server answered with another page than expected."),
        ("403", "You are not allowed to do this."),
        ("413", "This is too large for the server."),
        ("offline", "The server cannot be reached."),
    ],
)
def test_a_server_in_trouble_costs_nothing_that_was_typed(visit, project, complaints, status, said):
    live = visit("/letter/")
    page = live.page
    loads(page)
    live.type("subject", "Hay")
    if status == "offline":
        complaints.expect("ERR_INTERNET_DISCONNECTED")
        page.context.set_offline(True)
    else:
        project.trouble(status)
        if status != "200":
            complaints.expect(status)
    page.get_by_role("button", name="Send").click()
    notes = page.locator("[data-send-notes] [role=alert] .clientforms-message-text")
    expect(notes).to_have_text([f"{said} What you typed is still here. Try again"])
    expect(live.control("subject")).to_have_value("Hay")
    assert is_same(page)
    project.trouble("")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#place")).to_contain_text("Sent: Hay")
    expect(notes).to_have_count(0)


def test_a_permission_that_is_missing_is_said_in_words(visit, complaints):
    complaints.expect("403")
    live = visit("/letter/")
    live.type("subject", "Fire")
    live.page.get_by_role("button", name="Send").click()
    expect(live.page.locator("[data-send-notes]")).to_contain_text("No false alarms.")


def test_a_log_out_in_the_middle_costs_nothing(visit, project, complaints, address):
    complaints.expect("401")
    complaints.expect("403")
    page = visit("/letter/").page
    log_in(page, address)
    pk = project.ask("print(Stable.objects.create(name='Barn').pk)")
    live = visit(f"/{pk}/")
    loads(page)
    live.type("name", "Byre")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save").click()
    note = page.locator("[data-send-notes]")
    expect(note).to_contain_text("You are not logged in any more. Log in, then try again.")
    with page.expect_popup() as opened:
        note.get_by_role("link", name="Log in").click()
    other = opened.value
    other.fill("[name=username]", "ada")
    other.fill("[name=password]", "secret")
    other.get_by_role("button").click()
    expect(other.locator("p")).to_have_text("A page.")
    other.close()
    expect(live.control("name")).to_have_value("Byre")
    assert is_same(page)
    with page.expect_navigation():
        note.get_by_role("button", name="Try again").click()
    expect(page.locator("h1")).to_have_text("Byre")


def test_a_function_view_shows_its_fragment_anew(visit, project):
    pk = project.ask("print(Stable.objects.create(name='Barn').pk)")
    live = visit(f"/{pk}/rename/")
    page = live.page
    loads(page)
    live.type("name", "Mews")
    page.get_by_role("button", name="Rename").click()
    expect(page.locator("#name")).to_have_text("Mews")
    expect(page.locator(".clientforms-toasts .info")).to_contain_text("Now it is Mews.")
    expect(live.control("name")).to_have_value("Mews")
    assert not live.form("stable", "hasChanged()")
    assert is_same(page)


def test_small_actions_swap_a_fragment_and_are_undone(visit, project):
    project.ask("for name in 'ABC': Stable.objects.create(name=name)")
    page = visit("/").page
    loads(page)
    rows = page.locator("#stables li")
    second = rows.nth(1)
    second.get_by_role("button", name="Toggle").click()
    expect(second).to_contain_text("open")
    expect(second.get_by_role("button", name="Toggle")).to_be_focused()
    undo = page.locator(".clientforms-toasts").get_by_role("button", name="Undo")
    expect(page.locator(".clientforms-toasts .success")).to_contain_text("B is open.")
    undo.click()
    expect(second).to_contain_text("closed")
    second.get_by_role("button", name="Remove").click()
    expect(rows).to_have_count(2)
    assert project.ask("print(Stable.objects.filter(name='B').exists())") == "False"
    page.locator(".clientforms-toasts .success", has_text="Done.").get_by_role(
        "button", name="Undo"
    ).click()
    expect(rows.locator("b")).to_have_text(["A", "B", "C"])
    rows.nth(2).get_by_role("button", name="First").click()
    expect(rows.locator("b")).to_have_text(["C", "A", "B"])
    assert is_same(page)
    rows.nth(2).get_by_role("button", name="Remove").click()
    expect(rows.locator("b")).to_have_text(["C", "A"])
    rows.nth(1).get_by_role("button", name="First").click()  # takes the place of the row away
    expect(rows.locator("b")).to_have_text(["A", "C"])
    page.get_by_role("button", name="Undo").last.click()
    expect(rows.locator("b")).to_have_count(3)


def test_a_form_with_nothing_live_is_sent_too(visit, project, address, complaints):
    pk = project.ask("print(Stable.objects.create(name='Barn').pk)")
    page = visit("/letter/").page
    log_in(page, address)
    visit(f"/{pk}/delete/")
    with page.expect_navigation(url=f"{address}/"):
        page.get_by_role("button", name="Delete").click()
    assert project.ask("print(Stable.objects.count())") == "0"


def test_errors_follow_a_row_that_moved_while_the_server_worked(visit, project, complaints):
    project.ask(
        "s = Stable.objects.create(name='Barn')\nPony.objects.create(stable=s, name='Ada', age=3)"
    )
    complaints.expect("422")
    live = visit("/new/")
    page = live.page
    type_stable(live, "Barn")
    project.trouble("late")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Saving…")).to_be_disabled()
    live.button("ponies", "remove", 0).click()
    expect(live.control("ponies-0-name")).to_have_value("Ada")
    live.type("name", "Byre")
    project.trouble("")
    expect(live.errors("ponies-0-name")).to_have_text(["Pony with this Name already exists."])
    expect(live.errors("name")).to_have_count(0)  # it is another name by now
    assert live.first_error() == "ponies-0-name"


def test_a_form_is_sent_once(visit, project, address):
    page = visit("/letter/").page
    log_in(page, address)
    live = visit("/new/")
    live.type("name", "Barn")
    with page.expect_navigation():
        page.evaluate(
            """() => {
                const form = document.querySelector("form[data-send]");
                form.requestSubmit();
                form.requestSubmit();
            }"""
        )
    expect(page.locator("h1")).to_have_text("Barn")
    assert project.ask("print(Stable.objects.count())") == "1"


def test_a_draft_is_offered_until_it_was_sent(visit, project, address):
    page = visit("/letter/").page
    log_in(page, address)
    offer = page.locator("[data-clientforms-draft]")
    live = visit("/new/")
    live.type("name", "Barn")
    visit("/new/")
    expect(offer).to_be_visible()
    offer.get_by_role("button").first.click()
    expect(live.control("name")).to_have_value("Barn")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("Barn")
    visit("/new/")
    expect(page.locator("form[data-draft-looked]")).to_have_count(1)
    expect(offer).to_have_count(0)


def test_messages_are_accessible(visit):
    live = visit("/letter/")
    live.type("subject", "Hay")
    live.page.get_by_role("button", name="Send").click()
    expect(live.page.locator(".clientforms-message")).to_have_count(3)
    assert findings(live.page) == []
    assert [each for each in small_targets(live.page) if "Dismiss" in each] == []


def test_a_fragment_with_live_forms_takes_the_place_of_those_that_were_sent(visit, project):
    live = visit("/more/")
    page = live.page
    loads(page)
    for number, name in enumerate(("Barn", "Byre")):
        live.type("name", name)
        live.type("ponies-0-name", f"Pony {number}")
        live.type("ponies-0-age", "7")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator("#there")).to_contain_text(f"{name} (1)")
        expect(live.control("name")).to_have_value("")
        expect(live.rows("ponies")).to_have_count(1)
    live.type("ponies-0-age", "-1")
    expect(live.errors("ponies-0-age")).to_have_text(
        ["Ensure this value is greater than or equal to 0."]
    )
    assert is_same(page)


def test_a_view_that_sends_scripts_to_its_log_in_is_understood(visit, complaints, address):
    complaints.expect("403")  # the token went with the session
    page = visit("/letter/").page
    log_in(page, address)
    live = visit("/guarded/")
    live.type("subject", "Hay")
    page.context.clear_cookies()
    page.get_by_role("button", name="Send").click()
    note = page.locator("[data-send-notes]")
    expect(note).to_contain_text("You are not logged in any more.")
    expect(note.get_by_role("link", name="Log in")).to_have_attribute(
        "href", f"{address}/accounts/login/"
    )
    expect(live.control("subject")).to_have_value("Hay")


def test_a_server_that_is_gone_costs_nothing_that_was_typed(page, project, complaints):
    complaints.expect("ERR_CONNECTION_REFUSED")
    with project.serving() as address:
        allow_visits(page, complaints, address)
        live = open_live(page, address, "/letter/")
        live.type("subject", "Hay")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-send-notes]")).to_contain_text("The server cannot be reached.")
    expect(live.control("subject")).to_have_value("Hay")
    expect(page.get_by_role("button", name="Try again")).to_be_enabled()


@pytest.fixture
def stable(visit, project, address):
    """The page of a stable without ponies, which stays when it is saved."""
    log_in(visit("/letter/").page, address)
    pk = project.ask("print(Stable.objects.create(name='Barn').pk)")
    return visit(f"/{pk}/?stay=1")


def type_pony(live, index, name, age="1"):
    live.type(f"ponies-{index}-name", name)
    live.type(f"ponies-{index}-age", age)


def save(live):
    with live.page.expect_response(lambda response: response.request.method == "POST"):
        live.page.get_by_role("button", name="Save").click()
    expect(live.page.locator("form[data-send]")).to_have_attribute("data-send-state", "sent")


PONIES = "print(*(f'{p.name}:{p.age}' for p in Pony.objects.order_by('pk')))"


def test_rows_that_were_saved_are_saved_again_as_what_they_are(stable, project):
    loads(stable.page)
    type_pony(stable, 0, "Bo")
    stable.button("ponies", "add").click()
    type_pony(stable, 1, "Ada", "2")
    save(stable)
    expect(stable.rows("ponies")).to_have_count(3)  # and one to fill in, as at first
    expect(stable.control("ponies-INITIAL_FORMS")).to_have_value("2")
    assert not stable.formset("ponies", "hasChanged()")
    assert project.ask(PONIES) == "Bo:1 Ada:2"
    stable.type("ponies-1-age", "3")
    type_pony(stable, 2, "Cy")
    save(stable)
    expect(stable.control("ponies-INITIAL_FORMS")).to_have_value("3")
    assert project.ask(PONIES) == "Bo:1 Ada:3 Cy:1"
    stable.button("ponies", "remove", 0).click()
    save(stable)
    expect(stable.control("ponies-0-name")).to_have_value("Ada")
    expect(stable.control("ponies-INITIAL_FORMS")).to_have_value("2")
    assert project.ask(PONIES) == "Ada:3 Cy:1"
    save(stable)
    assert project.ask(PONIES) == "Ada:3 Cy:1"
    assert is_same(stable.page)


def test_an_outbox_does_not_send_rows_twice_that_were_saved(stable, project):
    live = open_live(
        stable.page, stable.server, f"{stable.page.url.removeprefix(stable.server)}&outbox=1"
    )
    type_pony(live, 0, "Bo")
    save(live)
    expect(live.control("ponies-INITIAL_FORMS")).to_have_value("1")
    type_pony(live, 1, "Ada", "2")
    save(live)
    expect(live.control("ponies-INITIAL_FORMS")).to_have_value("2")
    assert project.ask(PONIES) == "Bo:1 Ada:2"


def test_what_is_done_to_rows_while_they_are_saved_is_saved_next(stable, project):
    type_pony(stable, 0, "Bo")
    stable.button("ponies", "add").click()
    type_pony(stable, 1, "Ada", "2")
    project.trouble("late")
    stable.page.get_by_role("button", name="Save").click()
    expect(stable.page.get_by_role("button", name="Saving…")).to_be_disabled()
    stable.button("ponies", "remove", 0).click()
    stable.type("ponies-0-age", "5")
    stable.button("ponies", "add").click()
    stable.type("ponies-1-name", "Cy", leave=False)
    project.trouble("")
    expect(stable.control("ponies-INITIAL_FORMS")).to_have_value("2")
    expect(stable.control("ponies-2-name")).to_be_focused()
    assert project.ask(PONIES) == "Bo:1 Ada:2"
    expect(stable.control("ponies-1-age")).to_have_value("5")
    stable.type("ponies-2-age", "1")
    save(stable)
    expect(stable.control("ponies-0-name")).to_have_value("Ada")
    assert project.ask(PONIES) == "Ada:5 Cy:1"


def test_a_page_that_created_something_goes_on_to_it(visit, project, address):
    log_in(visit("/letter/").page, address)
    live = visit("/new/?stay=1")
    type_stable(live, "Barn")
    with live.page.expect_navigation():
        live.page.get_by_role("button", name="Save").click()
    expect(live.page.locator("h1")).to_have_text("Barn")
    assert project.ask("print(Stable.objects.count(), Pony.objects.count())") == "1 2"


def test_rows_with_files_stay_in_the_order_of_the_page(visit, project):
    project.ask("Parcel.objects.all().delete()")
    live = visit("/parcels/")
    loads(live.page)
    live.type("parcels-0-title", "Hay")
    live.page.set_input_files("[name=parcels-0-content]", A_FILE)
    live.button("parcels", "add").click()
    live.type("parcels-1-title", "Oats")
    live.button("parcels", "move-up", row=1).click()
    save(live)
    titles = live.page.locator("input[name$=-title]")
    expect(titles).to_have_count(3)
    assert [each.input_value() for each in titles.all()] == ["Oats", "Hay", ""]
    row = live.rows("parcels").nth(1)
    expect(row.get_by_role("link")).to_have_text(re.compile(r"parcels/a.*\.png"))
    save(live)
    found = "print(*(f'{p.title}:{bool(p.content)}' for p in Parcel.objects.order_by('title')))"
    assert project.ask(found) == "Hay:True Oats:False"
    live.button("parcels", "remove", 1).click()
    save(live)
    assert project.ask(found) == "Oats:False"
    assert is_same(live.page)
