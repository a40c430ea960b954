"""Whatever a developer's own code raises, wherever: it is said at the row, and the form is not valid."""

import asyncio

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured

from clientforms import (
    AsyncValidationMixin,
    ClientForm,
    ClientFormSet,
    ConditionalFieldsMixin,
    UserCodeError,
)
from clientforms.changes import CodeFailed, CodeRecovered
from tests.engine import loops
from tests.engine.builders import changes_of
from tests.support.exceptions import LEFT_TO_SERVER, every_exception


def endless():
    return endless()


RAISED = {
    **every_exception(),
    "ImproperlyConfigured": ImproperlyConfigured("a setting"),
    "RecursionError": None,  # by the real thing
}
RULES = ("clean", "clean_name", "validator", "to_python", "formset.clean")
EVERYWHERE = (
    "clean", "clean_name", "validator", "to_python", "value_from_datadict", "full_clean", "show_if",
    "enable_if", "require_if", "choices_for", "get_bound_field",
)  # fmt: skip
IN_A_FORM = ("message",)
IN_A_FORMSET = (
    "field.has_changed", "form.has_changed", "changed_data", "get_form_kwargs", "add_fields",
    "formset.clean", "formset.full_clean",
)  # fmt: skip
PARTS = 6
LATER = ("clean", "clean_name", "validator")


class Trap:
    """Raises `error` from the place that is armed."""

    armed = ""
    error: BaseException | None = None

    def spring(self, place):
        if self.armed == place:
            if self.error is None:
                endless()
            raise self.error


trap = Trap()


class LoudField(forms.CharField):
    def to_python(self, value):
        trap.spring("to_python")
        return super().to_python(value)

    def has_changed(self, initial, data):
        trap.spring("field.has_changed")
        return super().has_changed(initial, data)

    def get_bound_field(self, form, name):
        trap.spring("get_bound_field")
        return super().get_bound_field(form, name)


class LoudInput(forms.TextInput):
    def value_from_datadict(self, data, files, name):
        trap.spring("value_from_datadict")
        return super().value_from_datadict(data, files, name)

    def render(self, *args, **kwargs):
        trap.spring("render")
        return super().render(*args, **kwargs)


class LoudMessage:
    def __str__(self):
        trap.spring("message")
        return "Enter a name."


def asks(place, answer=True):
    def ask(_values):
        trap.spring(place)
        return answer

    return ask


class LoudForm(ConditionalFieldsMixin, AsyncValidationMixin, forms.Form):
    name = LoudField(
        widget=LoudInput,
        validators=[lambda value: trap.spring("validator")],
        error_messages={"required": LoudMessage()},
    )
    other = forms.CharField(required=False)
    third = forms.ChoiceField(required=False)

    show_if = {"other": asks("show_if")}
    enable_if = {"other": asks("enable_if")}
    require_if = {"other": asks("require_if", False)}
    choices_for = {"third": asks("choices_for", [("", "-"), ("a", "A")])}
    async_validators = {"name": [lambda value: spring_later("async validator")]}

    def clean(self):
        trap.spring("clean")

    def clean_name(self):
        trap.spring("clean_name")
        return self.cleaned_data["name"]

    def full_clean(self):
        trap.spring("full_clean")
        super().full_clean()

    def has_changed(self):
        trap.spring("form.has_changed")
        return super().has_changed()

    @property
    def changed_data(self):
        trap.spring("changed_data")
        return super().changed_data


async def spring_later(place):
    await asyncio.sleep(0)
    trap.spring(place)


class LaterForm(AsyncValidationMixin, forms.Form):
    name = forms.CharField()
    async_validators = {"name": [lambda value: spring_later("async validator")]}

    async def clean_name(self):
        await spring_later("async clean_name")
        return self.cleaned_data["name"]

    async def clean(self):
        await spring_later("async clean")


