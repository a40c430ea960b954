"""Forms whose Python stays on the server are live in the page nevertheless."""

import pytest
from playwright.sync_api import expect

from tests.server.fetched_contents import Fetched, own_lines
from tests.server.stock_project import StockProject


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return StockProject(tmp_path_factory.mktemp("remote"))


@pytest.fixture(scope="module", params=["http", "socket"])
def address(request, project):
    serving = project.serving_sockets if request.param == "socket" else project.serving
    with serving() as address:
        yield address


@pytest.fixture
def fetched(page):
    """What the page gets."""
    return Fetched(page)


def test_the_server_says_what_is_wrong_in_a_form(visit):
    form = visit("/trip/")
    form.type("place", "Moria")
    expect(form.errors("place")).to_have_text(["One does not simply walk into Moria."])
    form.type("place", "Bree")
    expect(form.errors("place")).to_have_count(0)
    form.type("day", "never")
    expect(form.errors("day")).to_have_text(["Enter a valid date."])
    form.type("day", "2024-02-29")
    form.control("how").select_option("ride")
    form.page.get_by_role("button", name="Save").click()
    expect(form.page.locator(".errorlist.nonfield")).to_have_text("Horses want to eat.")
    form.type("food", "tea", leave=False)
    form.page.get_by_role("button", name="Save").click()
    expect(form.page.locator("body")).to_have_text("Off to Bree")


def test_an_answer_is_renewed_if_its_rule_looks_at_another_field(visit):
    form = visit("/trip/")
    form.type("place", "Rohan")
    form.control("how").select_option("walk")
    expect(form.errors("place")).to_have_text(["Nobody walks in Rohan."])
    form.control("how").select_option("ride")
    expect(form.errors("place")).to_have_count(0)


def test_rows_are_added_moved_and_undone_as_ever(visit):
    trips = visit("/trips/")
    trips.type("trips-0-place", "Bree")
    trips.button("trips", "add").click()
    expect(trips.rows("trips")).to_have_count(2)
    expect(trips.control("trips-1-how").locator("option")).to_have_count(3)
    trips.type("trips-1-place", "Mordor")
    expect(trips.errors("trips-1-place")).to_have_text(["One does not simply walk into Mordor."])
    trips.button("trips", "move-up", row=1).click()
    expect(trips.errors("trips-0-place")).to_have_text(["One does not simply walk into Mordor."])
    expect(trips.errors("trips-1-place")).to_have_count(0)
    trips.button("trips", "remove", row=0).click()
    expect(trips.control("trips-0-place")).to_have_value("Bree")
    trips.page.evaluate("clientforms.formset('trips').undo()")
    expect(trips.control("trips-0-place")).to_have_value("Mordor")
    expect(trips.errors("trips-0-place")).to_have_text(["One does not simply walk into Mordor."])


def test_nothing_of_the_source_reaches_the_page(visit, fetched, project):
    trips = visit("/trips/")
    trips.type("trips-0-place", "Mordor")
    expect(trips.errors("trips-0-place")).to_have_count(1)
    contents = fetched.contents()
    assert any(b"class LineForm(forms.Form):" in content for content in contents)  # in an archive
    orders = project.folder / "orders"
    lines = [
        line
        for name in ("trips.py", "dangers.py")
        for line in own_lines(orders / name, [orders / "forms.py"])
    ]
    assert len(lines) > 12
    found = [line for line in lines if any(line.encode() in content for content in contents)]
    assert found == []


def test_a_remote_form_in_a_packed_module_is_refused(project, tmp_path):
    apps = project.folder / "orders/apps.py"
    before = apps.read_text("utf-8")
    project.write("orders/apps.py", before + "        register(forms.BrokenForm, packed=False)\n")
    said = project.output("manage.py", "clientforms_build")
    project.write("orders/apps.py", before)
    assert "is registered with packed=False, but pages would get its module" in said
    assert "Move the form to a module of its own" in said
