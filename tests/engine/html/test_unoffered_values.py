"""Initial data that is no choice of a select is what a form starts with, and posts."""

import datetime
import inspect

import pytest
from django import forms
from django.forms import widgets

from clientforms import ClientForm, ClientFormSet
from clientforms.engine.html.html_controls import submitted
from clientforms.engine.html.unoffered_values import lost_initial, with_lost
from tests.engine.oracle import assert_same_form_verdict, assert_same_verdict

AB = [("a", "A"), ("b", "B")]
LOST = {"SelectDateWidget": datetime.date(1999, 2, 3)}
ALWAYS_CHOSEN = {"NullBooleanSelect"}  # what it does not know is its first choice, "unknown"


BASES = {"Widget", "ChoiceWidget", "MultiWidget", "DateTimeBaseInput"}


def widgets_with_one_choice():
    """Yield all of Django's widgets that have a select of one choice."""
    for name, kind in inspect.getmembers(widgets, inspect.isclass):
        if not issubclass(kind, widgets.Widget) or name in BASES:
            continue
        takes = inspect.signature(kind).parameters
        widget = kind(choices=AB) if "choices" in takes else kind()
        html = widget.render("x", None, {})
        if "<select" in html and "multiple" not in html:
            yield name, widget


WIDGETS = dict(widgets_with_one_choice())


def test_all_selects_of_django_are_known():
    assert {"Select", "NullBooleanSelect", "SelectDateWidget"} <= WIDGETS.keys()


@pytest.mark.parametrize("inside", [False, True], ids=["alone", "in a MultiWidget"])
@pytest.mark.parametrize("name", WIDGETS)
def test_what_no_select_offers_is_posted_all_the_same(name, inside):
    lost, widget = LOST.get(name, "zz"), WIDGETS[name]
    if inside:
        widget = widgets.MultiWidget([widget, widgets.TextInput()])
        widget.decompress = lambda value: [value, "t"]
    field = forms.Field(widget=widget, initial=lost)
    form = type("Form", (forms.Form,), {"x": field})()
    before = submitted(str(form["x"]))
    after = with_lost(before, form["x"])
    suffix = "_0" if inside else ""
    if name in ALWAYS_CHOSEN:
        assert after == before
    elif name == "SelectDateWidget":
        assert after[f"x{suffix}_year"] == ["1999"] != before[f"x{suffix}_year"]
        assert lost_initial(form) == {f"x{suffix}_year": "1999"}
    else:
        assert after[f"x{suffix}"] == ["zz"]
        assert lost_initial(form) == {f"x{suffix}": "zz"}
    assert after.keys() == before.keys()
    assert lost_initial(type("Form", (forms.Form,), {"x": forms.Field(widget=widget)})()) == {}


class Trip(forms.Form):
    kind = forms.ChoiceField(choices=AB, initial="zz")
    number = forms.TypedChoiceField(choices=[(1, "One")], coerce=int, initial=7)
    day = forms.DateField(
        widget=forms.SelectDateWidget(years=[2030]), initial=LOST["SelectDateWidget"]
    )
    off = forms.ChoiceField(choices=AB, initial="zz", disabled=True)
    none = forms.ChoiceField(choices=AB)


HELD = {"kind": "zz", "number": "7", "day_year": "1999", "day_month": "2", "day_day": "3", "none": "a"}  # fmt: skip


def test_a_form_holds_it_and_django_refuses_it():
    live = ClientForm(Trip)
    assert live.post_data() == {name: [each] for name, each in HELD.items()}
    assert live.errors.keys() == {"kind", "number", "off"}
    assert_same_form_verdict(live)
    assert not live.has_changed() or live.form.changed_data == ["none"]


@pytest.mark.parametrize("count", [1, 30], ids=["by Django", "by stamps"])
def test_rows_hold_it_however_they_are_made(count):
    live = ClientFormSet(forms.formset_factory(Trip, extra=count), prefix="t")
    live.add_another()
    for index in range(count + 1):
        own = {
            name.removeprefix(f"t-{index}-"): each[0]
            for name, each in live.post_data().items()
            if name.startswith(f"t-{index}-")
        }
        assert own == HELD
    assert_same_verdict(live)
    live.reset([{"kind": "yy"}, {"kind": "b"}])
    assert live.post_data()["t-0-kind"] == ["yy"]
    assert live.post_data()["t-1-kind"] == ["b"]
    assert_same_verdict(live)
