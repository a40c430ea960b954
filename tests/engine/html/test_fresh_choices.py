"""What tick boxes and controls for a choice post untouched, worked out without Django's templates."""

import pytest
from django import forms
from django.utils.safestring import mark_safe

from clientforms.engine.html.fresh_choices import fresh_choices
from clientforms.engine.html.html_controls import submitted

PLAIN = [("", "None"), ("a", "A"), ("b", "B & <b>"), (1, "One"), (None, "Nothing")]
GROUPED = [("Few", [("a", "A"), ("b", "B")]), ("x\r\ny", "Two lines")]
MARKED = [(mark_safe("a&amp;b"), "Marked as HTML"), ("a", "A")]
NONE = []
VALUES = [None, "", "a", "b", 1, "1", "?", True, False, "False", ["a", "b"], [], "x\r\ny", "a&b"]
LISTS = {"plain": PLAIN, "grouped": GROUPED, "marked": MARKED, "none": NONE}


def of_choices(kind, choices, **attrs):
    return forms.ChoiceField(choices=choices, widget=kind(attrs=attrs), required=False)


def several(kind, choices, **attrs):
    return forms.MultipleChoiceField(choices=choices, widget=kind(attrs=attrs), required=False)


FIELDS = {
    **{
        f"{kind.__name__}, {name}": (make, kind, choices)
        for make, kinds in (
            (of_choices, (forms.Select, forms.RadioSelect)),
            (several, (forms.SelectMultiple, forms.CheckboxSelectMultiple)),
        )
        for kind in kinds
        for name, choices in LISTS.items()
    },
}
SINGLE = {
    "tick box": lambda: forms.BooleanField(required=False),
    "required tick box": forms.BooleanField,
    "yes, no or unknown": forms.NullBooleanField,
    "typed": lambda: forms.TypedChoiceField(choices=PLAIN[:-1], coerce=str),
}


def bound(field, value):
    return type("ChoiceForm", (forms.Form,), {"it": field})(initial={"it": value}, prefix="row")[
        "it"
    ]


def by_django(bound_field):
    return submitted(str(bound_field)).get("row-it", [])


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("name", FIELDS)
def test_choices_are_posted_as_django_renders_them(name, value):
    make, kind, choices = FIELDS[name]
    bound_field = bound(make(kind, choices), value)
    assert fresh_choices(bound_field) in (None, by_django(bound_field))
    assert (fresh_choices(bound_field) is None) == (choices is MARKED)


@pytest.mark.parametrize("value", [each for each in VALUES if type(each) is not list], ids=repr)
@pytest.mark.parametrize("name", SINGLE)
def test_other_fields_are_posted_as_django_renders_them(name, value):
    bound_field = bound(SINGLE[name](), value)
    assert fresh_choices(bound_field) == by_django(bound_field)


class OwnOptions(forms.Select):
    def create_option(self, name, value, *given, **named):
        option = super().create_option(name, value, *given, **named)
        option["attrs"]["disabled"] = value == "a"
        return option


class OwnTest(forms.CheckboxInput):
    def __init__(self):
        super().__init__(check_test=lambda value: value != "no")


DJANGO_HAS_TO = {
    "many options": of_choices(forms.Select, [(number, number) for number in range(30)]),
    "many in groups": of_choices(forms.Select, [("All", [(number, "") for number in range(30)])]),
    "a size": of_choices(forms.Select, PLAIN, size=3),
    "more than one": of_choices(forms.Select, PLAIN, multiple=True),
    "disabled by an attribute": of_choices(forms.Select, PLAIN, disabled=True),
    "disabled": forms.ChoiceField(choices=PLAIN, disabled=True),
    "choices of a function": forms.ChoiceField(choices=lambda: PLAIN),
    "options of one's own": of_choices(OwnOptions, PLAIN),
    "a test of one's own": forms.BooleanField(widget=OwnTest),
    "a hidden initial value": forms.ChoiceField(choices=PLAIN, show_hidden_initial=True),
    "text": forms.CharField(),
    "a file": forms.FileField(),
}


@pytest.mark.parametrize("name", DJANGO_HAS_TO)
def test_django_renders_what_something_else_may_change(name):
    assert fresh_choices(bound(DJANGO_HAS_TO[name], "a")) is None
