"""A fresh project follows the docs' three steps word for word, and has live forms."""

import pytest
from playwright.sync_api import expect

from tests.server.startproject import Project


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return Project(tmp_path_factory.mktemp("startproject"))


@pytest.fixture(scope="module")
def address(project):
    with project.serving() as address:
        yield address


@pytest.fixture
def order(visit):
    """The project's page, live."""
    return visit("/order/")


def test_the_forms_are_live_and_post_to_the_view(order):
    page = order.page
    order.button("lines", "add").click()
    expect(order.rows("lines")).to_have_count(2)
    order.type("day", "never")
    expect(order.errors("day")).to_have_text(["Enter a valid date."])
    page.get_by_role("button", name="Order").click()
    order.first_error()
    expect(page.locator("[aria-invalid=true]").first).to_be_focused()
    order.type("customer", "Ada")
    order.type("day", "2024-02-29")
    for row, product in enumerate(("Tea", "Salt")):
        order.type(f"lines-{row}-product", product)
        order.type(f"lines-{row}-count", "1")
    page.get_by_role("button", name="Order").click()
    expect(page.locator("body")).to_have_text("Thanks, Ada: Tea, Salt")


def test_what_the_server_says_is_taken_over(order):
    page = order.page
    page.evaluate("document.querySelector('[name=day]').value = 'never'")
    page.evaluate("document.querySelector('form').submit()")  # past every check of the page's
    order.wait_until_ready()
    expect(order.errors("day")).to_have_text(["Enter a valid date."])
    order.type("day", "2024-02-29")
    expect(order.errors("day")).to_have_count(0)


def test_without_scripts_it_is_a_plain_django_page(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/order/")
    page.fill("[name=customer]", "Ada")
    page.fill("[name=day]", "never")
    page.get_by_role("button", name="Order").click()
    expect(page.locator("#id_day_error")).to_have_text("Enter a valid date.")
    page.fill("[name=day]", "2024-02-29")
    page.fill("[name=lines-0-product]", "Tea")
    page.fill("[name=lines-0-count]", "1")
    page.get_by_role("button", name="Order").click()
    expect(page.locator("body")).to_have_text("Thanks, Ada: Tea")
    context.close()


def test_the_admin_is_as_it_was(visitor, address):
    page = visitor
    page.goto(f"{address}/admin/login/")
    expect(page.locator("#id_username")).to_be_visible()
    assert "clientforms" not in page.content()
    assert page.evaluate("typeof window.clientforms") == "undefined"
