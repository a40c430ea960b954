"""Every visible control of a field that has several is named after the field and its part."""

import re

import pytest
from django import forms
from django.template.base import FilterExpression, Parser
from django.template.context import Context
from django.utils.safestring import mark_safe
from django.utils.translation import override

from clientforms import ClientForm, ClientFormSet
from clientforms.engine.html.form_html import LAYOUTS, render_form
from clientforms.engine.html.split_fields import WORDS
from clientforms.server.form_containers import ContainerNode
from tests.house.test_texts import CODES

CONTROL = re.compile(r"<(?:input|select|textarea)\b[^>]*>")


class Phone(forms.MultiWidget):
    def __init__(self):
        super().__init__({"country_code": forms.TextInput, "number": forms.TextInput})

    def decompress(self, value):
        return [None, None]


class Pair(forms.MultiWidget):
    def decompress(self, value):
        return value or [None, None]


class Trip(forms.Form):
    due = forms.DateField(widget=forms.SelectDateWidget(years=[2026]))
    starts = forms.SplitDateTimeField(label=mark_safe("Starts <b>when?</b>"))
    secret = forms.SplitDateTimeField(
        widget=forms.SplitHiddenDateTimeWidget, required=False, initial=None
    )
    phone = forms.Field(widget=Phone, label_suffix=" –")
    size = forms.Field(
        widget=Pair([forms.NumberInput({"aria-label": "Width in cm"}), forms.NumberInput])
    )
    period = forms.MultiValueField(
        [forms.DateField(label="From"), forms.DateField(label="To")],
        widget=Pair([forms.SelectDateWidget(years=[2026]), forms.DateInput]),
    )
    alike = forms.Field(widget=Pair([forms.TextInput()] * 2))
    options = forms.Field(widget=Pair([forms.RadioSelect(choices=["ab"]), forms.TextInput]))
    own = forms.DateField(widget=forms.SelectDateWidget({"aria-label": "Mine"}, years=[2026]))


TripFormSet = forms.formset_factory(Trip, extra=25)

NAMES = {
    "due_month": "Due: Month",
    "due_day": "Due: Day",
    "due_year": "Due: Year",
    "starts_0": "Starts when? Date",
    "starts_1": "Starts when? Time",
    "secret_0": None,
    "secret_1": None,
    "phone_country_code": "Phone – Country code",
    "phone_number": "Phone – Number",
    "size_0": "Width in cm",
    "size_1": "Size: 2",
    "period_0_month": "Period: From: Month",
    "period_0_day": "Period: From: Day",
    "period_0_year": "Period: From: Year",
    "period_1": "Period: To",
    "alike_0": "Alike:",
    "alike_1": "Alike:",
    "options_0": None,
    "options_1": "Options: 2",
    "own_month": "Mine",
    "own_day": "Mine",
    "own_year": "Mine",
}


def names_in(html, prefix=""):
    """Return the names that the controls in `html` have, by the names that they post."""
    found = {}
    for tag in CONTROL.findall(html):
        attributes = dict(re.findall(r' ([\w-]+)="([^"]*)"', tag))
        found[attributes["name"].removeprefix(prefix)] = attributes.get("aria-label")
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_parts_are_named_in_every_layout_and_other_html_is_unchanged(layout):
    form = Trip()
    plain = render_form_plainly(form, layout)
    html = render_form(form, layout)
    assert names_in(html) == NAMES
    assert render_form_plainly(form, layout) == plain
    assert re.sub(r' aria-label="(?!Mine|Width)[^"]*"', "", html) == plain


def render_form_plainly(form, layout):
    return str(getattr(form, f"as_{layout}")())


def test_rows_from_a_stamp_and_from_django_say_the_same():
    live = ClientFormSet(TripFormSet, prefix="trips")
    rows = live.render_rows(range(25))
    assert len(rows) == 25
    for index, html in enumerate(rows):
        assert names_in(html, f"trips-{index}-") == NAMES


def test_what_the_tags_of_a_server_render_says_the_same():
    def container(kind, form):
        node = ContainerNode(
            f"client{kind}", kind, FilterExpression("form", Parser("")), {}, None,
            lambda tag, kind, form, inside: ({}, inside),
        )  # fmt: skip
        return node.render(Context({"form": form}))

    assert names_in(container("form", Trip())) == NAMES
    html = container("formset", TripFormSet(prefix="trips"))
    for index in range(25):
        assert NAMES.items() <= names_in(html, f"trips-{index}-").items()


def test_a_page_says_the_same_of_a_plain_form():
    assert names_in(ClientForm(Trip).render_row(0)) == NAMES


def test_parts_are_named_in_every_language():
    for translations in WORDS.values():
        assert translations.keys() == set(CODES.values())
        assert all(translations.values())
    english = set(NAMES.values())
    for code in CODES.values():
        with override("zh-hans" if code == "zh" else code):
            own = names_in(render_form(Trip(), "div"))
        for name in ("due_day", "due_month", "due_year", "starts_1"):
            assert own[name].startswith(re.split("[:?]", NAMES[name])[0])
            assert own[name] not in english, f"{code}: {name}"
