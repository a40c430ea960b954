"""What answers sooner than Django answers the same."""

import datetime

import pytest
from django import forms
from django.forms import (
    BaseForm,
    ChoiceField,
    DateField,
    DateTimeField,
    TimeField,
    formset_factory,
)
from django.forms.widgets import ChoiceWidget
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.utils.translation import trans_real

from clientforms import ClientFormSet
from clientforms.changes import FieldErrorsChanged
from clientforms.engine.shortcuts import django_patches
from tests.engine.builders import changes_of, type_into
from tests.engine.oracle import assert_same_verdict


def install(patches):
    patches.setattr(BaseForm, "has_changed", BaseForm.has_changed)
    for owner, name in (
        (ChoiceField, "__deepcopy__"),
        (ChoiceWidget, "__deepcopy__"),
        (ChoiceWidget, "render"),
    ):
        patches.setattr(owner, name, getattr(owner, name))
    for field in (DateField, TimeField, DateTimeField):
        patches.setattr(field, "strptime", field.strptime)
    for module in (trans_real, timezone):
        patches.setattr(module, "_active", module._active)
    django_patches.install()


@pytest.fixture
def installed(monkeypatch):
    """As in a page, until the test ends."""
    install(monkeypatch)


class Meeting(forms.Form):
    name = forms.CharField()
    day = forms.DateField()
    hour = forms.TimeField(required=False)
    noted = forms.DateTimeField(required=False)


DATA = {"name": "Ada", "day": "2026-11-21", "hour": "09:30", "noted": "21/11/2026"}


@pytest.mark.parametrize("changed", [{}, {"name": "Bob"}, {"day": "x"}, {"noted": "2025-01-01"}])
def test_a_form_has_changed_where_a_field_has(installed, changed):
    initial = Meeting(DATA)
    assert not initial.is_valid()  # 21/11/2026 is no date in English
    initial = {"name": "Ada", "day": datetime.date(2026, 11, 21), "hour": datetime.time(9, 30)}
    form = Meeting({**DATA, "noted": "", **changed}, initial=initial)
    assert form.has_changed() is bool(changed)
    assert form.changed_data == list(changed)
    assert form.has_changed() is bool(changed)


def test_a_form_that_says_itself_what_has_changed_is_believed(installed):
    class Stubborn(Meeting):
        @property
        def changed_data(self):
            return ["name"]

    assert Stubborn({}, initial={}).has_changed()


def test_a_text_is_a_date_in_one_language_and_none_in_another(installed):
    field = forms.DateField()
    with translation.override("de"):
        assert field.clean("21.11.2026") == datetime.date(2026, 11, 21)
    with pytest.raises(forms.ValidationError):
        field.clean("21.11.2026")
    assert translation.get_language() == "en"


def test_languages_and_time_zones_begin_and_end(installed):
    with translation.override("fr"):
        assert translation.gettext("This field is required.") == "Ce champ est obligatoire."
        with translation.override(None):
            assert translation.get_language() is None
        assert translation.get_language() == "fr"
    translation.deactivate()
    assert translation.get_language() == "en"
    with timezone.override("Europe/Paris"):
        assert timezone.get_current_timezone_name() == "Europe/Paris"
    assert timezone.get_current_timezone_name() == "UTC"


def test_what_was_active_before_stays_active(monkeypatch):
    with translation.override("it"), monkeypatch.context() as patches:
        install(patches)
        assert translation.get_language() == "it"


def test_a_formset_has_the_same_verdict(installed):
    live = ClientFormSet(formset_factory(Meeting, extra=3), initial=[{"name": "Ada"}])
    type_into(live, 1, **DATA)
    assert_same_verdict(live)
    live.set_data([DATA, {}, {"day": "no day"}, {"name": "Cy", "day": "2026-11-21"}])
    assert_same_verdict(live)


# A text that was cleaned is not cleaned again


def counted(calls):
    def validator(value):
        calls.append(value)

    return validator


def test_an_authors_validator_is_asked_each_time():
    calls = []

    class Counted(forms.Form):
        name = forms.CharField(validators=[counted(calls)])
        other = forms.CharField(required=False)

    live = ClientFormSet(formset_factory(Counted, extra=1))
    type_into(live, 0, name="Ada")
    live.is_valid()
    before = len(calls)
    type_into(live, 0, other="x")
    live.is_valid()
    assert calls[before:] == ["Ada"]


def test_a_limit_that_moves_is_asked_each_time():
    limit = 5

    class Bounded(forms.Form):
        count = forms.IntegerField(max_value=lambda: limit)

    live = ClientFormSet(formset_factory(Bounded, extra=2))
    type_into(live, 0, count="5")
    assert live.is_valid()
    limit = 4
    type_into(live, 1, count="5")
    assert live.errors[1]


