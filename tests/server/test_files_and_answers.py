"""Files in forms that ask their server, packed and remote: no question carries them, the submission does."""

import pytest
from playwright.sync_api import expect

from tests.server.shelf_project import ShelfProject

PAPER = {"name": "paper.txt", "mimeType": "text/plain", "buffer": b"Much ado"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return ShelfProject(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module", params=["http", "socket"])
def address(request, project):
    serving = project.serving_sockets if request.param == "socket" else project.serving
    with serving() as address:
        yield address


def save(live):
    live.page.get_by_role("button", name="Save").click()


def test_a_file_that_is_required_is_missed_until_it_is_chosen(visit):
    form = visit("/report/")
    save(form)
    expect(form.errors("paper")).to_have_text(["Attach the paper."])
    expect(form.errors("title")).to_have_text(["This field is required."])
    form.page.set_input_files("[name=paper]", PAPER)
    expect(form.errors("paper")).to_have_count(0)
    form.type("title", "tea")
    expect(form.errors("title")).to_have_text(["This is the code of a product."])
    expect(form.page.locator(".errorlist")).to_have_count(1)
    form.type("title", "Tea")
    expect(form.page.locator(".errorlist")).to_have_count(0)
    save(form)
    expect(form.page.locator("body")).to_have_text("Tea: Much ado")


def test_a_rule_that_may_look_at_a_chosen_file_waits_for_the_submission(visit):
    form = visit("/report/")
    form.page.set_input_files("[name=paper]", PAPER)
    form.type("title", "Annual")
    expect(form.page.locator("[aria-busy]")).to_have_count(0)
    expect(form.page.locator(".errorlist")).to_have_count(0)
    save(form)
    expect(form.errors("title")).to_have_text(["An annual report has an appendix."])
    expect(form.page.locator(".errorlist li")).to_have_count(2)  # and browsers empty file inputs


def test_a_row_with_nothing_but_a_file_is_filled_in(visit):
    reports = visit("/reports/")
    reports.page.set_input_files("[name=reports-1-paper]", PAPER)
    save(reports)
    expect(reports.errors("reports-1-title")).to_have_text(["This field is required."])
    expect(reports.page.locator(".errorlist")).to_have_count(1)
    reports.type("reports-1-title", "Tea")
    expect(reports.page.locator(".errorlist")).to_have_count(0)
    save(reports)
    expect(reports.page.locator("body")).to_have_text("Much ado")


def test_a_packed_form_with_a_file_asks_about_its_other_rules(visit):
    form = visit("/parcel/")
    form.type("code", "sand")
    expect(form.errors("code")).to_have_text(["There is no product sand."])
    form.type("code", "tea")
    expect(form.errors("code")).to_have_count(0)
    whole = form.page.locator(".errorlist.nonfield li")
    expect(whole).to_have_text(["For tea, we need a picture."])
    form.page.set_input_files("[name=picture]", PAPER)
    expect(whole).to_have_count(0)
    expect(form.page.locator("small", has_text="The server checks this.")).to_have_count(1)
    save(form)
    expect(form.page.locator("body")).to_have_text("tea: paper.txt")
