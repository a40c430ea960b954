"""Forms in a page made beforehand whose fields start with the value of the moment."""

import pytest
from playwright.sync_api import expect

from tests.browser.live_page import BOOT, LivePage, case, prerendered_case

PYTHON = """
    import datetime

    def today():
        return datetime.date(2026, 11, 22)

    def moment():
        return datetime.datetime(2026, 11, 22, 10, 30, tzinfo=datetime.UTC)

    SIZES = [("s", "Small"), ("m", "Middle"), ("l", "Large")]

    class NowForm(forms.Form):
        day = forms.DateField(initial=today)
        when = forms.DateTimeField(initial=moment, show_hidden_initial=True)
        split = forms.SplitDateTimeField(initial=moment)
        born = forms.DateField(initial=today, widget=forms.SelectDateWidget(years=[2025, 2026, 2027]))
        note = forms.CharField(initial=lambda: "A\\n<b>", widget=forms.Textarea)
        size = forms.ChoiceField(initial=lambda: "l", choices=SIZES)
        way = forms.ChoiceField(initial=lambda: "m", choices=SIZES, widget=forms.RadioSelect)
        ways = forms.MultipleChoiceField(
            initial=lambda: ["s", "l"], choices=SIZES, widget=forms.CheckboxSelectMultiple)
        many = forms.MultipleChoiceField(initial=lambda: ["m", "l"], choices=SIZES)
        agreed = forms.BooleanField(initial=lambda: True)
        plain = forms.CharField(initial="as ever", required=False)

    class InnerForm(forms.Form):
        at = forms.DateField(initial=today)

    InnerFormSet = forms.formset_factory(InnerForm, extra=1)

    class BaseOuter(forms.BaseFormSet):
        def add_fields(self, form, index):
            super().add_fields(form, index)
            form.inner = InnerFormSet(
                data=form.data if form.is_bound else None, prefix=f"{form.prefix}-inner")

    NowFormSet = forms.formset_factory(NowForm, extra=2, can_delete=True)
    OuterFormSet = forms.formset_factory(InnerForm, formset=BaseOuter, extra=1)
"""
HTML = """<form id="one" data-form="case.NowForm"><button>Save</button></form>
    <form id="two"><div data-formset="case.NowFormSet" data-prefix="rows"></div></form>
    <form id="three"><div data-formset="case.OuterFormSet" data-prefix="outer"></div></form>"""

DEFAULTS = """() => [...document.querySelectorAll("input, select, textarea")].map(each => [
    each.name, each.tagName === "SELECT" ? [...each.options].map(each => each.defaultSelected)
        : [each.defaultValue, each.defaultChecked],
    each.tagName === "SELECT" ? [...each.selectedOptions].map(each => each.value)
        : [each.value, each.checked]])"""

NAMES = ["rows", "outer"]

pytestmark = pytest.mark.first_visit


@pytest.fixture
def waiting(page, server):
    """The page made beforehand, which waits for its Python."""
    page.set_default_timeout(BOOT)
    page.route("**/snapshot.data", lambda route: None)
    live = LivePage(page, server).open_case(HTML, PYTHON, prerendered=True, wait=False)

    def go_on():
        page.unroute("**/snapshot.data")  # which lets go of what is held
        return live.wait_until_ready()

    return live, go_on


def test_they_stand_there_without_a_value_and_begin_as_if_the_page_were_made_now(page, server):
    live = LivePage(page, server)
    html = prerendered_case(case(HTML, PYTHON), PYTHON)
    for value in ("2026-11-22", "10:30", "&lt;b&gt;", " checked"):
        assert value not in html
    assert html.count('value="as ever"') == 3
    live.open_case(HTML, PYTHON)
    rendered = live.page.evaluate(DEFAULTS)
    assert len(rendered) > 60
    page.unroute_all()
    page.context.unroute_all()
    live.open_case(HTML, PYTHON, prerendered=True)
    assert live.page.evaluate(DEFAULTS) == rendered
    expect(page.locator("[data-clientforms-moment]")).to_have_count(0)
    for name in NAMES:
        assert live.formset(name, "hasChanged()") is False
    assert live.form("now", "hasChanged()") is False
    assert live.form_data("one") == live.form("now", "postData()")
    assert live.form_data("two") == live.formset("rows", "postData()")
    assert live.form_data("three") == live.formset("outer", "postData()")


def test_what_was_typed_and_chosen_meanwhile_stays(waiting):
    live, go_on = waiting
    live.control("rows-0-day").fill("2000-01-01")
    live.control("rows-0-note").fill("x")
    live.control("rows-0-note").fill("")
    live.control("rows-0-size").select_option("m")
    live.control("rows-0-way").nth(0).check()
    live.control("rows-0-ways").nth(1).check()
    live.control("rows-0-many").select_option(["s"])
    go_on()
    assert {name: values for name, values in live.form_data("two").items() if "-0-" in name} == {
        "initial-rows-0-when": ["2026-11-22 10:30:00"],
        "rows-0-day": ["2000-01-01"],
        "rows-0-when": ["2026-11-22 10:30:00"],
        "rows-0-split_0": ["2026-11-22"],
        "rows-0-split_1": ["10:30:00"],
        "rows-0-born_month": ["11"],
        "rows-0-born_day": ["22"],
        "rows-0-born_year": ["2026"],
        "rows-0-note": [""],
        "rows-0-size": ["m"],
        "rows-0-way": ["s"],
        "rows-0-ways": ["m"],
        "rows-0-many": ["s"],
        "rows-0-agreed": ["on"],
        "rows-0-plain": ["as ever"],
    }
    assert live.formset("rows", "hasChanged()") is True
    assert live.form_data("two") == live.formset("rows", "postData()")
    # What they began with is what they have now elsewhere: nothing changed in the second row.
    live.formset("rows", "removeForm(0)")
    assert live.formset("rows", "hasChanged()") is False
