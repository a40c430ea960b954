"""Faults that the state machine found: the shortest sequences of each. The docstrings say what was wrong."""

import itertools

import pytest
from django import forms

from clientforms import ClientForm, ClientFormSet
from tests.engine.builders import type_into
from tests.engine.oracle import assert_same_verdict, fresh_formset


class Named(forms.Form):
    name = forms.CharField(required=False)


class Greeting(forms.Form):
    word = forms.CharField(required=False, initial=lambda: "Hello")


class MoreOnOdd(forms.BaseFormSet):
    """Rows with odd numbers have a field more."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if index is not None and index % 2:
            form.fields[f"more_{index}"] = forms.CharField(required=False)


def live_of(form, initial=None, formset=forms.BaseFormSet, **options):
    options = {"extra": 0} | options
    return ClientFormSet(forms.formset_factory(form, formset=formset, **options), initial=initial)


def test_posted_data_with_more_initial_forms_than_forms():
    """The count of initial forms stayed larger than that of the rows: no row could be added."""
    live = live_of(Named)
    live.set_data({"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "1"})
    assert live.initial_form_count() == 0
    assert_same_verdict(live)
    assert live.add_another() == 0


def test_initial_rows_past_the_absolute_maximum():
    """Django's bound formset has fewer forms than there are rows; pairing them up crashed."""
    live = live_of(Named, initial=[{}], max_num=0, absolute_max=0)
    assert len(live) == 1
    assert_same_verdict(live)
    live.validate()


def test_a_row_leaves_a_field_of_its_old_number_behind():
    """Its control went along, and was posted under a name that no form has."""
    live = live_of(Named, formset=MoreOnOdd, extra=2)
    live.insert(0)
    assert "form-2-more_1" not in live.post_data()
    assert live.set_data(live.post_data())
    assert_same_verdict(live)


def test_undo_gives_a_row_its_field_back():
    """The value was dropped, because the field was not among those of the number in between."""
    live = live_of(Named, formset=MoreOnOdd, extra=2)
    before = live.post_data()
    live.remove_form(0)
    live.undo()
    assert live.post_data() == before


def test_rows_that_come_back_have_the_fields_of_their_new_numbers():
    """After an older removal was taken back, undo put rows under other numbers than they went with."""
    live = live_of(Named, formset=MoreOnOdd, extra=3)
    live.remove_form(0)
    live.remove_all()
    later, earlier = live.removals()
    assert live.take_back(earlier)
    assert live.take_back(later)
    assert "form-1-more_1" in live.post_data()
    assert "form-2-more_1" not in live.post_data()
    assert live.set_data(live.post_data())
    assert_same_verdict(live)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_steps_that_are_taken_back_one_by_one_leave_no_field_of_another_number(order):
    """A step was taken down while a row had another number, and gave it a field of that one.

    A field that it had at its own number was missing.
    """
    live = live_of(Named, formset=MoreOnOdd, initial=[{}, {}, {}], extra=3, can_delete=True)
    before = dict(live.post_data())
    live.remove_form(3)
    live.remove_form(3)
    live.remove_all()
    removals = live.removals()
    for place in order:
        assert live.take_back(removals[place])
        assert_same_verdict(live)
        for index, form in enumerate(fresh_formset(live).forms):
            names = {f"form-{index}-{name}" for name in form.fields if name != "DELETE"}
            posted = {name for name in live.post_data() if name.startswith(f"form-{index}-")}
            assert posted - {f"form-{index}-DELETE"} == names
    assert live.post_data() == before


def test_a_hidden_multiple_choice_takes_a_list():
    """Data for it was refused with "takes one value"."""

    class Tagged(forms.Form):
        tags = forms.MultipleChoiceField(
            choices=[("a", "A"), ("b", "B")], widget=forms.MultipleHiddenInput
        )

    live = live_of(Tagged, extra=1)
    assert live.set_data([{"tags": ["a", "b"]}])
    assert live.cleaned_data == [{"tags": ["a", "b"]}]
    assert_same_verdict(live)


def test_markup_taken_over_has_the_initial_data_that_it_shows():
    """The field's own callable default was taken for it: an untouched row had changed."""
    live = live_of(Greeting)
    live.in_page.take_over([{"form-0-word": ["Good morning"]}], 1)
    assert live.initial == [{"word": "Good morning"}]
    assert not live.has_changed()
    assert_same_verdict(live)


