"""What a page says of its controls: bad input, and rules that stand in attributes alone."""

import pytest
from django import forms
from django.utils import translation

from clientforms import ClientForm, ClientFormSet
from clientforms.changes import FieldErrorsChanged, VerdictChanged
from clientforms.engine.rows.control_errors import ControlError
from tests.engine.builders import changes_of


class Booking(forms.Form):
    plate = forms.CharField(required=False)
    seats = forms.IntegerField(required=False, max_value=9)
    length = forms.DecimalField()
    day = forms.DateField(required=False, error_messages={"invalid": "Which day?"})
    slot = forms.SplitDateTimeField(required=False)
    mail = forms.EmailField(required=False)
    note = forms.CharField(required=False)


BookingFormSet = forms.formset_factory(Booking, extra=2, can_delete=True, can_order=True)

# Field, what its control holds, what the page says of it, and what is said to the visitor.
SAID = [
    ("seats", "", ControlError("badInput", "number"), "Enter a whole number."),
    ("length", "", ControlError("badInput", "number"), "Enter a number."),
    ("day", "", ControlError("badInput", "date"), "Which day?"),
    ("slot_0", "", ControlError("badInput", "date"), "Enter a valid date."),
    ("slot_1", "", ControlError("badInput", "time"), "Enter a valid time."),
    ("note", "", ControlError("badInput", "number"), "Enter a number."),
    ("note", "", ControlError("badInput", "datetime-local"), "Enter a valid date/time."),
    ("note", "", ControlError("badInput", "month"), "Enter a valid value."),
    ("note", "", ControlError("valueMissing"), "This field is required."),
    ("note", "x", ControlError("patternMismatch"), "Enter a valid value."),
    ("note", "x", ControlError("patternMismatch", "text", "", "5 % or less"),
     "Enter a valid value. 5 % or less"),
    ("seats", "1", ControlError("rangeUnderflow", "number", "2"),
     "Ensure this value is greater than or equal to 2."),
    ("day", "2031-01-01", ControlError("rangeOverflow", "date", "2030-12-31"),
     "Ensure this value is less than or equal to 2030-12-31."),
    ("seats", "3", ControlError("stepMismatch", "number", "2"),
     "Ensure this value is a multiple of step size 2."),
    ("day", "2030-01-01", ControlError("stepMismatch", "date", "7"), "Enter a valid value."),
    ("note", "ab", ControlError("tooShort", "text", "3", "", 2),
     "Ensure this value has at least 3 characters (it has 2)."),
    ("note", "a", ControlError("tooShort", "text", "1", "", 0),
     "Ensure this value has at least 1 character (it has 0)."),
    ("note", "x", ControlError("customError", "text", "", "Not 100%."), "Not 100%."),
    ("note", "x", ControlError("typeMismatch", "email"), "Enter a valid email address."),
    ("note", "x", ControlError("typeMismatch", "url"), "Enter a valid URL."),
]  # fmt: skip


def field_of(name):
    return name.partition("_")[0]


@pytest.mark.parametrize(("name", "held", "error", "message"), SAID)
def test_what_a_control_says_is_an_error_of_its_field(name, held, error, message):
    live = ClientForm(Booking)
    key = live.keys[0]
    live.input(key, {"length": ["1"], name: [held]})
    assert live.validate() is (name != "length" or held != "")
    assert live.take_control_errors(key, {name: error}) == {field_of(name)}
    assert live.take_control_errors(key, {name: error}) == set()
    assert live.errors == {field_of(name): [message]}
    assert field_of(name) not in live.cleaned_data
    assert not live.validate()
    assert live.total_error_count() == 1
    live.take_control_errors(key, {name: None})
    assert live.errors.get(field_of(name), []) != [message] or name == "length"


ERRORS = [None, *dict.fromkeys(error for _, _, error, _ in SAID)]
HELD = {
    "note": ["", "x"],
    "mail": ["", "nobody", "a@b.cd"],
    "seats": ["", "3", "12"],
    "length": ["", "1"],
}


@pytest.mark.parametrize("field", HELD)
def test_what_is_said_later_counts_as_what_was_said_before_the_rules_ran(field):
    for held in HELD[field]:
        for now in ERRORS:
            fresh = ClientForm(Booking)
            fresh.input(fresh.keys[0], {field: [held]})
            fresh.take_control_errors(fresh.keys[0], {field: now})
            fresh.validate()
            for before in ERRORS[::4]:
                live = ClientForm(Booking)
                live.input(live.keys[0], {field: [held]})
                live.take_control_errors(live.keys[0], {field: before})
                live.validate()
                live.take_control_errors(live.keys[0], {field: now})
                live.refresh()
                assert live.errors == fresh.errors, (held, before, now)


def test_what_django_has_found_already_runs_no_rule_again():
    ran = []

    class Counted(Booking):
        def clean(self):
            ran.append(self.prefix)

    live = ClientFormSet(forms.formset_factory(Counted, extra=0))
    live.set_data([{"mail": "nobody", "seats": 12, "length": ""}, {"mail": "a@b.cd", "length": 1}])
    first, second = live.keys
    said = {
        "mail": ControlError("typeMismatch", "email"),
        "seats": ControlError("rangeOverflow", "number", "9"),
        "length": ControlError("valueMissing"),
    }
    ran.clear()
    for name, error in said.items():
        assert live.take_control_errors(first, {f"form-0-{name}": error}) == set()
    assert live.take_control_errors(second, {"form-1-mail": said["mail"]}) == set()
    live.refresh()
    assert ran == []
    assert live.take_control_errors(second, {"form-1-seats": said["seats"]}) == {"seats"}
    live.refresh()
    assert ran == ["form-1"]


