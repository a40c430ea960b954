"""The example project, as `make example` runs it, in Chromium."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import findings, small_targets
from tests.browser.live_page import LivePage
from tests.server.example_project import FOLDER, ExampleProject
from tests.server.fetched_contents import Fetched, own_lines
from tests.server.held_answers import HeldAnswers

OFFLINE = r"ERR_INTERNET_DISCONNECTED|status of 409|The page leaves this rule|sortable\.js could not be loaded"
DAY = "2030-03-04"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return ExampleProject(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module")
def served(project):
    """The address of the ASGI server."""
    with project.serving() as address:
        yield address


@pytest.fixture
def address(project, served):
    """The server, with the orders of the fixture and no others."""
    project.ask("Order.objects.exclude(number__in=['A-1', 'A-2']).delete()")
    return served


@pytest.fixture
def visit(page, complaints, address):
    """Return a function that opens a page of somebody who is logged in, live."""
    complaints.allow_origin(address)
    ExampleProject.log_in(page, address)

    def open_page(path, at=address):
        page.goto(at + path, wait_until="commit")
        return LivePage(page, at).wait_until_ready()

    return open_page


def fill(order, number):
    order.type("number", number)
    order.type("customer", "Ada")
    order.type("day", DAY)


def fill_line(order, row, label, count="1", product="4"):
    order.control(f"lines-{row}-product").select_option(product)
    order.type(f"lines-{row}-label", label)
    order.type(f"lines-{row}-count", count)


@pytest.mark.parametrize("carrier", ["socket", "http"])
def test_what_is_taken_is_named_beside_its_row_after_that_was_moved(
    visit, page, complaints, project, carrier
):
    answers = HeldAnswers(page)
    if carrier == "socket":
        order = visit("/new/")
        _move_while_the_server_thinks(order, answers)
    else:
        with project.serving_http() as address:
            complaints.allow_origin(address)
            ExampleProject.log_in(page, address)
            order = visit("/new/", at=address)
            _move_while_the_server_thinks(order, answers)
    assert {"id" in question for question in answers.asked} == {carrier == "socket"}


def _move_while_the_server_thinks(order, answers):
    fill_line(order, 0, "new")
    order.button("lines", "add").click()
    expect(order.page.locator("[aria-busy]")).to_have_count(0)
    answers.hold()
    fill_line(order, 1, "A-1/tea")
    expect(order.control("lines-1-label")).to_have_attribute("aria-busy", "true")
    order.button("lines", "move-up", row=1).click()
    expect(order.control("lines-0-label")).to_have_value("A-1/tea")
    answers.let_go()
    expect(order.errors("lines-0-label")).to_have_text(["Line with this Label already exists."])
    expect(order.page.locator("[aria-busy]")).to_have_count(0)
    expect(order.errors("lines-1-label")).to_have_count(0)


def test_a_rule_that_needs_the_database_is_the_servers(visit, complaints):
    order = visit("/new/")
    fill_line(order, 0, "much", count="6", product="3")
    row = order.rows("lines").first
    expect(row.locator(".errorlist.nonfield")).to_have_text("Only 5 are left.")
    order.type("lines-0-count", "5")
    expect(row.locator(".errorlist.nonfield")).to_have_count(0)


def test_an_order_is_saved_without_a_page_load_once_its_errors_are_gone(
    visit, page, complaints, project
):
    complaints.expect("422")
    order = visit("/new/")
    fill(order, "B-1")
    fill_line(order, 0, "b-1/cocoa")
    expect(page.locator("[aria-busy]")).to_have_count(0)
    project.ask(
        "Order.objects.create(number='B-1', customer='Bob', day='2030-03-04')"
    )  # after the page has asked
    page.evaluate("window.isTheSamePage = true")
    page.get_by_role("button", name="Save").click()
    expect(order.errors("number")).to_have_text(["Order with this Number already exists."])
    assert order.first_error() == "number"
    assert page.evaluate("window.isTheSamePage === true")
    order.type("number", "B-2")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-messages]")).to_have_text("Order B-2 is saved.")
    expect(page.locator(".order", has_text="B-2")).to_contain_text("1 × Cocoa")


def test_the_order_of_lines_is_saved(visit, page, complaints, project):
    project.ask("Order.objects.create(number='C-1', customer='Cy', day='2030-03-04')")
    pk = project.ask("print(Order.objects.get(number='C-1').pk)")
    order = visit(f"/{pk}/")
    fill_line(order, 0, "first")
    order.button("lines", "add").click()
    fill_line(order, 1, "second")
    order.button("lines", "move-up", row=1).click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-messages]")).to_have_text("Order C-1 is saved.")
    said = project.ask("print(*Line.objects.filter(order__number='C-1'))")
    assert said == "second first"


def test_a_log_out_in_the_middle_costs_nothing(visit, page, complaints, address, project):
    complaints.expect("401")
    complaints.allow("asks for a connection. The page leaves this rule")
    project.ask("Order.objects.create(number='D-1', customer='Dot', day='2030-03-04')")
    pk = project.ask("print(Order.objects.get(number='D-1').pk)")
    order = visit(f"/{pk}/")
    fill_line(order, 0, "d-1")
    other = page.context.new_page()
    other.goto(address)
    other.get_by_role("button", name="Log out").click()
    expect(other.get_by_role("heading", name="Log in")).to_be_visible()
    order.type("number", "D-2")
    page.get_by_role("button", name="Save").click()
    note = page.locator("[data-send-notes]")
    expect(note).to_contain_text("You are not logged in any more.")
    expect(order.control("number")).to_have_value("D-2")
    ExampleProject.log_in(other, address)
    other.close()
    note.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-messages]")).to_have_text("Order D-2 is saved.")


@pytest.mark.parametrize("offline", ["before typing", "before saving"])
def test_a_new_order_waits_while_there_is_no_connection(visit, page, complaints, project, offline):
    complaints.allow(OFFLINE)
    order = visit("/new/")
    page.context.set_offline(offline == "before typing")
    fill(order, "G-1")
    fill_line(order, 0, "g-1")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    waiting = page.locator("[data-outbox-entry]")
    expect(waiting).to_contain_text("G-1")
    expect(order.control("number")).to_have_value("")
    page.context.set_offline(False)
    expect(waiting).to_have_count(0)
    assert project.ask("print(Line.objects.get(order__number='G-1').label)") == "g-1"


def test_what_the_page_knows_is_refused_without_a_connection(visit, page, complaints):
    complaints.allow(OFFLINE)
    order = visit("/new/")
    fill(order, "G-1")
    page.context.set_offline(True)
    fill_line(order, 0, "g-1", count="13")
    page.get_by_role("button", name="Save").click()
    expect(order.errors("lines-0-count")).to_have_text(["More than 12 come in dozens: 12 or 24."])
    expect(page.locator("[data-outbox-entry]")).to_have_count(0)


@pytest.mark.parametrize("offline", ["before typing", "before sending"])
def test_a_form_of_the_server_is_judged_when_there_is_a_connection_again(
    visit, page, complaints, project, offline
):
    complaints.allow(OFFLINE)
    complaints.expect("422")
    project.ask("Order.objects.create(number='E-2', customer='Eve', day='2030-03-04')")
    voucher = visit("/voucher/")
    page.context.set_offline(offline == "before typing")
    voucher.type("number", "E-2")
    voucher.type("code", "SPRINGS", leave=False)
    page.context.set_offline(True)
    page.get_by_role("button", name="Redeem").click()
    waiting = page.locator("[data-outbox-entry]")
    expect(waiting).to_contain_text("E-2 · SPRINGS")
    page.context.set_offline(False)
    expect(voucher.errors("code")).to_have_text(["This is not the code of a voucher."])
    expect(voucher.control("number")).to_have_value("E-2")
    voucher.type("code", "SPRING")
    page.get_by_role("button", name="Redeem").click()
    expect(waiting).to_have_count(0)
    assert project.ask("print(Order.objects.get(number='E-2').discount)") == "10"


def test_a_voucher_is_redeemed_by_a_form_that_stays_on_the_server(visit, page, project):
    project.ask("Order.objects.create(number='E-1', customer='Eve', day='2030-03-04')")
    voucher = visit("/voucher/")
    page.evaluate("window.isTheSamePage = true")
    voucher.type("number", "E-0")
    expect(voucher.errors("number")).to_have_text(["There is no such order."])
    voucher.type("number", "E-1")
    expect(voucher.errors("number")).to_have_count(0)
    voucher.type("code", "SUMMER")
    expect(voucher.errors("code")).to_have_text(["This is not the code of a voucher."])
    voucher.type("code", "spring")
    page.get_by_role("button", name="Redeem").click()
    message = page.locator("[data-messages] .clientforms-message-text")
    expect(message).to_have_text("Order E-1 gets a discount of 10 %.")
    expect(voucher.control("code")).to_have_value("")
    assert page.evaluate("window.isTheSamePage === true")


def test_nothing_of_the_form_that_stays_on_the_server_reaches_any_page(visit, page):
    fetched = Fetched(page)
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))  # the admin has none
    for path in ("/", "/1/"):
        visit(path)
        fetched.contents()
    order = visit("/new/")
    fill_line(order, 0, "much", count="6", product="3")
    expect(order.rows("lines").first.locator(".errorlist.nonfield")).to_have_count(1)
    fetched.contents()
    voucher = visit("/voucher/")
    voucher.type("number", "A-1")
    voucher.type("code", "SUMMER")
    expect(voucher.errors("code")).to_have_count(1)
    fetched.contents()
    for path in ("/accounts/login/", "/admin/"):
        page.goto(voucher.server + path)
        contents = fetched.contents()
    orders = FOLDER / "orders"
    assert any(b"class LineForm(forms.ModelForm):" in content for content in contents)
    lines = own_lines(orders / "vouchers.py", [orders / "forms.py", orders / "models.py"])
    assert len(lines) > 20
    digests = re.findall(r'"([0-9a-f]{16})"', (orders / "vouchers.py").read_text("utf-8"))
    assert len(digests) == 2
    secret = [*lines, *digests]
    found = [each for each in secret if any(each.encode() in content for content in contents)]
    assert found == []


def test_the_list_has_small_actions(visit, page, project):
    project.ask("Order.objects.create(number='F-1', customer='Fay', day='2030-03-04')")
    visit("/")
    row = page.locator(".order", has_text="F-1")
    row.get_by_role("button", name="Mark as sent").click()
    expect(row.get_by_role("button", name="Not sent")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(row.get_by_role("button", name="Mark as sent")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    row.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
    assert project.ask("print(Order.objects.filter(number='F-1').exists())") == "False"


def test_the_page_and_the_server_speak_the_language_of_the_session(visit, page, complaints):
    visit("/")
    page.get_by_role("button", name="العربيّة").click()
    order = visit("/new/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    order.type("number", "a17")
    expect(order.errors("number")).to_have_text(["اكتب حرفًا لاتينيًا كبيرًا وشرطة وأرقامًا: A-17."])
    fill_line(order, 0, "much", count="6", product="3")
    expect(order.rows("lines").first.locator(".errorlist.nonfield")).to_have_text("بقي 5 فقط.")


@pytest.mark.parametrize("path", ["/", "/new/", "/1/", "/voucher/"])
def test_its_pages_are_accessible(visit, page, complaints, path):
    if path == "/1/":
        visit(path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (900, 380):
            page.set_viewport_size({"width": width, "height": 900})
            assert findings(page) == []
            assert small_targets(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
