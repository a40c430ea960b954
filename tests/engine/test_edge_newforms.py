"""What newforms got wrong, and what users of such libraries ask for: done better here."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from clientforms import ClientForm, ClientFormSet, LimitError
from clientforms.changes import FieldErrorsChanged, FormRemoved, NonFormErrorsChanged
from tests.engine.builders import changes_of, type_into
from tests.engine.oracle import assert_same_verdict


class Person(forms.Form):
    name = forms.CharField()
    email = forms.EmailField(required=False)


class Unique(forms.BaseFormSet):
    def clean(self):
        kept = [form for form in self.forms if form not in self.deleted_forms]
        names = [form.cleaned_data["name"] for form in kept if form.cleaned_data.get("name")]
        if len(set(names)) < len(names):
            raise ValidationError("Twice the same.")


def people(*names, initial=None, **options):
    options = {"extra": 0, "formset": Unique} | options
    live = ClientFormSet(forms.formset_factory(Person, **options), initial=initial)
    if names:
        live.set_data([{"name": name} for name in names])
    return live


def names(live) -> list[str]:
    return [live.post_data()[f"{form.prefix}-name"][0] for form in live.forms]


class TestRemoveThenAdd:
    """newforms 1"""

    def test_every_prefix_is_there_once(self):
        live = people("a", "b", "c")
        live.remove_form(1)
        live.add_another()
        assert [form.prefix for form in live.forms] == ["form-0", "form-1", "form-2"]
        assert names(live) == ["a", "c", ""]
        assert_same_verdict(live)


class TestAddingPastTheMaximum:
    """newforms 2"""

    def test_overwrites_nothing_however_often_it_is_tried(self):
        live = people("a", "b", max_num=2)
        for _ in range(2):
            with pytest.raises(LimitError, match="max_num is 2"):
                live.add_another()
        assert names(live) == ["a", "b"]
        assert len(set(live.keys)) == 2


class TestAddedAfterARemoval:
    """newforms 3"""

    def test_is_blank_and_has_no_error(self):
        live = people("a", "b")
        type_into(live, 1, email="nonsense")
        live.remove_form(1)
        seen = changes_of(live, FieldErrorsChanged)
        live.add_another()
        assert names(live) == ["a", ""]
        assert live.forms[1].errors == {}
        assert seen == []


class TestKeys:
    """newforms 4"""

    def test_say_which_row_goes_from_the_page(self):
        live = people("a", "b", "c")
        keys, removed = live.keys, changes_of(live, FormRemoved)
        live.remove_form(1)
        assert [each.key for each in removed] == [keys[1]]
        assert live.keys == [keys[0], keys[2]]

    def test_are_never_used_again(self):
        live = people("a", "b")
        gone = live.keys[1]
        live.remove_form(1)
        live.add_another()
        assert gone not in live.keys


class TestTheFormsetsOwnRule:
    """newforms 5, wish 10"""

    TWICE = ["Twice the same."]

    def test_is_asked_again_after_each_edit(self):
        live = people("a", "a")
        shown = changes_of(live, NonFormErrorsChanged)
        type_into(live, 1, name="b")
        type_into(live, 1, name="a")
        assert [list(each.messages) for each in shown] == [[], self.TWICE]

    def test_is_asked_again_after_rows_come_and_go(self):
        live = people("a", "a")
        shown = changes_of(live, NonFormErrorsChanged)
        live.remove_form(1)
        live.duplicate(0)
        live.undo()
        assert [list(each.messages) for each in shown] == [[], self.TWICE, []]

    def test_errors_of_rows_added_later_count(self):
        live = people("a")
        assert live.is_valid()
        live.add_another()
        type_into(live, 1, email="a@example.org")
        assert not live.is_valid()
        assert live.errors[1] == {"name": ["This field is required."]}


class TestDeletedAndOrdered:
    """newforms 7"""

    def test_are_what_they_are_at_the_moment(self):
        live = people(initial=[{"name": "a"}, {"name": "b"}], can_delete=True, can_order=True)
        assert live.deleted_forms == []
        live.remove_form(0)
        assert [form.prefix for form in live.deleted_forms] == ["form-0"]
        assert [form.prefix for form in live.ordered_forms] == ["form-1"]
        live.restore(0)
        assert live.deleted_forms == []
        live.move(0, 1)
        assert [form.prefix for form in live.ordered_forms] == ["form-1", "form-0"]
        assert_same_verdict(live)


class TestValidatingBeforeRendering:
    """newforms 8"""

    def test_keeps_initial_values(self):
        live = people(initial=[{"name": "a"}])
        live.validate()
        assert names(live) == ["a"]
        assert 'value="a"' in live.render_row(0)
        form = ClientForm(Person, initial={"name": "a"})
        form.validate()
        assert 'value="a"' in form.render_row(0)


class TestAddErrorFirst:
    """newforms 9"""

    def test_is_shown_before_anything_was_validated(self):
        live = people(extra=1)
        seen = changes_of(live, FieldErrorsChanged)
        live.add_error("form-0-name", "Taken.")
        assert [each.messages for each in seen] == [("Taken.",)]
        form = ClientForm(Person)
        form.add_error("email", "Unknown.")
        assert "Unknown." in form.errors["email"]

    def test_a_field_that_is_emptied_again_is_not_valid(self):
        live = people("a", min_num=1)
        assert live.is_valid()
        seen = changes_of(live, FieldErrorsChanged)
        type_into(live, 0, name="")
        assert not live.is_valid()
        assert [each.messages for each in seen] == [("This field is required.",)]


class TestUndoAndRedo:
    """wish 1"""

    def test_take_back_every_kind_of_step(self):
        live = people("a", "b", can_order=True)
        states = [live.post_data()]
        for step in (
            lambda: type_into(live, 0, name="x"),
            lambda: live.remove_form(1),
            live.add_another,
            lambda: live.duplicate(0),
            lambda: live.move(0, 1),
            lambda: live.update_data([{"name": "y"}]),
            lambda: live.set_data([{"name": "z"}]),
        ):
            step()
            states.append(live.post_data())
        for state in reversed(states[:-1]):
            assert live.undo()
            assert live.post_data() == state
        for state in states[1:]:
            assert live.redo()
            assert live.post_data() == state
        assert not live.redo()


class TestStateFollowsTheRow:
    """wish 2"""

    def test_what_was_shown_and_touched_moves_along(self):
        live = people("a", "b", "c")
        live.reset()
        for _ in range(3):
            live.add_another()
        type_into(live, 2, email="nonsense")
        key, seen = live.keys[2], changes_of(live, FieldErrorsChanged)
        live.remove_form(0)
        live.insert(0)
        live.remove_form(1)
        assert live.keys[1] == key
        assert seen == []  # it stays shown, and no other row shows anything
        type_into(live, 1, email="")
        assert [(each.key, each.messages) for each in seen] == [(key, ())]


class TestManyRows:
    """wish 3"""

    def test_a_keystroke_cleans_one_row_of_hundreds(self):
        cleaned = []

        class Counted(Person):
            def clean(self):
                cleaned.append(self.prefix)
                return super().clean()

        live = ClientFormSet(forms.formset_factory(Counted, extra=0))
        live.set_data([{"name": str(number)} for number in range(300)])
        cleaned.clear()
        type_into(live, 150, name="x")
        assert cleaned == ["form-150"]
        cleaned.clear()
        live.remove_form(298)
        assert cleaned == ["form-298"]  # the last row has another number now


class TestInsert:
    """wish 6"""

    def test_puts_a_blank_row_anywhere_behind_the_initial_rows(self):
        live = people(initial=[{"name": "a"}])
        live.add_another()
        type_into(live, 1, name="c")
        live.insert(1)
        assert names(live) == ["a", "", "c"]
        assert_same_verdict(live)


class TestDuplicate:
    """wish 7"""

    def test_puts_a_copy_behind_the_row(self):
        live = people("a", "b")
        live.duplicate(0)
        assert names(live) == ["a", "a", "b"]
        assert live.non_form_errors() == ["Twice the same."]
        assert_same_verdict(live)
