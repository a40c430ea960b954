"""Rows as the server will see them: each row's own choices, and what is taken over from markup."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.oracle import assert_agrees, classes

TRIPS = """
    from clientforms import ConditionalFieldsMixin

    CITIES = {"at": [("vie", "Vienna"), ("grz", "Graz")], "de": [("ber", "Berlin"), ("muc", "Munich")]}

    class TripForm(ConditionalFieldsMixin, forms.Form):
        country = forms.ChoiceField(choices=[("at", "Austria"), ("de", "Germany")])
        city = forms.ChoiceField()

        choices_for = {"city": lambda data: CITIES.get(data["country"], [])}

    TripFormSet = forms.formset_factory(TripForm, extra=0, can_delete=True)
"""
TRIPS_PAGE = """
<form id="trips" data-clientforms>
  <div data-formset="case.TripFormSet" data-prefix="trips" data-initial="stored"></div>
  <button>Save</button>
</form>
<script type="application/json" id="stored">
  [{"country": "at", "city": "grz"}, {"country": "de", "city": "muc"}]
</script>
"""
STORED = [{"country": "at", "city": "grz"}, {"country": "de", "city": "muc"}]


def cities(live) -> list[list[str]]:
    """What each row's city is, and what it could be."""
    return live.page.evaluate(
        """() => [...document.querySelectorAll('[name$="-city"]')].map(
            ({value, options}) => [value, ...[...options].map(each => each.value)])"""
    )


def test_each_row_has_its_own_choices_and_keeps_its_value(author):
    made = classes(TRIPS)["TripFormSet"]
    live = author(TRIPS_PAGE, TRIPS)
    graz, munich = ["grz", "vie", "grz"], ["muc", "ber", "muc"]
    agrees = lambda: assert_agrees(live, "trips", made, initial=STORED)  # noqa: E731
    assert cities(live) == [graz, munich]
    assert not agrees().has_changed()
    live.page.evaluate("rows => clientforms.formset('trips').setData(rows)", STORED)
    assert cities(live) == [graz, munich]
    live.formset("trips", "duplicate(1)")
    assert cities(live) == [graz, munich, munich]
    live.formset("trips", "duplicate(0)")
    assert cities(live) == [graz, munich, graz, munich]
    assert agrees().is_valid()
    live.control("trips-0-country").select_option("de")
    expect(live.control("trips-0-city").locator("option")).to_have_text(["Berlin", "Munich"])
    assert cities(live)[1:] == [munich, graz, munich]
    live.formset("trips", "undo()")
    assert cities(live) == [graz, munich, graz, munich]
    live.formset("trips", "reset()")
    assert cities(live) == [graz, munich]
    assert not agrees().has_changed()


TITLES = """
    class TitleForm(forms.Form):
        name = forms.CharField(max_length=20, required=False)

    TitleFormSet = forms.formset_factory(
        TitleForm, extra=1, min_num=1, max_num=5, can_delete=True, can_order=True
    )
    PlainFormSet = forms.formset_factory(TitleForm, extra=2)

"""
TITLES_PAGE = """
<form id="titles" data-clientforms>
  <div data-formset="case.TitleFormSet" data-prefix="titles" data-initial="stored"></div>
  <button>Save</button>
</form>
<form id="plain" data-clientforms>
  <div data-formset="case.PlainFormSet" data-prefix="plain">
    <input type="hidden" name="plain-TOTAL_FORMS" value="3">
    <input type="hidden" name="plain-INITIAL_FORMS" value="1">
    <div data-formset-rows>
      {rows}
    </div>
  </div>
</form>
<script type="application/json" id="stored">[{{"name": "a"}}, {{"name": "b"}}, {{"name": "c"}}]</script>
"""
PLAIN_ROW = """<div data-formset-row><input name="plain-{i}-name" value="{name}">
<button type="button" data-formset-action="move-up">Up</button>
<button type="button" data-formset-action="move-down">Down</button></div>"""
ABC = [{"name": name} for name in "abc"]


def barred(live, prefix: str) -> list[str]:
    """For each row, which of its buttons to move say that they do nothing."""
    return live.page.evaluate(
        """prefix => [...document.querySelectorAll(
            `[data-prefix="${prefix}"] [data-formset-row]`)].map(row => ["up", "down"].filter(way =>
                row.querySelector(`[data-formset-action="move-${way}"]`)?.ariaDisabled).join(" "))""",
        prefix,
    )


def shown(live) -> list[str]:
    """The names as the page shows them."""
    return live.page.evaluate(
        """() => [...document.querySelectorAll('[name^="titles-"][name$="-name"]')].map(
            ({value}) => value)"""
    )


def test_the_order_that_is_shown_is_the_servers_and_its_ends_are_known(author):
    made = classes(TITLES)["TitleFormSet"]
    rows = "".join(PLAIN_ROW.format(i=i, name=name) for i, name in enumerate("xyz"))
    live = author(TITLES_PAGE.format(rows=rows), TITLES)

    def agree(*names):
        assert shown(live) == list(names)
        django = assert_agrees(live, "titles", made, initial=ABC)
        found = [form.cleaned_data["name"] for form in django.ordered_forms]
        assert found == [name for name in names if name]
        middle = [""] * (len(names) - 2)
        assert barred(live, "titles") == ["up", *middle, "down"]

    agree("a", "b", "c", "")
    for _ in range(4):  # once more than there is room
        live.button("titles", "move-up", row=shown(live).index("")).press("Enter")
    agree("", "a", "b", "c")
    focused = "document.activeElement.dataset.formsetAction"
    assert live.page.evaluate(focused) == "move-up"
    live.type("titles-3-name", "x", leave=False)
    agree("x", "a", "b", "c")  # before any pause, so that a submit would carry it
    live.formset("titles", "undo()")
    agree("", "a", "b", "c")
    live.type("titles-3-name", "y")
    live.formset("titles", "duplicate(3)")
    agree("y", "y", "a", "b", "c")
    live.formset("titles", "removeForm(4)")
    live.formset("titles", "move(0, 3)")
    agree("a", "b", "c", "y")
    rows = '[{"name": "a", "ORDER": 2}, {"name": "b", "ORDER": 3}, {"name": "c", "ORDER": 1}]'
    live.formset("titles", f"setData({rows})")
    agree("c", "a", "b")

    # Without can_order, rows with initial data stay first, and so the author's own buttons say.
    assert barred(live, "plain") == ["up down", "up", "down"]
    live.formset("plain", "addAnother()")
    assert barred(live, "plain")[:3] == ["up down", "up", ""]
