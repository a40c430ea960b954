"""Initial data that is no choice of its select: it is shown and posted, never the first option in its place."""

import types

from playwright.sync_api import expect

from tests.browser.live_page import source_of

FORMS = """
    import datetime

    AB = [("a", "A"), ("b", "B")]
    LABELS = dict(AB)

    class OwnSelect(forms.Select):
        def create_option(self, name, value, *args, **kwargs):
            return {**super().create_option(name, value, *args, **kwargs), "label": LABELS[value]}

    class Pair(forms.MultiValueField):
        widget = forms.MultiWidget([forms.Select(choices=AB), forms.TextInput])
        widget.decompress = lambda value: (value or "-").split("-")

        def compress(self, values):
            return "-".join(values)

    SELECTS = {
        "required": forms.ChoiceField(choices=AB, initial="zz"),
        "optional": forms.ChoiceField(choices=[("", "None"), *AB], required=False, initial="zz"),
        "groups": forms.ChoiceField(choices=[("All", AB)], initial="zz"),
        "typed": forms.TypedChoiceField(choices=[(1, "One"), (2, "Two")], coerce=int, initial=7),
        "text": forms.CharField(widget=forms.Select(choices=AB), initial="zz"),
        "many": forms.ChoiceField(choices=[(str(n), str(n)) for n in range(30)], initial="zz"),
        "own": forms.ChoiceField(choices=AB, widget=OwnSelect, initial="zz"),
        "called": forms.ChoiceField(choices=AB, initial=lambda: "zz"),
    }

    class Trip(forms.Form):
        locals().update(SELECTS)
        pair = Pair((forms.ChoiceField(choices=AB), forms.CharField()), initial="zz-x")
        day = forms.DateField(widget=forms.SelectDateWidget(years=[2030, 2031]), initial=datetime.date(1999, 2, 3))
        later = forms.DateField(widget=forms.SelectDateWidget(years=[2030]), required=False, initial="1999-02-03")
        radio = forms.ChoiceField(choices=AB, widget=forms.RadioSelect, required=False, initial="zz")
        maybe = forms.NullBooleanField(initial="zz")

    class Stop(forms.Form):
        kind = forms.ChoiceField(choices=AB, initial="zz")
        name = forms.CharField(required=False)

    StopFormSet = forms.formset_factory(Stop, extra=1, can_delete=True)
    ManyFormSet = forms.formset_factory(Stop, extra=25)
"""
HELD = {
    **dict.fromkeys(["required", "optional", "groups", "text", "many", "own", "called", "pair_0"], "zz"),
    "typed": "7", "pair_1": "x", "day_year": "1999", "day_month": "2", "day_day": "3",
    "later_year": "1999", "later_month": "2", "later_day": "3", "maybe": "unknown",
}  # fmt: skip
WRONG = ["required", "optional", "groups", "many", "own", "called"]
SAID = "Select a valid choice. zz is not one of the available choices."
PAGE = """<form id="f"><div data-form="case.Trip" data-prefix="trip"></div></form>
<form id="g"><div data-formset="case.StopFormSet" data-prefix="stops" data-initial="two"></div></form>
<form id="h"><div data-formset="case.ManyFormSet" data-prefix="many"></div></form>
<script type="application/json" id="two">[{"kind": "yy"}, {"kind": "b"}]</script>"""


def posted(live, form_id, *parts):
    """What a submit of the form would carry, which is what the engine says."""
    data = live.form_data(form_id)
    assert data == live.page.evaluate(f"clientforms.{parts[0]}('{parts[1]}').postData()")
    return {name: values[0] for name, values in data.items()}


def trip(live):
    return {
        name.removeprefix("trip-"): each for name, each in posted(live, "f", "form", "trip").items()
    }


def kinds(live, form_id, prefix):
    data = posted(live, form_id, "formset", prefix)
    return [each for name, each in data.items() if name.endswith("-kind")]


