"""What a push does to a live form or formset: Django says the same of what it would post."""

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict

from clientforms import ClientForm, ClientFormSet, ConditionalFieldsMixin
from clientforms.online.pushed_changes import PushedChanges

GONE = "Select a valid choice. s is not one of the available choices."
CITIES = {"at": [("g", "Graz")], "de": [("b", "Berlin")]}


def shirt(choices):
    class ShirtForm(ConditionalFieldsMixin, forms.Form):
        size = forms.ChoiceField(choices=choices)
        colours = forms.MultipleChoiceField(choices=[("r", "Red"), ("b", "Blue")], required=False)
        country = forms.ChoiceField(choices=[("at", "Austria"), ("de", "Germany")])
        city = forms.ChoiceField()

        choices_for = {"city": lambda data: CITIES.get(data["country"], [])}

    return ShirtForm


def plain(choices):
    class PlainForm(forms.Form):
        size = forms.ChoiceField(choices=choices)
        name = forms.CharField()

    return PlainForm


BEFORE, AFTER = [("s", "Small"), ("m", "Medium")], [("m", "Medium"), ("l", "Large")]
ROWS = {
    plain: [{"size": "s", "name": "Ada"}, {"size": "m", "name": ""}],
    shirt: [
        {"size": "s", "colours": ["r"], "country": "at", "city": "g"},
        {"size": "m", "colours": ["r", "b"], "country": "de", "city": "b"},
    ],
}


def push(live, *pushes):
    changes = PushedChanges(lambda: live)
    for each in pushes:
        changes.take(each, about_one=False)
    return changes


def to_size(choices):
    return {"field": "size", "choices": [list(pair) for pair in choices]}


def errors(*messages, field="__all__"):
    return {"errors": {field: [{"message": each, "code": ""} for each in messages]}}


@pytest.mark.parametrize("make", [plain, shirt])
@pytest.mark.parametrize("count", [2, 50])
def test_django_says_the_same_of_a_formset(make, count):
    options = {"extra": 0, "can_delete": True, "can_order": True}
    live = ClientFormSet(forms.formset_factory(make(BEFORE), **options), prefix="x")
    live.set_data(ROWS[make] * (count // 2))
    push(live, to_size(BEFORE[:1]), to_size(AFTER))
    live.add_another()
    live.move(0, 1)
    posted = live.post_data()
    django = forms.formset_factory(make(AFTER), **options)(MultiValueDict(posted), prefix="x")
    assert live.errors == django.errors
    assert posted["x-1-size"] == ["s"]
    assert live.errors[1]["size"] == [GONE]


@pytest.mark.parametrize("make", [plain, shirt])
def test_a_chosen_value_stays_and_is_valid_again_if_it_comes_back(make):
    live = ClientForm(make(BEFORE))
    live.set_data(ROWS[make][0])
    changes = push(live, to_size(AFTER))
    assert live.post_data()["size"] == ["s"]
    assert live.errors["size"] == [GONE]
    changes.take(to_size(BEFORE), about_one=False)
    assert live.is_valid()
    assert live.post_data()["size"] == ["s"]


def test_nobody_chose_what_a_select_shows_at_first():
    live = ClientForm(plain(BEFORE))
    push(live, to_size(AFTER))
    assert live.post_data()["size"] == ["m"]
    assert "size" not in live.errors


def test_other_errors_of_the_server_stay():
    live = ClientForm(plain(BEFORE))
    live.set_errors({"name": ["Taken."]})
    changes = push(live, errors("Closed."), errors("Full.", "Over."))
    assert live.errors["__all__"] == ["Full.", "Over."]
    changes.take({"errors": {}}, about_one=False)
    assert "__all__" not in live.errors
    assert live.errors["name"] == ["This field is required.", "Taken."]


def test_pushes_to_all_and_about_one_object_are_kept_apart():
    live = ClientForm(plain(BEFORE))
    changes = push(live, errors("To all."))
    changes.take(errors("To one."), about_one=True)
    assert live.errors["__all__"] == ["To all.", "To one."]
    changes.take({"errors": {}}, about_one=False)
    assert live.errors["__all__"] == ["To one."]


def test_the_same_error_is_not_shown_twice():
    live = ClientForm(plain(BEFORE))
    live.set_errors({"__all__": ["Closed."]})
    push(live, errors("Closed."), errors("Closed."))
    assert live.errors["__all__"] == ["Closed."]


def test_choices_leave_pushed_errors_alone():
    for live in (
        ClientForm(plain(BEFORE)),
        ClientFormSet(forms.formset_factory(plain(BEFORE)), prefix="x"),
    ):
        push(live, errors("Closed."), to_size(AFTER))
        found = live.errors["__all__"] if isinstance(live, ClientForm) else live.non_form_errors()
        assert found == ["Closed."]
