"""A value that is no choice of its row any more is neither given up nor changed for another in silence."""

import pytest
from django import forms

from clientforms import ClientForm, ClientFormSet, ConditionalFieldsMixin
from clientforms.changes import FieldChoicesChanged, FieldErrorsChanged, FormAdded
from clientforms.engine.html.html_controls import submitted
from tests.engine.builders import changes_of, type_into
from tests.engine.oracle import assert_same_form_verdict, assert_same_verdict

CITIES = {
    "at": [("vie", "Vienna"), ("grz", "Graz")],
    "de": [("ber", "Berlin"), ("muc", "Munich")],
}
GROUPS = {
    country: [("All", cities[:1]), ("More", cities[1:])] for country, cities in CITIES.items()
}
COUNTRIES = [("at", "Austria"), ("de", "Germany")]


def trips(field, cities=CITIES, **options):
    """Return a formset class whose field `city` is `field`, with the cities of the row's country."""

    class TripForm(ConditionalFieldsMixin, forms.Form):
        country = forms.ChoiceField(choices=COUNTRIES)
        city = field

        choices_for = {"city": lambda data: cities.get(data["country"], [])}

    return forms.formset_factory(TripForm, **{"extra": 0, "can_delete": True, **options})


KINDS = {
    "select": lambda **options: trips(forms.ChoiceField(**options)),
    "groups": lambda **options: trips(forms.ChoiceField(**options), GROUPS),
    "typed": lambda **options: trips(forms.TypedChoiceField(coerce=str, **options)),
    "radio": lambda **options: trips(forms.ChoiceField(widget=forms.RadioSelect, **options)),
    "multiple": lambda **options: trips(forms.MultipleChoiceField(**options)),
    "ticks": lambda **options: trips(
        forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, **options)
    ),
}
SEVERAL = ("multiple", "ticks")
SAID = "Select a valid choice. grz is not one of the available choices."


def graz(kind):
    return ["grz"] if kind in SEVERAL else "grz"


def live_with(kind, *rows, **options):
    return ClientFormSet(KINDS[kind](**options), prefix="t", initial=list(rows))


def chosen_by_hand(kind, live):
    type_into(live, 0, city="grz")
    type_into(live, 0, country="de")


def in_the_initial_data(kind, live):
    live.reset([{"country": "de", "city": graz(kind)}])


def in_initial_data_whose_country_changes(kind, live):
    live.reset([{"country": "at", "city": graz(kind)}])
    type_into(live, 0, country="de")


def set_by_a_script(kind, live):
    live.set_data([{"country": "de", "city": graz(kind)}])


def set_as_posted(kind, live):
    live.set_data(
        {"t-TOTAL_FORMS": "1", "t-INITIAL_FORMS": "1", "t-0-country": "de", "t-0-city": ["grz"]}
    )


def updated(kind, live):
    live.update_data([{"city": graz(kind)}])
    live.update_data([{"country": "de"}])


def brought_by_a_new_row(kind, live):
    live.reset([])
    live.add_another({"country": "de", "city": graz(kind)})


def done_again(kind, live):
    chosen_by_hand(kind, live)
    live.undo()
    live.redo()