def test_choices_that_a_function_gives_are_asked_each_time():
    choices = [("", "–"), ("a", "A")]

    class Choosing(forms.Form):
        one = forms.ChoiceField(choices=lambda: choices)

    live = ClientFormSet(formset_factory(Choosing, extra=2))
    type_into(live, 0, one="a")
    assert live.is_valid()
    choices[:] = [("", "–"), ("b", "B")]
    type_into(live, 1, one="a")
    assert live.errors[1]


def test_an_untouched_row_stays_the_same_form_for_the_formsets_own_clean():
    seen = []

    class Watching(forms.BaseFormSet):
        def clean(self):
            seen.append(list(self.forms))

    rows = formset_factory(Meeting, formset=Watching, extra=1)
    live = ClientFormSet(rows, initial=[{"name": "Ada"}, {"name": "Bob"}])
    live.refresh()
    type_into(live, 1, name="Cy")
    live.refresh()
    first, last = seen[-2:]
    assert [each is other for each, other in zip(first, last, strict=True)] == [True, False, True]


def test_a_form_that_the_formsets_own_clean_gave_an_error_loses_it_when_the_reason_is_gone():
    class Jealous(forms.BaseFormSet):
        def clean(self):
            names = [form.cleaned_data.get("name") for form in self.forms]
            for form in self.forms[1:]:
                if form.cleaned_data.get("name") == names[0]:
                    form.add_error("name", "Taken.")
                    form.cleaned_data["marked"] = True

    live = ClientFormSet(formset_factory(Meeting, formset=Jealous, extra=3))
    for index, name in enumerate(["Ada", "Ada", "Bob"]):
        type_into(live, index, **{**DATA, "noted": "", "name": name})
    live.validate()
    assert live.errors[1] == {"name": ["Taken."]}
    assert_same_verdict(live)
    type_into(live, 0, name="Cy")
    assert live.errors == [{}, {}, {}]
    assert "marked" not in live.forms[1].cleaned_data
    assert_same_verdict(live)


# A form that was cleaned is cleaned again


def test_a_row_that_changed_is_cleaned_as_a_new_form_would_be():
    live = ClientFormSet(formset_factory(Meeting, extra=2, can_delete=True, can_order=True))
    for values in ({"name": "Ada", "day": "x"}, {"day": "2026-11-21"}, {"name": "", "day": ""}):
        type_into(live, 0, **values)
        assert_same_verdict(live)
    live.set_data([{}, DATA, DATA])
    assert_same_verdict(live)
    live.remove_form(0)
    type_into(live, 0, name="")
    assert_same_verdict(live)


def test_what_a_forms_own_code_leaves_in_it_is_gone_the_next_time():
    class Remembering(forms.Form):
        name = forms.CharField(required=False)

        def clean(self):
            if hasattr(self, "cleaned_before"):
                raise forms.ValidationError("Twice.")
            self.cleaned_before = True

    live = ClientFormSet(formset_factory(Remembering, extra=1))
    for name in ("Ada", "Bob", "Cy"):
        type_into(live, 0, name=name)
        assert live.is_valid()


def test_a_form_that_takes_other_data_is_made_anew():
    class Copying(forms.Form):
        name = forms.CharField(required=False)

        def clean_name(self):
            self.data = {**self.data.dict(), "seen": "yes"}
            return self.cleaned_data["name"]

    live = ClientFormSet(formset_factory(Copying, extra=1))
    for name in ("Ada", "Bob"):
        type_into(live, 0, name=name)
        assert live.cleaned_data == [{"name": name}]
        assert "seen" in live.forms[0].data
    assert "seen" not in live.post_data()


def test_radio_buttons_that_a_clean_looks_at_hold_the_value_of_now():
    seen = []

    class Choosing(forms.Form):
        one = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)

        def clean(self):
            seen.append([each.data["value"] for each in self["one"] if each.data["selected"]])

    live = ClientFormSet(formset_factory(Choosing, extra=1))
    for value in ("a", "b"):
        type_into(live, 0, one=value)
        live.refresh()
        assert seen[-1] == [value]


# Errors that were rendered are not rendered again


def test_errors_look_as_django_renders_them_in_every_row():
    class Telling(forms.Form):
        name = forms.CharField(required=False)

        def clean_name(self):
            match self.cleaned_data["name"]:
                case "safe":
                    raise forms.ValidationError(mark_safe("<b>No</b>"))
                case "plain":
                    raise forms.ValidationError("<b>No</b>")
                case "own":
                    raise forms.ValidationError(f"{self.prefix} and form-1 and __prefix__: no")
                case "two":
                    raise forms.ValidationError(["One.", "Two."])

    for prefix in ("form", '<svg onload="alert()">', "__prefix__"):
        live = ClientFormSet(formset_factory(Telling, extra=10), prefix=prefix)
        changes = changes_of(live, FieldErrorsChanged)
        for index, name in enumerate(["safe", "plain", "own", "two"] * 2):
            type_into(live, index, name=name)
            assert changes[-1].html == str(live.forms[index]["name"].errors)
