"""Edge cases of Django's formsets that concern rows: which there are, and which count."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from clientforms import ClientFormSet, LimitError
from clientforms.changes import FieldErrorsChanged, FormRenumbered
from tests.engine.builders import changes_of, type_into
from tests.engine.oracle import assert_same_verdict, fresh_formset


class Person(forms.Form):
    name = forms.CharField()
    age = forms.IntegerField(required=False)


def people(*names: str, form=Person, formset=forms.BaseFormSet, initial=None, **options):
    """A formset that holds `names`, one row each, and was given no initial data."""
    options = {"extra": 0} | options
    live = ClientFormSet(forms.formset_factory(form, formset=formset, **options), initial=initial)
    if names:
        live.set_data([{"name": name} for name in names])
    return live


def stored(*names: str, **options):
    """A formset with one initial row for each name."""
    return people(initial=[{"name": name} for name in names], **options)


def numbers(live) -> set[str]:
    return {name.split("-")[1] for name in live.post_data() if name.split("-")[1].isdigit()}


class TestMiddleExtraRowRemoved:
    """Django 1"""

    def test_leaves_no_gap_in_the_numbers_and_a_true_count(self):
        live = people("a", "b", "c")
        live.remove_form(1)
        assert live.post_data()["form-TOTAL_FORMS"] == ["2"]
        assert numbers(live) == {"0", "1"}
        assert [row["name"] for row in live.cleaned_data] == ["a", "c"]
        assert_same_verdict(live)

    def test_would_lose_a_row_in_django_if_the_gap_stayed(self):
        posted = people("a", "b", "c").post_data() | {"form-TOTAL_FORMS": ["2"]}
        gap = {name: value[0] for name, value in posted.items() if "form-1-" not in name}
        django = forms.formset_factory(Person)(gap)
        assert django.is_valid()
        assert [row.get("name") for row in django.cleaned_data] == ["a", None]

    @pytest.mark.parametrize("min_num", [0, 2])
    def test_asks_nothing_of_a_row_that_is_not_there(self, min_num):
        class Greeting(Person):
            word = forms.CharField(initial="Hello")

        live = people(form=Greeting, min_num=min_num, extra=3)
        live.set_data([{"name": name, "word": "x"} for name in "abc"])
        live.remove_form(1)
        assert live.is_valid()
        assert [row["name"] for row in live.cleaned_data] == ["a", "c"]
        assert_same_verdict(live)

    def test_numbers_have_no_gap_after_any_other_operation_either(self):
        live = people("a", "b", "c", can_order=True)
        for change in (
            lambda: live.insert(1),
            lambda: live.duplicate(0),
            lambda: live.move(0, 3),
            lambda: live.remove_form(0),
            live.undo,
            lambda: live.set_data([{}]),
        ):
            change()
            assert numbers(live) == {str(number) for number in range(len(live))}
            assert live.post_data()["form-TOTAL_FORMS"] == [str(len(live))]


class TestInitialRowDeleted:
    """Django 2"""

    class Kept(Person):
        id = forms.IntegerField(widget=forms.HiddenInput)

    @pytest.fixture
    def live(self):
        initial = [{"id": 7, "name": "a"}, {"id": 8, "name": "b"}]
        return people(form=self.Kept, initial=initial, can_delete=True)

    def test_keeps_its_number_and_the_count_of_initial_forms(self, live):
        renumbered, keys = changes_of(live, FormRenumbered), live.keys
        live.remove_form(0)
        posted = live.post_data()
        assert (renumbered, live.keys) == ([], keys)
        assert posted["form-INITIAL_FORMS"] == posted["form-TOTAL_FORMS"] == ["2"]
        assert posted["form-0-DELETE"] == ["on"]
        assert [form.prefix for form in live.deleted_forms] == ["form-0"]
        assert_same_verdict(live)

    def test_says_which_row_it_is(self, live):
        """A model formset needs the id beside DELETE."""
        live.remove_form(0)
        assert live.post_data()["form-0-id"] == ["7"]
        assert live.deleted_forms[0].cleaned_data["id"] == 7

    def test_needs_nothing_but_delete_to_be_valid(self):
        live = stored("a", "b", can_delete=True)
        kept = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-1-name": "b"}
        assert live.set_data(kept | {"form-0-DELETE": "on"})
        assert [form.prefix for form in live.deleted_forms] == ["form-0"]
        assert not live.set_data(kept)
        assert live.forms[0].errors["name"] == ["This field is required."]
        assert_same_verdict(live)

    def test_cannot_go_where_django_could_not_be_told(self):
        with pytest.raises(LimitError, match="has to stay"):
            stored("a", "b").remove_form(0)


class TestErrorsLeaveOutDeletedForms:
    """Django 3"""

    def test_so_a_rows_errors_are_read_from_its_form(self):
        live = stored("a", "b", can_delete=True)
        live.remove_form(0)
        type_into(live, 1, age="x")
        assert len(live.errors) == 1
        assert live.forms[0].errors == {}
        assert live.forms[1].errors["age"] == live.errors[0]["age"]
        assert_same_verdict(live)

    def test_and_what_is_shown_goes_to_the_right_row(self):
        live = stored("a", "b", can_delete=True)
        live.remove_form(0)
        seen = changes_of(live, FieldErrorsChanged)
        type_into(live, 1, age="x")
        assert [(each.key, each.field) for each in seen] == [(live.keys[1], "age")]


class TestDeletedRowsErrors:
    """Django 4"""

    class Wrong(Person):
        def clean(self):
            raise ValidationError("Never right.")

    def test_do_not_count(self):
        seen = []

        class Watching(forms.BaseFormSet):
            def clean(self):
                seen[:] = [form.cleaned_data for form in self.forms]

        live = people(
            form=self.Wrong, formset=Watching, initial=[{}], can_delete=True, can_order=True
        )
        type_into(live, 0, age="x", ORDER="first")
        assert set(live.forms[0].errors) == {"name", "age", "ORDER", "__all__"}
        assert not live.is_valid()
        live.remove_form(0)
        assert live.is_valid()
        assert live.errors == []
        assert live.total_error_count() == 0
        assert not live.forms[0].is_valid()
        assert live.forms[0].cleaned_data == {"DELETE": True}
        assert seen == [{"DELETE": True}]
        assert_same_verdict(live)

    def test_are_not_shown_and_come_back_when_the_row_is_kept(self):
        live = stored("a", can_delete=True)
        type_into(live, 0, age="x")
        seen = changes_of(live, FieldErrorsChanged)
        live.remove_form(0)
        live.restore(0)
        assert [each.messages for each in seen] == [(), ("Enter a whole number.",)]


class TestBlankExtraRow:
    """Django 5"""

    def test_is_no_error_and_gives_nothing(self):
        live = people(extra=2)
        assert live.is_valid()
        assert live.cleaned_data == [{}, {}]
        assert [form.cleaned_data.get("name") for form in live.forms] == [None, None]

    def test_stays_blank_with_white_space_in_it(self):
        live = people(extra=1)
        type_into(live, 0, name="  ")
        assert live.is_valid()
        assert live.cleaned_data == [{}]
        assert not live.has_changed()
        assert_same_verdict(live)

    def test_two_are_not_twice_the_same_to_a_clean_that_looks_for_none(self):
        class Unique(forms.BaseFormSet):
            def clean(self):
                names = [form.cleaned_data.get("name") for form in self.forms]
                names = [name for name in names if name is not None]
                if len(set(names)) < len(names):
                    raise ValidationError("Twice.")

        live = people(formset=Unique, extra=2)
        assert live.is_valid()
        type_into(live, 0, name="a")
        type_into(live, 1, name="a")
        assert live.non_form_errors() == ["Twice."]

    def test_is_required_through_a_select_without_an_empty_option(self):
        class Choosing(Person):
            size = forms.ChoiceField(choices=[("s", "S"), ("l", "L")])

        live = people(form=Choosing, extra=1)
        assert live.post_data()["form-0-size"] == ["s"]
        assert live.errors == [{"name": ["This field is required."]}]
        assert_same_verdict(live)

    def test_is_required_through_an_unticked_checkbox_that_was_ticked(self):
        class Ticked(Person):
            agreed = forms.BooleanField(initial=True, required=False)

        live = people(form=Ticked, extra=1)
        assert live.is_valid()
        type_into(live, 0, agreed=None)
        assert live.errors == [{"name": ["This field is required."]}]
        assert_same_verdict(live)

    def test_is_required_through_an_order_so_moving_writes_none_into_it(self):
        live = people("a", "b", extra=1, can_order=True)
        live.add_another()
        live.move(2, 0)
        assert [live.post_data()[f"form-{i}-ORDER"] for i in range(3)] == [[""], ["1"], ["2"]]
        assert live.is_valid()
        type_into(live, 0, ORDER="1")
        assert live.errors[0] == {"name": ["This field is required."]}
        assert_same_verdict(live)

    def test_marked_for_deletion_it_counts_as_changed(self):
        live = people(extra=1, can_delete=True)
        type_into(live, 0, DELETE="on")
        assert live.has_changed()
        assert live.is_valid()
        assert [form.prefix for form in live.deleted_forms] == ["form-0"]
        assert_same_verdict(live)


class TestOrder:
    """Django 9"""

    def ordered(self, *orders: str) -> str:
        live = people(can_order=True)
        live.set_data(
            [{"name": n, "ORDER": order} for n, order in zip("abcd", orders, strict=False)]
        )
        assert_same_verdict(live)
        return "".join(form.cleaned_data["name"] for form in live.ordered_forms)

    def test_blanks_come_last_ties_stay_and_negatives_come_first(self):
        assert self.ordered("", "2", "1", "") == "cbad"
        assert self.ordered("1", "1", "1", "1") == "abcd"
        assert self.ordered("0", "2", "-1", "0") == "cadb"

    def test_initial_rows_have_their_number_and_extras_none(self):
        live = stored("a", "b", extra=1, can_order=True)
        assert [live.post_data()[f"form-{i}-ORDER"] for i in range(3)] == [["1"], ["2"], [""]]
        live.set_data([{"name": "a", "ORDER": 1}, {"name": "b", "ORDER": 2}, {"name": "c"}])
        assert [row["ORDER"] for row in live.cleaned_data] == [1, 2, None]

    def test_unchanged_extras_and_deleted_rows_are_left_out(self):
        live = stored("a", "b", extra=2, can_order=True, can_delete=True)
        live.remove_form(0)
        type_into(live, 3, name="d")
        assert [form.prefix for form in live.ordered_forms] == ["form-1", "form-3"]
        assert_same_verdict(live)

    def test_half_a_place_is_an_error(self):
        live = people("a", can_order=True)
        type_into(live, 0, ORDER="1.5")
        assert live.forms[0].errors["ORDER"] == ["Enter a whole number."]

    def test_an_invalid_formset_has_no_order_and_nothing_deleted_as_in_django(self):
        live = stored("a", "b", can_order=True, can_delete=True)
        live.remove_form(0)
        type_into(live, 1, age="x")
        for formset in (live, fresh_formset(live)):
            assert formset.deleted_forms == []
            with pytest.raises(AttributeError, match="ordered_forms"):
                formset.ordered_forms  # noqa: B018 - reading it is what is tested
            with pytest.raises(AttributeError, match="cleaned_data"):
                formset.cleaned_data  # noqa: B018


class TestNoDeleteOnExtras:
    """Django 14"""

    @pytest.fixture
    def live(self):
        return stored("a", extra=2, can_delete=True, can_delete_extra=False)

    def test_extras_and_the_empty_form_have_no_such_field(self, live):
        assert ["DELETE" in form.fields for form in live.forms] == [True, False, False]
        assert "DELETE" not in live.empty_form.fields
        assert "DELETE" not in live.render_row(1)

    def test_a_posted_one_is_ignored_so_the_row_goes_bodily(self, live):
        type_into(live, 1, name="b", DELETE="on")
        assert live.is_valid()
        assert live.deleted_forms == []
        assert live.forms[1].cleaned_data["name"] == "b"
        assert_same_verdict(live)
        live.remove_form(1)
        assert len(live) == 2
        assert "form-1-DELETE" not in live.post_data()
        assert_same_verdict(live)

    @pytest.mark.parametrize("value", ["false", "False", "", None])
    def test_text_that_means_no_is_no(self, value):
        live = stored("a", can_delete=True)
        type_into(live, 0, DELETE=value)
        assert not live.is_deleted(0)
        assert live.deleted_forms == []
        assert_same_verdict(live)
        type_into(live, 0, DELETE="on")
        assert live.is_deleted(0)