def test_django_speaks_first_and_only_once():
    live = ClientForm(Booking)
    key = live.keys[0]
    live.input(key, {"length": ["1"], "seats": ["12"], "mail": ["“a”@b.cd"]})
    live.take_control_errors(key, {
        "seats": ControlError("rangeOverflow", "number", "9"),
        "mail": ControlError("typeMismatch", "email"),  # whether it is one, EmailField decides
        "length": ControlError("valueMissing", "number"),  # Django renders that, and checks it
    })  # fmt: skip
    assert live.errors == {"seats": ["Ensure this value is less than or equal to 9."],
                           "mail": ["Enter a valid email address."]}  # fmt: skip
    live.input(key, {"mail": ["a@b.cd"], "seats": ["9"]})
    assert live.errors == {"seats": ["Ensure this value is less than or equal to 9."]}
    live.take_control_errors(key, {"seats": None})
    assert live.is_valid()


def test_the_catalogs_of_django_say_it_in_every_language():
    live = ClientForm(Booking)
    key = live.keys[0]
    with translation.override("de"):
        live.take_control_errors(key, {"length": ControlError("badInput", "number"),
                                       "note": ControlError("valueMissing")})  # fmt: skip
        assert live.errors == {"length": ["Bitte eine Zahl eingeben."],
                               "note": ["Dieses Feld ist zwingend erforderlich."]}  # fmt: skip


def test_a_blank_row_is_blank_but_for_what_it_cannot_read():
    live = ClientFormSet(BookingFormSet, prefix="b")
    first, second = live.keys
    live.take_control_errors(first, {"b-0-note": ControlError("valueMissing")})
    assert live.validate()
    live.take_control_errors(second, {"b-1-seats": ControlError("badInput", "number")})
    assert live.errors == [{}, {"seats": ["Enter a whole number."]}]
    assert not live.validate()
    live.input(first, {"b-0-length": ["1"]})
    assert live.errors[0] == {"note": ["This field is required."]}

    # It goes along with its row, and with nobody else's.
    live.move(1, 0)
    assert live.errors == [
        {"seats": ["Enter a whole number."]},
        {"note": ["This field is required."]},
    ]
    live.duplicate(0)
    assert live.errors[1] == {}
    live.undo()
    live.remove_form(0)
    assert live.errors == [{"note": ["This field is required."]}]


def test_what_gives_a_control_another_value_ends_it():
    def wrong(live):
        live.take_control_errors(live.keys[0], {"b-0-seats": ControlError("badInput", "number")})
        assert not live.is_valid()

    live = ClientFormSet(BookingFormSet, prefix="b", initial=[{"length": 1}])
    wrong(live)
    live.update_data([{"note": "another control"}])
    assert not live.is_valid()
    live.remove_form(0)
    assert live.is_valid(), "Django does not look at what is deleted"
    live.restore(0)
    assert not live.is_valid()
    for act in (
        lambda: live.update_data([{"seats": 3}]),
        lambda: live.set_data([{"length": 2, "seats": ""}]),
        live.undo,
        live.redo,
        live.reset,
    ):
        wrong(live)
        act()
        assert live.is_valid()


def test_errors_of_controls_show_when_their_field_is_touched():
    live = ClientForm(Booking)
    key = live.keys[0]
    shown, verdicts = changes_of(live, FieldErrorsChanged), changes_of(live, VerdictChanged)
    live.take_control_errors(key, {"seats": ControlError("badInput", "number")})
    live.refresh()
    assert shown == []
    assert live.pause(key, "seats", "blur") == 0, "somebody typed there, though nothing is posted"
    live.validate_field(key, "seats")
    assert [each.messages for each in shown] == [("Enter a whole number.",)]
    assert shown[0].attrs["aria-invalid"] == "true"
    live.refresh(asked=True)
    assert verdicts == [VerdictChanged(valid=False)]


DISABLED = ControlError("disabled")


@pytest.mark.parametrize("name", ["length", "slot"])
def test_a_field_in_a_disabled_fieldset_is_not_judged(name):
    class Needed(Booking):
        slot = forms.SplitDateTimeField()

        def clean(self):
            self.add_error(name, "The form says so.")

    rest = {"length": "1.5", "slot": ["2026-01-02", "10:00"]}
    del rest[name]
    form = ClientForm(Needed)
    names = ["slot_0", "slot_1"] if name == "slot" else [name]
    form.set_data(rest)
    form.add_error(name, "A server says so.")
    assert name in form.errors
    if name == "slot":  # one of its controls can be filled in
        form.take_control_errors(form.keys[0], {"slot_0": DISABLED})
        form.input(form.keys[0], {"slot_0": None})
        assert name in form.errors
    form.take_control_errors(form.keys[0], dict.fromkeys(names, DISABLED))
    form.input(form.keys[0], dict.fromkeys(names))
    assert form.is_valid()
    assert name not in form.post_data()
    form.take_control_errors(form.keys[0], dict.fromkeys(names))
    assert name in form.errors
    assert form.form.fields[name].required


def test_forms_and_formsets_in_a_disabled_fieldset_have_no_errors():
    class Whole(forms.Form):
        name = forms.CharField()

        def clean(self):
            raise forms.ValidationError("The form says so.")

    class Plain(forms.Form):
        name = forms.CharField()

    least = forms.formset_factory(Plain, min_num=2, validate_min=True)
    for live in (ClientForm(Whole), ClientFormSet(least)):
        assert live.validate() is False
        said = live.total_error_count()
        assert live.set_disabled(True)
        assert not live.set_disabled(True)
        live.refresh()
        assert live.is_valid()
        assert live.total_error_count() == 0
        assert live.set_disabled(False)
        live.refresh()
        assert live.total_error_count() == said
