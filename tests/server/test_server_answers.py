"""What only the server knows appears while somebody types, beside the right row."""

import re

import pytest
from playwright.sync_api import expect

from tests.server.held_answers import HeldAnswers
from tests.server.stock_project import StockProject


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return StockProject(tmp_path_factory.mktemp("stock"))


@pytest.fixture(scope="module", params=["http", "socket"])
def served(request, project):
    """What carries the questions, and the address of the server; sockets have two processes."""
    if request.param == "http":
        serving = project.serving()
    else:
        project.manage("clientforms_build")  # otherwise both processes might
        serving = project.serving_sockets("--workers", "2")
    with serving as address:
        yield request.param, address


@pytest.fixture
def address(served):
    return served[1]


@pytest.fixture
def answers(page, served):
    """What the page asks. Before the page is there."""
    return HeldAnswers(page)


@pytest.fixture
def lines(visit):
    """The page with a rule that asks the ORM."""
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


def test_an_answer_appears_beside_its_row_after_that_was_moved(answers, lines):
    lines.type("lines-0-product", "tea")
    answers.hold()
    lines.type("lines-1-product", "sand")
    expect(lines.control("lines-1-product")).to_have_attribute("aria-busy", "true")
    lines.button("lines", "move-up", row=1).click()
    expect(lines.control("lines-0-product")).to_have_value("sand")
    answers.let_go()
    expect(lines.errors("lines-0-product")).to_have_text(["There is no product sand."])
    expect(lines.errors("lines-1-product")).to_have_count(0)
    expect(lines.page.locator("[aria-busy]")).to_have_count(0)


def test_an_answer_about_an_older_value_is_dropped(answers, lines):
    answers.hold()
    lines.type("lines-0-product", "sand")
    expect(lines.control("lines-0-product")).to_have_attribute("aria-busy", "true")
    lines.type("lines-0-product", "tea")
    answers.let_go()
    expect(lines.page.locator("[aria-busy]")).to_have_count(0)
    expect(lines.errors("lines-0-product")).to_have_count(0)
    assert [_products(question) for question in answers.asked] == [["sand", ""], ["tea"]]


def test_a_question_says_what_has_changed(answers, lines):
    lines.type("lines-0-product", "sand")
    expect(lines.errors("lines-0-product")).to_have_count(1)
    lines.type("lines-1-product", "mud")
    expect(lines.errors("lines-1-product")).to_have_count(1)
    first, second = answers.asked
    assert "base" not in first
    assert second["base"] == first["number"]
    assert [list(row.values()) for row in second["rows"].values()] == [[["mud"]]]
    assert "order" not in second


def _products(question):
    rows = question["rows"].values()
    return [row["__prefix__-product"][0] for row in rows if "__prefix__-product" in row]


def test_the_page_asks_over_what_there_is(answers, served, visit):
    form = visit("/product/")
    form.type("code", "tea")
    expect(form.errors("code")).to_have_count(1)
    assert ["id" in question for question in answers.asked] == [served[0] == "socket"]


def test_the_page_asks_over_http_while_there_is_no_socket(visit):
    form = visit("/product/")
    form.page.route_web_socket("**/clientforms/answers/*", lambda socket: socket.close())
    with form.page.expect_response("**/clientforms/answers/*") as response:
        form.type("code", "tea")
    assert response.value.status == 200
    expect(form.errors("code")).to_have_count(1)


def test_a_submit_waits_for_the_answer(lines):
    form = lines
    form.type("lines-0-count", "1")
    form.type("lines-0-product", "sand", leave=False)
    form.page.get_by_role("button", name="Save").click()
    expect(form.errors("lines-0-product")).to_have_text(["There is no product sand."])
    assert form.first_error() == "lines-0-product"
    form.type("lines-0-product", "tea", leave=False)
    form.page.get_by_role("button", name="Save").click()
    expect(form.page.locator("body")).to_have_text("Ordered tea")


def test_the_form_stays_usable_if_the_server_cannot_be_asked(lines, complaints):
    complaints.expect("asks for a connection. The page leaves this rule")
    page = lines.page
    page.route(
        "**/clientforms/answers/*",
        lambda route: route.fulfill(body="<h1>502 Bad Gateway</h1>", content_type="text/html"),
    )
    page.route_web_socket("**/clientforms/answers/*", lambda socket: socket.close())
    lines.type("lines-0-product", "tea")
    expect(page.locator("small", has_text="The server checks this.")).to_have_count(1)
    lines.type("lines-0-count", "1")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("body")).to_have_text("Ordered tea")


def test_a_rule_that_nobody_answers_is_a_warning(visit, page, complaints, address):
    complaints.expect(
        r"clean_product\(\) asks for a database. The page leaves this rule to the server."
    )

    def without_answers(route):
        html = re.sub(r' data-(questions|socket)="[^"]*"', "", route.fetch().text())
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    page.route(f"{address}/lines/", without_answers)
    lines = visit("/lines/")
    lines.type("lines-0-product", "tea")
    expect(page.locator("small", has_text="The server checks this.")).to_have_count(1)
