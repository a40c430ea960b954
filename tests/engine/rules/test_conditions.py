"""Fields that depend on others: shown, enabled, required, and their choices; page and server alike."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from clientforms import ClientForm, ClientFormSet, ConditionalFieldsMixin, TargetError
from clientforms.changes import FieldChoicesChanged, FieldStateChanged, FormAdded
from tests.engine.builders import changes_of, type_into
from tests.engine.oracle import assert_same_form_verdict, assert_same_verdict

CITIES = {"fr": ["Lyon", "Paris"], "it": ["Milano", "Roma"]}


class OrderForm(ConditionalFieldsMixin, forms.Form):
    delivery = forms.ChoiceField(choices=[("shop", "Shop"), ("post", "Post")])
    address = forms.CharField()
    gift = forms.BooleanField(required=False)
    greeting = forms.CharField(required=False, min_length=3)
    country = forms.ChoiceField(choices=[("fr", "France"), ("it", "Italy")])
    city = forms.ChoiceField()
    note = forms.CharField(required=False, initial="none")

    show_if = {"address": lambda data: data["delivery"] == "post", "greeting": "gift"}
    require_if = {"greeting": "gift"}
    enable_if = {"note": lambda data: data["address"]}
    choices_for = {"city": lambda data: [(each, each) for each in CITIES.get(data["country"], ())]}

    def clean_address(self):
        if self.cleaned_data["address"] == "nowhere":
            raise ValidationError("There is no such place.")
        return self.cleaned_data["address"]


OrderFormSet = forms.formset_factory(OrderForm, extra=2, can_delete=True)
BASE = {"delivery": "shop", "country": "fr", "city": "Lyon"}


class TestOnAServer:
    def test_a_field_that_is_not_shown_is_not_required_and_its_data_is_ignored(self):
        form = OrderForm(BASE | {"address": "nowhere"})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["address"] == ""
        form = OrderForm(BASE | {"delivery": "post"})
        assert form.errors == {"address": ["This field is required."]}

    def test_a_field_is_required_where_its_condition_holds(self):
        assert OrderForm(BASE | {"gift": "on"}).errors == {"greeting": ["This field is required."]}
        assert OrderForm(BASE | {"gift": "on", "greeting": "Hello"}).is_valid()

    def test_a_field_that_is_not_enabled_keeps_its_initial_value(self):
        assert self.cleaned(BASE | {"note": "mine"})["note"] == "none"
        posted = BASE | {"delivery": "post", "address": "Here", "note": "mine"}
        assert self.cleaned(posted)["note"] == "mine"

    def test_choices_follow_another_field(self):
        assert OrderForm(BASE | {"country": "it", "city": "Roma"}).is_valid()
        form = OrderForm(BASE | {"country": "it"})
        assert form.errors == {
            "city": ["Select a valid choice. Lyon is not one of the available choices."]
        }

    def test_withheld_fields_have_not_changed(self):
        form = OrderForm(BASE | {"address": "x"}, initial=BASE)
        assert form.changed_data == []
        assert not form.has_changed()

    def test_everything_is_rendered_for_pages_without_scripts(self):
        html = str(OrderForm())
        assert 'name="address"' in html
        assert "disabled" not in html
        assert '<option value="Lyon">' in str(OrderForm(initial={"country": "fr"}))

    def test_a_model_of_mistakes(self):
        class Unknown(ConditionalFieldsMixin, forms.Form):
            name = forms.CharField()
            show_if = {"nane": "name"}

        class Asking(ConditionalFieldsMixin, forms.Form):
            name = forms.CharField()
            show_if = {"name": "nane"}

        class Circle(ConditionalFieldsMixin, forms.Form):
            a = forms.CharField()
            b = forms.CharField()
            show_if = {"a": "b", "b": "a"}

        for form_class, said in [
            (Unknown, r"Unknown\.show_if names 'nane'"),
            (Asking, "reads 'nane'"),
            (Circle, r"are circular: [ab] → [ab] → [ab]"),
        ]:
            with pytest.raises(TargetError, match=said):
                form_class({"a": "1", "b": "2", "name": "x"}).is_valid()

    def test_a_field_that_was_taken_out_is_no_mistake(self):
        class Short(OrderForm):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                del self.fields["address"]
                del self.fields["note"]

        assert Short(BASE).is_valid()

    def cleaned(self, data):
        form = OrderForm(data)
        assert form.is_valid(), form.errors
        return form.cleaned_data


class TestInThePage:
    def test_states_are_told_as_they_change(self):
        live = ClientForm(OrderForm)
        told = changes_of(live, FieldStateChanged)
        live.refresh()
        assert {(each.field, each.shown, each.enabled) for each in told} == {
            ("address", False, True), ("greeting", False, True), ("note", True, False),
        }  # fmt: skip
        told.clear()
        type_in(live, delivery="post")
        assert [(each.field, each.shown, each.required) for each in told] == [
            ("address", True, True)
        ]
        type_in(live, address="Here")
        assert [(each.field, each.enabled) for each in told[1:]] == [("note", True)]

    def test_what_was_typed_is_kept_while_it_is_withheld(self):
        live = ClientForm(OrderForm)
        type_in(live, delivery="post", address="Here")
        type_in(live, delivery="shop")
        assert "address" not in live.post_data()
        assert_same_form_verdict(live)
        live.correct(live.keys[0], {"address": None})  # a disabled control posts nothing
        type_in(live, delivery="post")
        assert live.post_data()["address"] == ["Here"]
        assert live.cleaned_data["address"] == "Here"

    def test_choices_are_told_and_a_value_that_is_none_any_more_stays_and_is_an_error(self):
        live = ClientForm(OrderForm)
        type_in(live, country="fr", city="Paris")
        told = changes_of(live, FieldChoicesChanged)
        type_in(live, country="it")
        assert [each.field for each in told] == ["city"]
        assert "Roma" in told[0].html
        assert "Lyon" not in told[0].html
        assert live.post_data()["city"] == ["Paris"]
        assert live.errors["city"] == [
            "Select a valid choice. Paris is not one of the available choices."
        ]
        assert_same_form_verdict(live)
        type_in(live, city="Roma")
        assert "Paris" not in told[-1].html

    def test_rows_decide_for_themselves(self):
        live = ClientFormSet(OrderFormSet, prefix="o")
        live.refresh()
        told = changes_of(live, FieldStateChanged)
        type_into(live, 1, delivery="post")
        assert {each.key for each in told} == {live.keys[1]}
        assert "o-1-address" in live.post_data()
        assert "o-0-address" not in live.post_data()
        assert_same_verdict(live)
        added = changes_of(live, FormAdded)
        live.add_another()
        assert added
        assert {each.field for each in told if each.key == live.keys[2]} == {
            "address", "greeting", "note"
        }  # fmt: skip

    def test_the_conditions_say_which_fields_steer(self):
        live = ClientForm(OrderForm)
        key = live.keys[0]
        assert live.steers(key, {"delivery"})
        assert live.steers(key, {"country"})
        assert not live.steers(key, {"city"})

    def test_an_error_goes_with_its_field(self):
        live = ClientForm(OrderForm)
        type_in(live, delivery="post", address="nowhere")
        assert "address" in live.errors
        type_in(live, delivery="shop")
        assert live.errors == {}
        assert live.is_valid()


def type_in(live, **values):
    for name, value in values.items():
        live.input(live.keys[0], {name: [value]})
        live.validate_field(live.keys[0], name)


def test_what_is_looked_up_in_the_blank_form_does_not_change_what_is_posted():
    live = ClientForm(OrderForm)
    assert live.set_data(BASE | {"delivery": "post", "address": "Rue Ney", "note": "ring"})
    posted = live.post_data()
    assert posted["address"] == ["Rue Ney"]
    live.blank_form(0)
    live.sample()
    assert live.post_data() == posted


def test_a_withheld_field_whose_control_would_be_posted_is_told_of_again():
    live = ClientFormSet(OrderFormSet, prefix="o", initial=[BASE])
    live.refresh()
    told = changes_of(live, FieldStateChanged)
    key = live.keys[0]
    states = {"address": (False, True), "greeting": (False, True), "note": (True, False)}
    for name, state in states.items():
        for posted, enabled in ((None, set()), (["x"], {(key, name)})):
            told.clear()
            assert live.take_looks([(key, {f"o-0-{name}": (posted, None)})])[2] == enabled
            live.refresh()
            found = [(each.key, each.field, (each.shown, each.enabled)) for each in told]
            assert found == [(key, name, state) for _ in enabled]
            assert f"o-0-{name}" not in live.post_data()
