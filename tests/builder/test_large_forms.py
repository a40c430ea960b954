"""A build takes as long as its forms are large: twice the options, about twice the work."""

import cProfile
import pstats
from functools import partial

from django import forms

from clientforms.builder.html.html_tree import HtmlTree
from clientforms.builder.page import prerender
from clientforms.builder.site import delivery as shipping
from tests.support.sites import checkout_site

MANY = 60
PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Large</title>'
    '<script src="static/boot.js"></script><script type="module" src="static/runtime/pyscript/core.js"></script>'
    '<script type="py" src="app/main.py" config="pyscript.toml"></script></head>'
    '<body><form><div data-formset="{name}"></div></form></body></html>'
)


def formset_with(count):
    class PickForm(forms.Form):
        one = forms.ChoiceField(choices=[(number, f"Number {number}") for number in range(count)])
        some = forms.MultipleChoiceField(
            choices=[(number, f"Number {number}") for number in range(count)],
            widget=forms.CheckboxSelectMultiple,
        )

    return forms.formset_factory(PickForm, extra=2)


def work(act):
    """Return what `act` returns, and how many calls of functions that took."""
    profile = cProfile.Profile()
    found = profile.runcall(act)
    return found, pstats.Stats(profile).total_calls


def test_twice_the_options_take_about_twice_the_work(monkeypatch):
    calls = {}
    for count in (MANY, 2 * MANY, 4 * MANY):
        monkeypatch.setitem(globals(), "LargeFormSet", formset_with(count))
        render = partial(prerender.prerender, PAGE.format(name=f"{__name__}.LargeFormSet"))
        page, calls[count] = work(render)
        assert page.left_empty == ()
    assert calls[4 * MANY] - calls[2 * MANY] < 2.3 * (calls[2 * MANY] - calls[MANY])


def test_a_page_is_parsed_a_few_times_and_no_more(monkeypatch):
    """Whatever the number of its forms."""
    parsed = []
    usual = HtmlTree.__init__
    monkeypatch.setattr(
        HtmlTree, "__init__", lambda self, text: (parsed.append(len(text)), usual(self, text))[1]
    )
    site = checkout_site()
    HtmlTree.reading.cache_clear()
    shipping.ship(site)
    whole = len(site.files[site.entry].decode())
    assert len([size for size in parsed if size >= whole]) <= 12