def shown(live, name):
    return live.control(name).evaluate("each => each.selectedOptions[0].text")


def check_all_are_lost(live):
    assert trip(live) == HELD
    for name in WRONG:
        assert shown(live, f"trip-{name}") == "zz", name
    assert shown(live, "trip-day_year") == "1999"
    assert kinds(live, "g", "stops") == ["yy", "b", "zz"]
    assert kinds(live, "h", "many") == ["zz"] * 25


def test_it_is_shown_and_wrong_until_another_is_chosen(author):
    live = author(PAGE, FORMS)
    check_all_are_lost(live)
    assert not live.form("trip", "validate()")
    for name in WRONG:
        live.expect_errors(f"trip-{name}", SAID)
        live.control(f"trip-{name}").select_option(index=0 if name != "optional" else 1)
        live.expect_errors(f"trip-{name}")
    live.expect_errors("trip-typed", SAID.replace("zz", "7"))
    assert "day" not in live.form("trip", "errors()"), "DateField takes each year"
    live.control("trip-day_year").select_option("2031")
    assert trip(live) == HELD | dict.fromkeys(WRONG, "a") | {"many": "0", "day_year": "2031"}
    live.form("trip", "reset()")
    check_all_are_lost(live)

    live.control("stops-0-kind").select_option("a")
    live.formset("stops", "undo()")
    live.button("stops", "add").click()
    live.formset("stops", "duplicate(0)")
    assert kinds(live, "g", "stops") == ["yy", "b", "yy", "zz", "zz"]
    live.formset("stops", "addAnother({kind: 'xx', name: 'x'})")
    live.formset("stops", "updateData([{}, {kind: 'ww'}])")
    assert kinds(live, "g", "stops") == ["yy", "ww", "yy", "zz", "zz", "xx"]
    live.expect_errors("stops-1-kind", SAID.replace("zz", "ww"))
    live.formset("many", "setData([{kind: 'yy'}, {kind: 'b'}])")
    assert kinds(live, "h", "many") == ["yy", "b"]
    live.expect_errors("many-0-kind", SAID.replace("zz", "yy"))


def test_html_made_beforehand_shows_it_from_the_first_moment(author, page):
    live = author(PAGE, FORMS, prerendered=True, wait=False)
    early = live.control("trip-required")
    expect(early).to_have_value("zz")
    assert shown(live, "many-24-kind") == "zz"
    early.select_option("b")
    live.wait_until_ready()
    assert trip(live) == HELD | {"required": "b"}
    live.form("trip", "reset()")
    check_all_are_lost(live)


def test_a_select_of_a_server_in_which_nothing_was_chosen_begins_with_it(author):
    case = types.ModuleType("case")
    exec(source_of(FORMS), case.__dict__)
    bound = case.Trip({"trip-groups": "a", "trip-text": "yy"}, prefix="trip")
    chosen = case.StopFormSet(initial=[{"kind": "b"}], prefix="stops")
    html = f"""<form id="f" data-form="case.Trip" data-prefix="trip">{case.Trip(prefix="trip")}</form>
    <form id="g" data-formset="case.StopFormSet" data-prefix="stops">{chosen}</form>
    <form id="h" data-formset="case.ManyFormSet" data-prefix="many">{case.ManyFormSet(prefix="many")}</form>"""
    live = author(html, FORMS, wait=False)
    expect(live.control("trip-many")).to_have_value("0")  # as browsers have it
    live.control("trip-optional").select_option("b")
    live.wait_until_ready()
    assert trip(live) == HELD | {"optional": "b"}
    assert kinds(live, "g", "stops") == ["b", "zz"]
    assert kinds(live, "h", "many") == ["zz"] * 25
    live.form("trip", "reset()")
    assert trip(live) == HELD

    live = author(f'<form id="f" data-form="case.Trip" data-prefix="trip">{bound}</form>', FORMS)
    assert trip(live)["groups"] == "a", "the server's own choice"
    assert shown(live, "trip-groups") == "A"
