"""A value that is no choice of its row any more, in each control that offers choices: it is not changed in silence."""

import pytest
from playwright.sync_api import expect

FORMS = """
    from clientforms import ConditionalFieldsMixin

    CITIES = {"at": [("vie", "Vienna"), ("grz", "Graz")], "de": [("ber", "Berlin"), ("muc", "Munich")]}
    GROUPS = {country: [("All", cities)] for country, cities in CITIES.items()}
    KINDS = {
        "select": forms.ChoiceField(),
        "groups": forms.ChoiceField(),
        "optional": forms.ChoiceField(required=False),
        "radio": forms.ChoiceField(widget=forms.RadioSelect),
        "multiple": forms.MultipleChoiceField(),
        "ticks": forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple),
    }

    class TripForm(ConditionalFieldsMixin, forms.Form):
        country = forms.ChoiceField(choices=[("at", "Austria"), ("de", "Germany"), ("li", "Nowhere")])
        locals().update(KINDS)
        kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
        day = forms.DateField(widget=forms.SelectDateWidget(years=[2030, 2031]), required=False)

        choices_for = {
            name: lambda data, name=name: (GROUPS if name == "groups" else CITIES).get(data["country"], [])
            for name in KINDS}

    TripFormSet = forms.formset_factory(TripForm, extra=1, can_delete=True)
"""
HTML = """<form id="f"><div data-formset="case.TripFormSet" data-prefix="t" data-layout="{layout}"></div>
<button>Save</button></form>
<script>addEventListener("submit", event => { if (!event.defaultPrevented) (window.sent ??= []).push(event); event.preventDefault(); })</script>"""
KINDS = ["select", "groups", "optional", "radio", "multiple", "ticks"]
SAID = "Select a valid choice. grz is not one of the available choices."


def same_as_engine(live):
    posted = live.form_data("f")
    assert posted == live.formset("t", "postData()")
    return posted


def choose(live, name, value):
    control = live.control(name)
    if control.first.evaluate("each => each.tagName") == "SELECT":
        control.select_option(value)
        return
    for ticked in live.page.locator(f'[name="{name}"][type="checkbox"]:checked').all():
        ticked.click()  # it may not be there any more then
    live.page.locator(f'[name="{name}"][value="{value}"]').check()


def offered(live, name):
    """What can be chosen now, and what is."""
    return live.page.evaluate(
        """name => [...document.getElementsByName(name)].flatMap(each => each.options
            ? [...each.options].map(({text, selected}) => [text, selected])
            : [[each.labels[0].textContent.trim(), each.checked]])""",
        name,
    )


@pytest.mark.parametrize("layout", ["div", "table"])
def test_it_stays_in_sight_with_its_error_until_another_is_chosen(author, layout):
    live = author(HTML.replace("{layout}", layout), FORMS)
    for kind in KINDS:
        choose(live, f"t-0-{kind}", "grz")
    live.control("t-0-country").select_option("de")
    lost = [["Berlin", False], ["Munich", False], ["Graz", True]]
    for kind in KINDS:
        live.expect_errors(f"t-0-{kind}", SAID)
        assert offered(live, f"t-0-{kind}") == lost, kind
        assert same_as_engine(live)[f"t-0-{kind}"] == ["grz"]
    live.page.locator("#f > button").click()
    assert live.page.evaluate("window.sent") is None

    live.control("t-0-country").select_option("at")
    for kind in KINDS:
        live.expect_errors(f"t-0-{kind}")
        assert offered(live, f"t-0-{kind}") == [["Vienna", False], ["Graz", True]], kind
    live.control("t-0-country").select_option("de")
    live.formset("t", "duplicate(0)")
    live.formset("t", "removeForm(0)")
    live.formset("t", "undo()")
    for kind in KINDS:
        assert offered(live, f"t-0-{kind}") == offered(live, f"t-1-{kind}") == lost, kind
        choose(live, f"t-0-{kind}", "muc")
        live.expect_errors(f"t-0-{kind}")
        assert offered(live, f"t-0-{kind}") == [["Berlin", False], ["Munich", True]], kind
        if kind in ("radio", "ticks"):
            assert live.focused() == f"t-0-{kind}"
    assert offered(live, "t-1-radio") == lost
    same_as_engine(live)


def test_choices_that_were_all_gone_come_back_and_what_nobody_chose_follows_them(author):
    live = author(HTML.replace("{layout}", "div"), FORMS)
    live.control("t-0-country").select_option("li")
    for kind in KINDS:
        expect(live.page.locator(f"#id_t-0-{kind} :is(option, input)")).to_have_count(0)
    live.control("t-0-country").select_option("de")
    for kind in KINDS:
        expect(live.page.locator(f"#id_t-0-{kind} :is(option, input)")).to_have_count(2)
    assert same_as_engine(live)["t-0-select"] == ["ber"]
    live.control("t-0-country").select_option("at")
    assert same_as_engine(live)["t-0-select"] == ["vie"]

    # Choices that are always the same: a select shows what a script gives it all the same.
    row = {"country": "at", "kind": "zz", "day": "1999-02-03", "select": "grz", "radio": "vie",
           "groups": "vie", "multiple": ["vie"], "ticks": ["vie"]}  # fmt: skip
    live.page.evaluate("row => clientforms.formset('t').setData([row])", row)
    live.expect_errors("t-0-kind", SAID.replace("grz", "zz"))
    live.expect_errors("t-0-day")  # DateField takes each year
    posted = same_as_engine(live)
    assert posted["t-0-kind"] == ["zz"]
    assert posted["t-0-day_year"] == ["1999"]
    live.control("t-0-kind").select_option("b")
    live.expect_errors("t-0-kind")
    live.formset("t", "setData([{country: 'de'}])")
    assert offered(live, "t-0-kind") == [["A", True], ["B", False]]
    assert same_as_engine(live)["t-0-select"] == ["ber"]
