"""Selects with thousands of options: the same HTML and values as Django's, at the cost of a few."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable

import pytest
from django import forms
from django.forms.renderers import get_default_renderer
from django.forms.widgets import ChoiceWidget, Widget
from django.utils.choices import BaseChoiceIterator
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from clientforms import ClientFormSet
from clientforms.engine.html import long_selects
from clientforms.engine.html.html_controls import submitted
from tests.engine.shortcuts.test_django_patches import install

WIDGETS = (
    forms.Select,
    forms.SelectMultiple,
    forms.RadioSelect,
    forms.CheckboxSelectMultiple,
)
LOTS = [(f"v{number}", f"L{number} <b>&{{0}}") for number in range(50)]
CHOICES = {
    "plain": LOTS,
    "with a blank": [("", "-"), *LOTS],
    "with None": [(None, "x"), *LOTS],
    "numbers": [(number, f"n{number}") for number in range(30)],
    "labels that a language writes": [(number, number * 1000) for number in range(30)],
    "groups": [("G<&1", LOTS[:5]), ("x", "single"), ("{G2}", LOTS[5:])],
    "one group": [("G", tuple(LOTS))],
    "a group without a name": [("", LOTS[:20]), ("G2", LOTS[20:])],
    "an empty group": [("G1", []), ("G2", LOTS)],
    "safe": [(mark_safe("<i>"), mark_safe("<b>b</b>")), *LOTS],
    "lazy": [(number, gettext_lazy("Yes")) for number in range(40)],
    "twice": LOTS + LOTS,
    "a function": lambda: LOTS,
    "marks": [("clientforms7v", "clientforms7l"), ("clientforms7g", "clientforms7i_0"), *LOTS],
    "few": LOTS[:3],
}
VALUES = [None, "", "v3", ["v3", "v7"], "nope", 7, ["<i>"]]
LOOKS: list[tuple[dict, dict | None]] = [
    ({}, None),
    ({"class": "c"}, {"id": "id_<{x}", "required": True, "aria-describedby": "q"}),
    ({"id": "own", "data-x": "1"}, {"id": "id_x"}),
    ({}, {"id": "", "disabled": True}),
]


@pytest.mark.parametrize("choices", CHOICES.values(), ids=CHOICES)
@pytest.mark.parametrize("kind", WIDGETS)
def test_options_look_as_djangos_templates_make_them(kind, choices):
    for place, value in enumerate(VALUES):
        own, attrs = LOOKS[place % len(LOOKS)]
        widget = kind(attrs=own, choices=choices)
        expected = Widget.render(widget, "na<me", value, attrs, None)
        for _ in range(2):  # the second time, much is known
            assert long_selects.render(widget, "na<me", value, attrs, None) == expected


@pytest.mark.parametrize("choices", CHOICES.values(), ids=CHOICES)
@pytest.mark.parametrize("kind", WIDGETS)
def test_few_options_post_what_all_do(kind, choices):
    widget = kind(choices=choices)
    for value in VALUES:
        few = long_selects.few_options(widget, lambda value=value: value, get_default_renderer())
        assert submitted(few.render("x", value)) == submitted(widget.render("x", value))
        assert len(list(few.choices)) < 20


def test_labels_follow_the_language():
    widget = forms.Select(choices=CHOICES["lazy"])
    for language in ("de", "en", "fr"):
        with override(language):
            expected = Widget.render(widget, "x", None)
            assert long_selects.render(widget, "x", None) == expected


def test_a_list_that_changes_is_read_again():
    widget = forms.Select(choices=LOTS)
    before = long_selects.render(widget, "x", "v3")
    widget.choices[7] = ("new", "New")
    assert "New" in long_selects.render(widget, "x", "v3") != before


class Shouting(forms.Select):
    def create_option(self, *args, **kwargs):
        option = super().create_option(*args, **kwargs)
        return {**option, "label": option["label"].upper()}


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_widget_that_makes_options_itself_is_asked(language):
    with override(language):
        widget = Shouting(choices=LOTS)
        assert long_selects.render(widget, "x", "v3") == Widget.render(widget, "x", "v3")
        assert long_selects.few_options(widget, lambda: "v3", get_default_renderer()) is widget


class Choices(BaseChoiceIterator):
    """Choices of which a widget wants more than to iterate over them, as over a queryset's."""

    def __init__(self, texts):
        self.texts = texts

    def __iter__(self):
        return ((text, text) for text in self.texts)


