"""What only the server knows about formsets inside rows appears beside the right inner row."""

import json

import pytest
from django import forms
from django.test import override_settings
from playwright.sync_api import expect

from clientforms.server.refusals import Refusal
from clientforms.server.registry import Registration
from tests.server.held_answers import HeldAnswers
from tests.server.shelf_project import ShelfProject
from tests.server.test_answers import answer_here


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return ShelfProject(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module", params=["http", "socket"])
def address(request, project):
    serving = project.serving_sockets if request.param == "socket" else project.serving
    with serving() as address:
        yield address


@pytest.fixture
def answers(page):
    return HeldAnswers(page)


def test_an_inner_row_gets_its_answer(visit):
    boxes = visit("/boxes/")
    boxes.type("boxes-0-name", "One")
    boxes.type("boxes-0-items-0-code", "sand")
    expect(boxes.errors("boxes-0-items-0-code")).to_have_text(["There is no product sand."])
    boxes.type("boxes-1-items-0-code", "tea")
    boxes.type("boxes-0-items-0-code", "salt")
    expect(boxes.page.locator("[aria-busy]")).to_have_count(0)
    expect(boxes.page.locator(".errorlist")).to_have_count(0)
    expect(boxes.page.locator("small", has_text="The server checks this.")).to_have_count(0)


def test_it_gets_it_after_rows_were_moved_at_both_levels(answers, visit):
    boxes = visit("/boxes/")
    boxes.type("boxes-1-name", "Two")
    boxes.call("clientforms.formset('boxes-1-items').addAnother()")
    boxes.type("boxes-1-items-0-code", "tea")
    expect(boxes.page.locator("[aria-busy]")).to_have_count(0)
    answers.hold()
    boxes.type("boxes-1-items-1-code", "sand")
    expect(boxes.control("boxes-1-items-1-code")).to_have_attribute("aria-busy", "true")
    boxes.call("clientforms.formset('boxes').move(1, 0)")
    boxes.call("clientforms.formset('boxes-0-items').removeForm(0)")
    expect(boxes.control("boxes-0-items-0-code")).to_have_value("sand")
    answers.let_go()
    expect(boxes.errors("boxes-0-items-0-code")).to_have_text(["There is no product sand."])
    expect(boxes.page.locator(".errorlist")).to_have_count(1)
    expect(boxes.page.locator("[aria-busy]")).to_have_count(0)


def test_an_inner_formset_gets_its_answer_as_a_whole(visit):
    boxes = visit("/boxes/")
    boxes.type("boxes-0-name", "One")
    for index in range(3):
        if index:
            boxes.call("clientforms.formset('boxes-0-items').addAnother()")
        boxes.type(f"boxes-0-items-{index}-code", "tea")
    inner = boxes.page.get_by_role("group", name="Items").first
    expect(inner.locator(".errorlist.nonform li")).to_have_text("We have fewer products than that.")
    boxes.call("clientforms.formset('boxes-0-items').removeForm(2)")
    expect(inner.locator(".errorlist.nonform")).to_have_count(0)


def test_an_answer_that_does_not_fit_shows_nothing(page, visit, complaints):
    complaints.expect("asks for a connection. The page leaves this rule")

    def answer_for_others(route):
        said = route.fetch().json()
        for each in said.get("inside", []):
            each["forms"].append({})
        route.fulfill(json=said)

    def answer_over_socket(socket):
        server = socket.connect_to_server()

        def reply(message):
            said = json.loads(message)
            for each in said.get("inside", []):
                each["forms"].append({})
            socket.send(json.dumps(said))

        server.on_message(reply)

    page.route("**/clientforms/answers/*", answer_for_others)
    page.route_web_socket("**/clientforms/answers/*", answer_over_socket)
    boxes = visit("/boxes/")
    boxes.type("boxes-0-name", "One")
    boxes.type("boxes-0-items-0-code", "sand")
    expect(page.locator("small", has_text="The server checks this.")).to_have_count(1)
    expect(page.locator(".errorlist")).to_have_count(0)


class PageForm(forms.Form):
    text = forms.SlugField()


PageFormSet = forms.formset_factory(PageForm, can_delete=True)


class BaseBookFormSet(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        data = form.data if form.is_bound else None
        form.pages = PageFormSet(data=data, prefix=f"{form.prefix}-pages")


BookFormSet = forms.formset_factory(PageForm, formset=BaseBookFormSet)


def _books(total, **pages):
    management = {f"form-0-pages-{name}": [str(total)] for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    more = {f"form-0-pages-{name.replace('_', '-')}": [value] for name, value in pages.items()}
    registration = Registration(BookFormSet, "books")
    return answer_here(
        registration, {"a": {"__prefix__-text": ["one"]}}, more={**management, **more}
    )


def test_inner_errors_come_by_number_without_those_of_deleted_rows():
    said = _books(3, **{"0_text": "a b", "1_text": "fine", "2_text": "c d", "2_DELETE": "on"})
    assert said["errors"] == {}
    (inside,) = said["inside"]
    assert inside["prefix"] == "form-0-pages"
    assert [list(errors) for errors in inside["forms"]] == [["text"], [], []]


@override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=20)
def test_nobody_lets_the_server_make_more_inner_rows_than_a_post_has_fields():
    with pytest.raises(Refusal, match="DATA_UPLOAD_MAX_NUMBER_FIELDS"):
        _books(21)
