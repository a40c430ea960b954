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