class Querying(forms.Select):
    """Makes its options itself, as the admin's AutocompleteSelect does, which is Django's own, too."""

    __module__ = "django.contrib.admin.widgets"

    def optgroups(self, name, value, attrs=None):
        chosen = [text for text in self.choices.texts if text in value]
        return [(None, [self.create_option(name, text, text, True, 0) for text in chosen], 0)]


@pytest.mark.parametrize("count", [3, 50])
def test_a_widget_of_djangos_that_makes_options_itself_gets_its_own_choices(count):
    widget = Querying()
    widget.choices = Choices([f"v{number}" for number in range(count)])
    html = long_selects.render(widget, "x", "v1")
    assert html == Widget.render(widget, "x", "v1")
    assert html.count("<option") == 1
    assert long_selects.few_options(widget, lambda: "v1", get_default_renderer()) is widget


class Pick(forms.Form):
    item = forms.ChoiceField(choices=LOTS)
    some = forms.MultipleChoiceField(choices=CHOICES["groups"])


def test_copies_of_fields_are_as_deep_as_djangos(monkeypatch):
    django = Pick()
    install(monkeypatch)
    form = Pick()
    for name in ("item", "some"):
        field, theirs, base = form.fields[name], django.fields[name], Pick.base_fields[name]
        assert field.choices == theirs.choices == field.widget.choices
        assert field.choices is not base.choices
        assert field.widget.choices is not base.widget.choices
        field.choices.append(("more", "More"))
        field.widget.choices.append(("other", "Other"))
        assert len(base.choices) == len(theirs.choices) == len(base.widget.choices)
    assert form.fields["some"].choices[0][1] is not Pick.base_fields["some"].choices[0][1]
    assert isinstance(copy.deepcopy(form.fields["item"].widget), ChoiceWidget)


def calls(action: Callable[[], object]) -> int:
    """Count the Python functions that are called."""
    count = 0

    def note(frame, event, argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


def costs(count: int, kind: type[ChoiceWidget]) -> dict[str, int]:
    """Count what each operation takes in ten rows with `count` options."""
    several = kind.allow_multiple_selected
    field = forms.MultipleChoiceField if several else forms.ChoiceField
    options = [(f"c{number}", f"Item {number}") for number in range(count)]

    class Row(forms.Form):
        item = field(choices=options, widget=kind)
        count = forms.IntegerField(min_value=1)

    formset = forms.formset_factory(Row, extra=10, can_delete=True, max_num=60)
    value = ["c1"] if several else "c1"
    ClientFormSet(formset, prefix="warm").render_rows(range(10))  # what a list costs once
    live: ClientFormSet = ClientFormSet(formset, prefix="p")
    live.subscribe(lambda changes: None)
    return {
        "make": calls(lambda: ClientFormSet(formset, prefix="q")),
        "render": calls(lambda: live.render_rows(range(10))),
        "add": calls(live.add_another),
        "remove": calls(lambda: live.remove_form(2)),
        "undo": calls(live.undo),
        "duplicate": calls(lambda: live.duplicate(1)),
        "set": calls(lambda: live.set_data([{"item": value, "count": "1"}] * 8)),
        "update": calls(lambda: live.update_data([{"item": value}])),
        "reset": calls(live.reset),
    }


@pytest.mark.parametrize("kind", [forms.Select, forms.SelectMultiple])
def test_what_rows_cost_does_not_grow_with_the_options(monkeypatch, kind):
    install(monkeypatch)
    few, many = costs(30, kind), costs(3000, kind)
    # What is left is one look at each option, without templates, for a shape that rows share.
    assert {name: many[name] for name in few if many[name] > few[name] + 5 * 3000} == {}
