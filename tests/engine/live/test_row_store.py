"""What a change costs among many rows: only what it changed is made and cleaned again."""

from collections import Counter

import pytest
from django import forms
from django.core.exceptions import ValidationError

from clientforms import ClientFormSet
from clientforms.changes import (
    EditingChanged,
    FieldErrorsChanged,
    FormAdded,
    FormRenumbered,
    NonFormErrorsChanged,
    VerdictChanged,
)
from tests.engine.oracle import assert_same_verdict

CLEANED: Counter[str] = Counter()


class CountedForm(forms.Form):
    title = forms.CharField(max_length=20)
    email = forms.EmailField(required=False)

    def clean_title(self):
        CLEANED[self.cleaned_data["title"]] += 1
        return self.cleaned_data["title"]


class DistinctTitles(forms.BaseFormSet):
    def clean(self):
        CLEANED["the formset"] += 1
        titles = [form.cleaned_data.get("title") for form in self.forms]
        if len(set(titles)) < len(titles):
            raise ValidationError("Titles must be distinct.")


CountedFormSet = forms.formset_factory(
    CountedForm, formset=DistinctTitles, extra=0, can_delete=True, max_num=500
)


class NumberedForm(forms.Form):
    """Its cleaning looks at its own number, by way of a function."""

    title = forms.CharField()

    def clean_title(self):
        return f"{number_of(self)} {self.cleaned_data['title']}"


def number_of(form: forms.Form) -> str:
    return form.prefix


@pytest.fixture
def live() -> ClientFormSet:
    made = ClientFormSet(CountedFormSet, prefix="a")
    made.set_data([{"title": f"title {index}"} for index in range(200)])
    CLEANED.clear()
    return made


def titles_cleaned() -> list[str]:
    return [name for name in CLEANED.elements() if name != "the formset"]


def type_title(live: ClientFormSet, index: int, title: str) -> None:
    live.input(live.keys[index], {f"a-{index}-title": [title]})
    live.validate_field(live.keys[index], "title")


def test_typing_cleans_the_row_that_was_typed_into(live):
    type_title(live, 100, "another")
    assert titles_cleaned() == ["another"]
    assert_same_verdict(live)


def test_removing_and_adding_cleans_no_other_row(live):
    live.remove_form(100)
    assert titles_cleaned() == []
    live.add_another()
    assert titles_cleaned() == []
    assert live.forms[150].prefix == "a-150"
    assert live.forms[150].cleaned_data["title"] == "title 151"
    assert_same_verdict(live)
    live.undo()
    live.undo()
    assert_same_verdict(live)


def test_errors_of_renumbered_forms_carry_their_new_ids(live):
    type_title(live, 150, "much longer than it may be")
    live.remove_form(3)
    errors = live.forms[149].errors["title"]
    assert 'id="id_a-149-title_error"' in str(errors)
    assert 'id="id_a-149-title"' in str(live.forms[149]["title"])
    assert_same_verdict(live)


def test_a_form_that_looks_at_its_number_is_cleaned_again():
    live = ClientFormSet(forms.formset_factory(NumberedForm, extra=0), prefix="a")
    live.set_data([{"title": title} for title in "xyz"])
    live.remove_form(0)
    assert [form.cleaned_data["title"] for form in live.forms] == ["a-0 y", "a-1 z"]
    assert_same_verdict(live)


def test_a_form_that_counts_as_required_at_its_new_number_is_cleaned_again():
    counted = forms.formset_factory(CountedForm, extra=3, min_num=1)
    live = ClientFormSet(counted, prefix="a")
    type_title(live, 0, "first")
    live.move(0, 2)
    live.validate()
    assert live.errors == [{"title": ["This field is required."]}, {}, {}, {}]
    assert_same_verdict(live)


