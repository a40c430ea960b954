"""Phones show digits for localized numbers, which Django writes into plain text controls."""

import re

from django import forms

from clientforms import ClientFormSet
from clientforms.engine.html.form_html import render_form


class Order(forms.Form):
    count = forms.IntegerField(min_value=0, localize=True)
    price = forms.DecimalField(min_value=lambda: 1, localize=True)
    weight = forms.FloatField(min_value=0.5, localize=True)
    balance = forms.DecimalField(localize=True)
    change = forms.IntegerField(min_value=-1, localize=True)
    plain = forms.IntegerField(min_value=0)
    own = forms.IntegerField(
        min_value=0, localize=True, widget=forms.TextInput({"inputmode": "text"})
    )
    range = forms.IntegerField(
        min_value=0, localize=True, widget=forms.NumberInput({"type": "range"})
    )


MODES = {"count": "numeric", "price": "decimal", "weight": "decimal", "own": "text"}


def modes_in(html):
    return dict(
        re.findall(r'<input type="\w+" name="(?:f-\d+-)?(\w+)"[^>]* inputmode="(\w+)"', html)
    )


def test_localized_numbers_that_are_never_negative_have_their_keyboard():
    assert modes_in(render_form(Order(), "div")) == MODES
    live = ClientFormSet(forms.formset_factory(Order, extra=25), prefix="f")
    assert all(modes_in(html) == MODES for html in live.render_rows(range(25)))
