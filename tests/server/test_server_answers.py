"""What only the server knows appears while somebody types, beside the right row."""

import pytest
from playwright.sync_api import expect

from tests.browser.live_page import LivePage
from tests.server.stock_project import StockProject


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return StockProject(tmp_path_factory.mktemp("stock"))


@pytest.fixture(scope="module")
def address(project):
    with project.serving() as address:
        yield address


@pytest.fixture
def visit(page, complaints, address):
    """Return a function that opens a page of the project, live."""
    complaints.allow_origin(address)
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))

    def open_page(path):
        page.goto(f"{address}{path}")
        return LivePage(page, address).wait_until_ready()

    return open_page


@pytest.fixture
def lines(visit, complaints):
    """The page with a rule that asks the ORM, of which the console says so."""
    complaints.expect(r"clean_product\(\) asks for a database. The page leaves this rule")
    return visit("/lines/")


def test_a_code_that_is_taken_is_named_while_typing(visit):
    form = visit("/product/")
    form.type("code", "tea")
    expect(form.errors("code")).to_have_text(["Product with this Code already exists."])
    form.type("code", "rice")
    expect(form.errors("code")).to_have_count(0)


def test_a_stored_object_may_keep_its_code(visit):
    form = visit("/product/1/")
    form.type("code", "salt")
    expect(form.errors("code")).to_have_text(["Product with this Code already exists."])
    form.type("code", "tea")
    expect(form.errors("code")).to_have_count(0)


def test_an_answer_appears_beside_its_row_after_that_was_moved(lines):
    form, page, held = lines, lines.page, []
    page.route("**/clientforms/answers/*", lambda route: held.append(route))
    form.type("lines-0-product", "tea")
    with page.expect_request("**/clientforms/answers/*"):
        form.type("lines-1-product", "sand")
    expect(form.control("lines-1-product")).to_have_attribute("aria-busy", "true")
    form.button("lines", "move-up", row=1).click()
    expect(form.control("lines-0-product")).to_have_value("sand")
    page.unroute("**/clientforms/answers/*")
    for route in held:
        route.continue_()
    expect(form.errors("lines-0-product")).to_have_text(["There is no product sand."])
    expect(form.errors("lines-1-product")).to_have_count(0)
    expect(page.locator("[aria-busy]")).to_have_count(0)


def test_an_answer_about_an_older_value_is_dropped(lines):
    form, page, held = lines, lines.page, []
    page.route("**/clientforms/answers/*", lambda route: held.append(route))
    with page.expect_request("**/clientforms/answers/*"):
        form.type("lines-0-product", "sand")
    form.type("lines-0-product", "tea")
    page.unroute("**/clientforms/answers/*")
    with page.expect_response("**/clientforms/answers/*"):
        held[0].continue_()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    expect(form.errors("lines-0-product")).to_have_count(0)


def test_a_question_says_what_has_changed(lines):
    form, page = lines, lines.page
    with page.expect_response("**/clientforms/answers/*") as first:
        form.type("lines-0-product", "tea")
    assert first.value.json()["kept"]
    with page.expect_response("**/clientforms/answers/*") as second:
        form.type("lines-1-product", "salt")
    said = second.value.request.post_data_json
    assert [list(row.values()) for row in said["rows"].values()] == [[["salt"]]]
    assert "order" not in said


def test_a_submit_waits_for_the_answer(lines):
    form = lines
    form.type("lines-0-count", "1")
    form.type("lines-0-product", "sand", leave=False)
    form.page.get_by_role("button", name="Save").click()
    expect(form.errors("lines-0-product")).to_have_text(["There is no product sand."])
    expect(form.control("lines-0-product")).to_be_focused()
    form.type("lines-0-product", "tea", leave=False)
    form.page.get_by_role("button", name="Save").click()
    expect(form.page.locator("body")).to_have_text("Ordered tea")


def test_the_form_stays_usable_if_the_server_cannot_be_asked(lines, complaints):
    complaints.expect("asks for a connection. The page leaves this rule")
    form = lines
    form.page.route(
        "**/clientforms/answers/*",
        lambda route: route.fulfill(body="<h1>502 Bad Gateway</h1>", content_type="text/html"),
    )
    form.type("lines-0-product", "tea")
    expect(form.page.locator("small", has_text="The server checks this.")).to_have_count(1)
    form.type("lines-0-count", "1")
    form.page.get_by_role("button", name="Save").click()
    expect(form.page.locator("body")).to_have_text("Ordered tea")