WAYS = [
    chosen_by_hand, in_the_initial_data, in_initial_data_whose_country_changes, set_by_a_script,
    set_as_posted, updated, brought_by_a_new_row, done_again,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("required", [True, False])
def test_it_stays_and_is_an_error_in_djangos_words(kind, way, required):
    live = live_with(kind, {"country": "at"}, required=required)
    way(kind, live)
    assert live.post_data()["t-0-city"] == ["grz"]
    assert live.errors == [{"city": [SAID]}]
    assert not live.validate()
    assert_same_verdict(live)
    html = live.render_row(0)
    assert submitted(html)["t-0-city"] == [
        "grz"
    ]  # it is shown, and so is each choice that there is
    assert html.count('value="ber"') == html.count('value="muc"') == html.count('value="grz"') == 1
    type_into(live, 0, country="at")
    assert live.is_valid()
    assert live.post_data()["t-0-city"] == ["grz"]
    assert live.render_row(0).count('value="grz"') == 1


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_said_at_once_with_its_label_and_goes_when_another_is_chosen(kind):
    live = live_with(kind, {"country": "at"})
    live.refresh()
    told, errors = changes_of(live, FieldChoicesChanged), changes_of(live, FieldErrorsChanged)
    type_into(live, 0, city="grz")
    type_into(live, 0, country="de")
    assert [each.messages for each in errors if each.field == "city"] == [(SAID,)]
    assert "Graz" in told[-1].html
    assert "Vienna" not in told[-1].html
    type_into(live, 0, city="muc")
    assert "Graz" not in told[-1].html
    assert live.is_valid()
    assert_same_verdict(live)


@pytest.mark.parametrize("kind", SEVERAL)
def test_of_several_each_is_what_it_is(kind):
    live = live_with(kind, {"country": "at"})
    live.set_data([{"country": "de", "city": ["muc", "grz"]}])
    assert live.post_data()["t-0-city"] == ["muc", "grz"]
    assert live.errors == [{"city": [SAID]}]
    assert sorted(submitted(live.render_row(0))["t-0-city"]) == ["grz", "muc"]


def test_what_nobody_chose_follows_the_choices_as_in_a_browser():
    live = live_with("select", {"country": "at"})
    assert live.post_data()["t-0-city"] == ["vie"]
    type_into(live, 0, country="de")
    assert live.post_data()["t-0-city"] == ["ber"]
    live.set_data([{"country": "at"}])
    assert live.post_data()["t-0-city"] == ["vie"]
    assert live.is_valid()


def test_a_row_that_comes_back_offers_it_again():
    live = live_with("select", {"country": "at"})
    live.add_another({"country": "at", "city": "grz"})
    type_into(live, 1, country="de")
    added = changes_of(live, FormAdded)
    live.remove_form(1)
    live.undo()
    assert submitted(added[-1].html)["t-1-city"] == ["grz"]
    live.duplicate(1)
    assert submitted(added[-1].html)["t-2-city"] == ["grz"]
    assert_same_verdict(live)


def test_a_policy_that_is_quiet_says_it_when_it_is_asked():
    live = ClientFormSet(KINDS["select"](), prefix="t", initial=[{}], validation="manual")
    live.refresh()
    told = changes_of(live, FieldErrorsChanged)
    key = live.keys[0]
    live.input(key, {"t-0-city": ["grz"], "t-0-country": ["de"]})
    live.refresh()
    assert told == []
    assert not live.validate()
    assert [each.messages for each in told] == [(SAID,)]


def test_a_form_that_stands_alone_does_the_same():
    live = ClientForm(KINDS["select"]().form)
    live.refresh()
    live.input(live.keys[0], {"city": ["grz"]})
    live.input(live.keys[0], {"country": ["de"]})
    assert live.errors == {"city": [SAID]}
    assert_same_form_verdict(live)
    assert not live.set_data({"country": "at", "city": "muc"})
    assert live.post_data() == {"country": ["at"], "city": ["muc"]}
    live.reset({"country": "de", "city": "grz"})
    assert submitted(live.render_row(0)) == live.post_data() == {"country": ["de"], "city": ["grz"]}


def test_a_hidden_initial_value_stays():
    live = ClientForm(
        trips(forms.ChoiceField(show_hidden_initial=True)).form,
        initial={"country": "at", "city": "grz"},
    )
    live.input(live.keys[0], {"country": ["de"]})
    assert live.post_data()["initial-city"] == ["grz"]
    assert live.post_data()["city"] == ["grz"]


def test_a_copy_of_the_row_shows_it_by_its_label():
    live = live_with("select", {"country": "at"})
    live.refresh()
    chosen_by_hand("select", live)
    live.duplicate(0)
    assert "Graz" in live.render_row(1)


@pytest.mark.parametrize("policy", ["auto", "manual"])
def test_the_page_says_it_only_if_it_says_errors_by_itself(policy):
    live = ClientFormSet(
        KINDS["select"](), prefix="t", initial=[{"country": "at"}], validation=policy
    )
    live.refresh()
    errors = changes_of(live, FieldErrorsChanged)
    for name, value in (("city", "grz"), ("country", "de")):
        live.input(live.keys[0], {f"t-0-{name}": [value]})
        live.refresh()
    assert [each.messages for each in errors if each.messages] == (
        [(SAID,)] if policy == "auto" else []
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_s_word_on_a_choice_that_is_not_offered_bars_nobody(kind):
    live = live_with(kind, {"country": "at"}, required=False)
    key = live.keys[0]
    live.keep_errors(key, {"city": [SAID, "Graz is full."], "country": ["Closed."]})
    assert live.errors == [{"city": ["Graz is full."], "country": ["Closed."]}]
    type_into(live, 0, city="grz")
    assert live.errors == [{"country": ["Closed."]}]


def test_a_server_s_word_on_choices_of_its_own_is_kept():
    class TripForm(forms.Form):
        city = forms.ChoiceField(choices=CITIES["at"], required=False)

    live = ClientForm(TripForm)
    live.keep_errors(live.keys[0], {"city": [SAID]})
    assert live.errors == {"city": [SAID]}