def test_a_callable_default_does_not_beat_initial_data_that_is_given():
    """A row that was once at a number without initial data kept the default forever."""
    live = live_of(Greeting, initial=[{}, {"word": "Good morning"}])
    live.set_data(live.post_data() | {"form-INITIAL_FORMS": ["0"]})
    live.remove_form(0)
    live.undo()
    assert_same_verdict(live)
    type_into(live, 1, word="Good morning")
    assert not live.forms[1].has_changed()
    assert_same_verdict(live)


def test_data_puts_rows_that_were_moved_in_the_order_of_their_numbers():
    """An initial row stayed where it was moved to, also when the data made it an extra one."""
    live = live_of(Named, initial=[{}], extra=1, can_order=True)
    live.move(0, 1)
    assert live.order == live.keys[::-1]
    live.set_data(live.post_data() | {"form-INITIAL_FORMS": ["0"]})
    assert live.order == live.keys
    assert_same_verdict(live)


def test_markup_taken_over_knows_which_rows_are_marked_for_deletion():
    """A row whose DELETE was ticked in it counted as there until something changed."""
    live = live_of(Named, can_delete=True)
    live.in_page.take_over([{"form-0-name": ["Ada"], "form-0-DELETE": ["on"]}], 1)
    assert live.is_deleted(0)
    assert live.remove_all() == 0
    assert_same_verdict(live)


@pytest.mark.parametrize(
    ("given", "posted", "can_order", "extra"),
    list(itertools.product(range(4), range(5), (False, True), (1, 5))),
)
def test_a_row_has_the_fields_of_the_posted_number_of_initial_forms(
    given, posted, can_order, extra
):
    """Rows had DELETE and ORDER by the initial data that there was.

    Django goes by INITIAL_FORMS. A ticked DELETE was taken in where no form has it, and went when
    the row came back; and one was passed over where a form has it.
    """
    options = {"can_delete": True, "can_delete_extra": False, "can_order": can_order}
    initial = [{"name": f"n{number}"} for number in range(given)]
    live = live_of(Named, initial=initial, extra=extra, **options)
    total = 4
    data = {"form-TOTAL_FORMS": str(total), "form-INITIAL_FORMS": str(posted)}
    for index in range(total):
        data |= {f"form-{index}-name": f"p{index}", f"form-{index}-DELETE": "on"}
    live.set_data(data)
    expect_djangos_fields(live)
    kept = min(posted, total)
    assert [f"form-{index}-DELETE" in live.post_data() for index in range(total)] == [
        index < kept for index in range(total)
    ]
    before = dict(live.post_data())
    if kept < total:
        live.remove_form(total - 1)
        expect_djangos_fields(live)
        live.undo()
        assert dict(live.post_data()) == before
    live.add_another()
    expect_djangos_fields(live)
    live.remove_all()
    live.undo()
    expect_djangos_fields(live)


def expect_djangos_fields(live):
    assert_same_verdict(live)
    for index, form in enumerate(fresh_formset(live).forms):
        assert list(live.rows[index].fields) == list(form.fields)
        assert list(live.blank_form(index).fields) == list(form.fields)
        assert (f'name="form-{index}-DELETE"' in live.render_row(index)) == (
            "DELETE" in form.fields
        )


def test_a_formset_takes_back_what_it_posts_if_a_hidden_initial_value_has_moved():
    """A row without initial choices renders no hidden control for them, and refused another row's."""

    class LettersForm(forms.Form):
        letters = forms.MultipleChoiceField(choices=[("a", "A")], show_hidden_initial=True)

    live = ClientFormSet(
        forms.formset_factory(LettersForm, extra=0), prefix="l", initial=[{"letters": ["a"]}]
    )
    live.set_data({**live.post_data(), "l-INITIAL_FORMS": ["0"]})
    live.insert(0)
    posted = live.post_data()
    assert posted["initial-l-1-letters"] == ["a"]
    live.set_data(posted)
    assert live.post_data() == posted


def test_a_disabled_field_in_markup_keeps_its_initial_value():
    class Fixed(forms.Form):
        name = forms.CharField()
        fixed = forms.CharField(disabled=True, initial="as it is")
        ticked = forms.BooleanField(disabled=True, initial=True)

    live = ClientForm(Fixed, name="fixed")
    live.in_page.take_over({"name": ["Ada"]})
    assert live.errors == {}
    assert live.cleaned_data == {"name": "Ada", "fixed": "as it is", "ticked": True}