def test_errors_that_a_formset_adds_to_forms_are_not_kept_for_the_next_run():
    class Marking(forms.BaseFormSet):
        def clean(self):
            titles = [form.cleaned_data.get("title") for form in self.forms]
            for form, title in zip(self.forms, titles, strict=True):
                if titles.count(title) > 1:
                    form.add_error("title", "Not distinct.")
                form.cleaned_data["seen"] = form.cleaned_data.get("seen", 0) + 1

    live = ClientFormSet(forms.formset_factory(CountedForm, formset=Marking, extra=0), prefix="a")
    live.set_data([{"title": "x"}, {"title": "x"}, {"title": "y"}])
    assert [len(errors) for errors in live.errors] == [1, 1, 0]
    type_title(live, 2, "x")
    assert [len(errors["title"]) for errors in live.errors] == [1, 1, 1]
    type_title(live, 0, "z")
    type_title(live, 1, "w")
    assert [len(errors) for errors in live.errors] == [0, 0, 0]
    assert [form.cleaned_data["seen"] for form in live.forms] == [1, 1, 1]


def test_a_page_is_told_of_a_row_before_the_formset_is_cleaned(live):
    told, postponed = [], []
    live.subscribe(told.extend)
    live.postpone = lambda: postponed.append(True)
    type_title(live, 100, "much longer than it may be")
    assert [type(each) for each in told] == [FieldErrorsChanged, EditingChanged]
    assert CLEANED["the formset"] == 0
    assert postponed
    told.clear()
    type_title(live, 100, "title 5")
    live.refresh()
    assert [type(each) for each in told[:2]] == [FieldErrorsChanged, NonFormErrorsChanged]
    assert CLEANED["the formset"] == 1
    told.clear()
    live.add_another()
    assert isinstance(told[0], FormAdded)
    assert CLEANED["the formset"] == 1


def test_whoever_asks_gets_the_whole_truth_at_once(live):
    live.postpone = lambda: None
    type_title(live, 100, "title 5")
    assert [str(each) for each in live.non_form_errors()] == ["Titles must be distinct."]
    told = []
    live.subscribe(told.extend)
    assert live.validate() is False
    assert VerdictChanged(False) in told
    live.remove_form(0)
    assert sum(isinstance(each, FormRenumbered) for each in told) == 199
    assert_same_verdict(live)


def test_rows_can_be_cleaned_a_few_at_a_time():
    initial = [{"title": f"title {index}"} for index in range(50)]
    live = ClientFormSet(CountedFormSet, prefix="a", initial=initial)
    CLEANED.clear()
    assert live.clean_some(20) is False
    assert len(titles_cleaned()) == 20
    assert live.clean_some(40) is True
    assert len(titles_cleaned()) == 50
    live.is_valid()
    assert len(titles_cleaned()) == 50


class WillfulForm(CountedForm):
    """It changes its fields while it is cleaned, which other rows must not see."""

    def clean_title(self):
        title = super().clean_title()
        if title == "optional":
            self.fields["email"].required = False
        return title


def test_a_form_that_changes_its_fields_changes_those_of_no_other_row():
    class Form(WillfulForm):
        email = forms.EmailField()

    live = ClientFormSet(forms.formset_factory(Form, extra=0), prefix="a")
    live.set_data([{"title": "optional"}, {"title": "plain"}])
    assert [list(errors) for errors in live.errors] == [[], ["email"]]
    assert_same_verdict(live)


def test_forms_that_leave_their_fields_alone_share_them(live):
    assert live.forms[0].fields["title"] is live.forms[1].fields["title"]
    assert live.forms[0].fields["title"] is not CountedForm.base_fields["title"]
    assert live.forms[0].fields is not live.forms[1].fields


def test_attributes_that_go_with_errors_are_each_rows_own(live):
    told = []
    live.subscribe(told.extend)
    for index in (3, 4):
        type_title(live, index, "much longer than it may be")
    attrs = [
        each.attrs["aria-describedby"] for each in told if isinstance(each, FieldErrorsChanged)
    ]
    assert attrs == ["id_a-3-title_error", "id_a-4-title_error"]


def test_steps_to_undo_share_what_they_know_of_rows(live):
    for _ in range(3):
        live.add_another()
    states = [state for step in live._arrangement.history._before for state in step.rows]
    assert len(states) == 603
    assert len(set(map(id, states))) <= 204


def test_what_somebody_does_to_the_forms_they_got_lasts_until_the_next_change(live):
    live.formset.forms[7].add_error("title", "Mine.")
    assert len(live.formset.errors[7]) == 1
    type_title(live, 3, "another")
    assert live.errors[7] == {}
    assert_same_verdict(live)