class LoudFormSetBase(forms.BaseFormSet):
    def get_form_kwargs(self, index):
        trap.spring("get_form_kwargs")
        return super().get_form_kwargs(index)

    def add_fields(self, form, index):
        trap.spring("add_fields")
        super().add_fields(form, index)

    def clean(self):
        trap.spring("formset.clean")

    def full_clean(self):
        trap.spring("formset.full_clean")
        super().full_clean()


LoudFormSet = forms.formset_factory(
    LoudForm, formset=LoudFormSetBase, extra=1, can_delete=True, can_order=True
)


@pytest.fixture(autouse=True)
def disarmed():
    trap.armed = ""
    yield
    trap.armed = ""


def arm(place, name):
    trap.armed, trap.error = place, RAISED[name]


PLACES = [(place, ClientForm) for place in (*EVERYWHERE, *IN_A_FORM)]
PLACES += [(place, ClientFormSet) for place in (*EVERYWHERE, *IN_A_FORMSET)]


@pytest.mark.parametrize(("place", "kind"), PLACES)
def test_whatever_is_raised_is_said_and_the_form_is_invalid_until_it_is_not_raised(place, kind):
    loops.apart(lambda: raise_from(place, kind))


def raise_from(place, kind):
    """Raise everything in a form; in formsets a part, which is another one for each place."""
    whole = kind is ClientFormSet
    first = (*EVERYWHERE, *IN_A_FORM, *IN_A_FORMSET).index(place) % PARTS
    raised = list(RAISED)[first::PARTS] if whole else RAISED
    live = ClientFormSet(LoudFormSet) if whole else ClientForm(LoudForm)
    key, prefix = live.keys[0], f"{live.prefix_of(0)}-" if whole else ""
    failed, recovered = changes_of(live, CodeFailed), changes_of(live, CodeRecovered)
    for number, name in enumerate(raised):
        failed.clear()
        recovered.clear()
        arm(place, name)
        typed = "" if place == "message" else f"Ada {number}"
        live.input(key, {f"{prefix}name": [typed], f"{prefix}other": [str(number)]})
        live.validate_field(key, "name")
        # A field's to_python() is part of no rule where Django asks whether a row was changed.
        if (
            place in RULES
            and isinstance(trap.error, LEFT_TO_SERVER)
            and (place, whole) != ("to_python", True)
        ):
            assert live.validate() is True, name
            assert failed == [], name
            continue
        assert live.validate() is False, name
        if (place, name) == ("message", "IndexError"):
            continue  # Django takes it for the end of its list of errors
        assert [each for each in failed if f" raised {name}" in each.message], name
        with pytest.raises(UserCodeError):
            live.is_valid()
        trap.armed = ""
        live.input(key, {f"{prefix}name": [f"{typed}." if typed else ""]})
        assert live.validate() is (place != "message"), name
        assert recovered, name


@pytest.mark.parametrize("place", LATER)
def test_whatever_an_asynchronous_rule_raises_is_said_and_asked_again(place):
    async def run(name):
        trap.armed = ""
        live = ClientForm(LaterForm)
        failed = changes_of(live, CodeFailed)
        live.input(live.keys[0], {"name": ["Ada"]})
        arm(f"async {place}", name)
        if isinstance(trap.error, LEFT_TO_SERVER):
            assert await live.avalidate() is True, name
            assert failed == [], name
            return
        assert await live.avalidate() is False, name
        assert [each for each in failed if f" raised {name}" in each.message], name
        trap.armed = ""
        assert await live.avalidate() is True, name

    async def run_all():
        for name in RAISED:
            await run(name)

    loops.run(run_all)


def test_a_rule_that_is_cancelled_has_not_failed():
    async def run():
        live = ClientForm(LaterForm)
        failed = changes_of(live, CodeFailed)
        live.input(live.keys[0], {"name": ["Ada"]})
        live.validate()
        assert live.is_pending()
        live.cancel_checks()
        await asyncio.sleep(0.01)
        assert failed == []

    loops.run(run)
