"""A state machine that edits generated formsets in every way the engine offers.

Its main invariant is the first law: the engine's verdict is a fresh Django formset's verdict on
what the page would post. What formsets there are is in `generated.py`.
"""

import contextlib
import re
from typing import Any

from django.forms import BaseFormSet
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from clientforms import ClientFormSet, DataError, LimitError, TargetError
from clientforms.engine.html.html_controls import submitted
from clientforms.engine.post.posted_text import posted_text
from tests.engine.catalogue import FILES
from tests.engine.generated import Plan, plans
from tests.engine.oracle import assert_same_verdict, fresh_formset

__all__ = ["Edits"]

ORDERS = st.sampled_from(["", "1", "2", "-1", "1.5", "0"])
GREETING = {"form_kwargs": {"greeting": "Dear"}}


def has_rows(machine: "Edits") -> bool:
    return bool(machine.live.keys and machine.live.absolute_max)


class Edits(RuleBasedStateMachine):
    """Operations on one formset, with or without initial rows."""

    @initialize(plan=plans())
    def start(self, plan: Plan):
        self.plan = plan
        self.formset_class = plan.formset_class()
        self.initial = plan.initial
        self.open()

    def open(self) -> None:
        self.ordered_by_hand = False
        self.live = ClientFormSet(
            self.formset_class, prefix=self.plan.prefix, initial=self.initial, **GREETING
        )

    def an_index(self, data: st.DataObject) -> int:
        """A row that Django looks at: with enough initial rows there may be more."""
        return data.draw(st.integers(0, min(len(self.live), self.live.absolute_max) - 1))

    def a_field(self, data: st.DataObject, fit: str) -> str | None:
        fitting = [name for name, each in self.plan.fields.items() if getattr(each, fit)]
        return data.draw(st.sampled_from(fitting)) if fitting else None

    def a_given_row(self, data: st.DataObject) -> dict[str, Any]:
        given = {
            name: st.sampled_from([*each.kind.given, each.kind.valid])
            for name, each in self.plan.fields.items()
            if each.can_be_given
        }
        return data.draw(
            st.one_of(st.just(self.plan.valid_row()), st.fixed_dictionaries({}, optional=given))
        )

    # Typing

    @rule(data=st.data(), shown=st.booleans())
    @precondition(has_rows)
    def type(self, data, shown):
        index = self.an_index(data)
        if (field := self.a_field(data, "can_be_typed")) is None:
            return
        typed = self.plan.fields[field].kind.typed
        end = data.draw(st.sampled_from(list(typed)))
        self.type_into(index, field, end, data.draw(st.sampled_from(typed[end])), shown)

    @rule(data=st.data(), order=ORDERS)
    @precondition(lambda self: has_rows(self) and self.live.formset_class.can_order)
    def type_an_order(self, data, order):
        self.ordered_by_hand = True
        self.type_into(self.an_index(data), "ORDER", "", [order], True)

    @rule(data=st.data(), ticked=st.booleans())
    @precondition(lambda self: has_rows(self) and self.live.formset_class.can_delete)
    def tick_delete(self, data, ticked):
        index = self.an_index(data)
        if "DELETE" in self.live.forms[index].fields:
            self.type_into(index, "DELETE", "", ["on"] if ticked else None, True)

    @rule(data=st.data())
    @precondition(has_rows)
    def type_a_field_of_one_row(self, data):
        index = self.an_index(data)
        if f"more_{index}" in self.live.forms[index].fields:
            self.type_into(
                index, f"more_{index}", "", [data.draw(st.sampled_from(["x", "long"]))], True
            )

    def type_into(self, index, field, end, posted, shown):
        key = self.live.keys[index]
        self.live.input(key, {f"{self.live.prefix_of(index)}-{field}{end}": posted})
        if shown:
            self.live.validate_field(key, field)

    @rule(data=st.data())
    @precondition(has_rows)
    def hold_what_the_page_holds(self, data):
        """The page says what its controls made of what they were given."""
        index = self.an_index(data)
        held, before = submitted(self.live.render_row(index)), self.live.post_data()
        news = self.live.correct(self.live.keys[index], held)
        assert news == (self.live.post_data() != before)
        self.live.refresh()

    @rule(data=st.data(), file=st.sampled_from([None, *FILES]))
    @precondition(has_rows)
    def choose_a_file(self, data, file):
        fields = [name for name, each in self.plan.fields.items() if each.kind.takes_file]
        if not fields:
            return
        index, field = self.an_index(data), data.draw(st.sampled_from(fields))
        key, name = self.live.keys[index], f"{self.live.prefix_of(index)}-{field}"
        self.live.files(key, name, [FILES[file]()] if file else [])
        self.live.validate_field(key, field)
        assert (name in self.live.posted_files()) == bool(file)

    # Rows

    @rule()
    def add_another(self):
        refused = self.live.limits().add_refused
        before = len(self.live)
        try:
            assert self.live.add_another() == before
        except LimitError:
            assert refused
            assert len(self.live) == before
        else:
            assert not refused
            assert len(self.live) == before + 1

    @rule(data=st.data())
    @precondition(has_rows)
    def remove_form(self, data):
        index = self.an_index(data)
        refused = self.live.limits().remove_refused
        key = self.live.keys[index]
        others = [each for each in self.live.keys if each != key]
        initial = index < self.live.initial_form_count()
        try:
            self.live.remove_form(index)
        except LimitError:
            assert key in refused
        else:
            assert key not in refused
            assert [each for each in self.live.keys if each != key] == others
            assert (key in self.live.keys) == initial
            assert not initial or self.live.is_deleted(index)

    @rule()
    def remove_all(self):
        before, keys = self.live.post_data(), self.live.keys
        if len(keys) > self.live.absolute_max:
            return
        gone = self.live.remove_all()
        formset = self.live.formset_class
        initial = range(self.live.initial_form_count())
        if formset.can_delete and not formset.min_num:
            assert all(self.live.is_deleted(index) for index in initial)
        kept = sum(not self.live.is_deleted(index) for index in range(len(self.live)))
        assert kept <= max(formset.min_num, 0 if formset.can_delete else len(initial))
        assert (gone == 0) == (self.live.keys == keys and self.live.post_data() == before)
        if gone:
            self.live.undo()
            assert self.live.keys == keys
            assert self.live.post_data() == before
            self.live.redo()

    @rule(data=st.data(), duplicate=st.booleans())
    def add_in_between(self, data, duplicate):
        first = 0 if duplicate else self.live.initial_form_count()
        index = data.draw(st.integers(first, max(first, len(self.live))))
        keys, before = self.live.keys, self.live.post_data()
        try:
            place = self.live.duplicate(index) if duplicate else self.live.insert(index)
        except LimitError:
            assert self.live.limits().add_refused
            assert self.live.post_data() == before
        except TargetError:
            assert duplicate
            assert index == len(keys)
        else:
            assert self.live.keys[:place] == keys[:place]
            assert self.live.keys[place + 1 :] == keys[place:]
            self.live.undo()
            assert self.live.post_data() == before
            self.live.redo()
            assert self.live.keys[place + 1 :] == keys[place:]

    @rule(data=st.data())
    @precondition(has_rows)
    def remove_and_undo(self, data):
        index = self.an_index(data)
        keys, before = self.live.keys, self.live.post_data()
        deleted = self.live.is_deleted(index)
        try:
            self.live.remove_form(index)
        except LimitError:
            return
        if index < self.live.initial_form_count() and deleted:
            return  # nothing happened that could be undone
        assert self.live.undo()
        assert self.live.keys == keys
        assert self.live.post_data() == before

    @rule(data=st.data(), count=st.integers(1, 3), typed=st.integers(0, 2))
    @precondition(has_rows)
    def remove_type_elsewhere_and_take_removals_back(self, data, count, typed):
        live = self.live
        keys, order, before = live.keys, live.order, live.removals()
        for _ in range(count):
            extras = range(live.initial_form_count(), min(len(live), live.absolute_max))
            if extras and data.draw(st.booleans()):
                with contextlib.suppress(LimitError):
                    live.remove_form(data.draw(st.sampled_from(extras)))
            else:
                live.remove_all()
        for _ in range(typed if has_rows(self) else 0):
            self.type(data, shown=True)
        held = {key: self.held_but_for_marks(key) for key in live.keys}
        removals = [each for each in live.removals() if each not in before]
        for removal in data.draw(st.permutations(removals)):
            assert live.take_back(removal)
            assert not live.take_back(removal)
            self.same_verdict_as_django()
        assert live.keys == keys
        assert live.order == order
        if not self.plan.more_fields:  # a row may have other fields at another number
            assert {key: self.held_but_for_marks(key) for key in held} == held

    def held_but_for_marks(self, key):
        return {name: each for name, each in self.live.held_by(key).items() if "DELETE" not in name}

    @rule(data=st.data())
    @precondition(has_rows)
    def restore(self, data):
        index = self.an_index(data)
        try:
            self.live.restore(index)
        except LimitError:
            assert self.live.is_deleted(index)
        else:
            assert not self.live.is_deleted(index)

    @rule(data=st.data())
    @precondition(has_rows)
    def move(self, data):
        position, to = self.an_index(data), self.an_index(data)
        order, initial = self.live.order, self.live.keys[: self.live.initial_form_count()]
        before = self.live.post_data()
        try:
            self.live.move(position, to)
        except LimitError:
            assert not self.live.formset_class.can_order
            assert self.live.post_data() == before
            return
        expected = list(order)
        expected.insert(to, expected.pop(position))
        assert self.live.order == expected
        assert self.live.keys[: len(initial)] == initial
        extras = [key for key in expected if key not in initial]
        assert self.live.keys[len(initial) :] == extras

    # Back and forth

    @rule()
    def undo(self):
        before = self.live.post_data()
        if self.live.undo():
            after = self.live.post_data()
            assert self.live.redo()
            assert self.live.post_data() == before
            assert self.live.undo()
            assert self.live.post_data() == after

    @rule()
    def redo(self):
        self.live.redo()

    # Data from scripts

    @rule(data=st.data(), count=st.integers(0, 6))
    def set_data(self, data, count):
        rows = [self.a_given_row(data) for _ in range(count)]
        before = self.live.post_data()
        try:
            assert self.live.set_data(rows) == self.live.is_valid()
        except DataError:
            assert count > self.live.absolute_max
            assert self.live.post_data() == before
        else:
            assert len(self.live) == count

    @rule(data=st.data(), initial=st.integers(0, 3), changes=st.integers(0, 3))
    def set_posted_data(self, data, initial, changes):
        """Set what a server got from somebody else's page: names and strings."""
        posted = self.live.post_data()
        if has_rows(self):
            for _ in range(changes):
                if (field := self.a_field(data, "can_be_typed")) is None:
                    break
                typed = self.plan.fields[field].kind.typed
                end = data.draw(st.sampled_from(list(typed)))
                name = f"{self.live.prefix_of(self.an_index(data))}-{field}{end}"
                posted.pop(name, None)
                if (value := data.draw(st.sampled_from(typed[end]))) is not None:
                    posted[name] = value
        posted[f"{self.live.prefix}-INITIAL_FORMS"] = [str(initial)]
        try:
            assert self.live.set_data(posted) == self.live.is_valid()
        except DataError:
            assert len(self.live) > self.live.absolute_max
        else:
            assert self.live.initial_form_count() == min(initial, len(self.live))

    @rule(data=st.data())
    @precondition(has_rows)
    def update_rows(self, data):
        rows = [
            self.a_given_row(data) if data.draw(st.booleans()) else {}
            for _ in range(data.draw(st.integers(0, len(self.live))))
        ]
        before = len(self.live)
        assert self.live.update_data(rows) == self.live.is_valid()
        assert len(self.live) == before

    @rule(data=st.data())
    @precondition(has_rows)
    def update_posted_names(self, data):
        if (field := self.a_field(data, "can_be_typed")) is None:
            return
        typed = self.plan.fields[field].kind.typed
        end = data.draw(st.sampled_from(list(typed)))
        value = data.draw(st.sampled_from([each for each in typed[end] if each is not None]))
        name = f"{self.live.prefix_of(self.an_index(data))}-{field}{end}"
        self.live.update_data({name: value})
        assert self.live.post_data()[name] == list(map(posted_text, value))

    @rule()
    def fill_all(self):
        self.live.update_data([self.plan.valid_row() for _ in range(len(self.live))])

    @rule()
    def validate(self):
        assert self.live.validate() == self.live.is_valid()

    @rule()
    def reset(self):
        self.live.reset()
        after = self.live.post_data()
        self.open()
        assert after == self.live.post_data()

    @rule(data=st.data(), count=st.integers(0, 3))
    def reset_to_other_rows(self, data, count):
        row = st.fixed_dictionaries(
            {},
            optional={
                name: st.sampled_from(each.kind.initial) for name, each in self.plan.fields.items()
            },
        )
        self.initial = [data.draw(row) for _ in range(count)]
        self.live.reset(self.initial)
        assert self.live.initial_form_count() == count
        assert not self.live.undo()

    @rule()
    def reload(self):
        """The server renders what was posted, and another page takes that over.

        The page believes a server's callable initial, which a fresh formset calls again.
        """
        if any(each.initial_is_callable for each in self.plan.fields.values()):
            return
        posted, count = self.live.post_data(), len(self.live)
        prefixes = [self.live.prefix_of(index) for index in range(count)]
        rows = [
            {name: each for name, each in posted.items() if belongs(name, prefix)}
            for prefix in prefixes
        ]
        initial_count = self.live.initial_form_count()
        self.open()
        self.live.in_page.take_over(rows, initial_count)
        assert self.live.post_data() == posted
        if self.initial is None:
            self.initial = (
                self.live.initial
            )  # now the markup's initial rows are what it starts from

    # Errors from elsewhere

    @rule(data=st.data(), whole=st.booleans())
    @precondition(has_rows)
    def show_a_servers_error(self, data, whole):
        """Until the field changes, the engine says so too; then it agrees with Django again."""
        index = self.an_index(data)
        field = data.draw(st.sampled_from([*self.plan.fields, None]))
        prefix = self.live.prefix_of(index)
        before = self.live.post_data()
        self.live.add_error(prefix if field is None else f"{prefix}-{field}", "The server said no.")
        assert "The server said no." in self.live.forms[index].errors[field or "__all__"]
        assert self.live.is_deleted(index) or not self.live.is_valid()
        if whole:
            self.live.add_error(None, "No.")
            assert "No." in self.live.non_form_errors()
            assert not self.live.is_valid()
        self.live.set_errors([])
        assert self.live.post_data() == before

    # Laws

    @invariant()
    def same_verdict_as_django(self):
        if hasattr(self, "live"):
            assert_same_verdict(self.live, **GREETING)

    @invariant()
    def posts_contiguous_names_and_a_true_count(self):
        if hasattr(self, "live"):
            posted, prefix = self.live.post_data(), self.live.prefix
            assert posted[f"{prefix}-TOTAL_FORMS"] == [str(len(self.live))]
            pattern = re.compile(rf"(?:initial-)?{re.escape(prefix)}-(\d+)-")
            numbers = {int(found[1]) for name in posted if (found := pattern.match(name))}
            assert numbers <= set(range(len(self.live)))

    @invariant()
    def django_finds_the_order_that_is_shown(self):
        """As long as nobody has typed another one."""
        if hasattr(self, "live") and self.live.can_order and not self.ordered_by_hand:
            places = {key: self.live.index_of(key) for key in self.live.order}
            found = places_in_order(fresh_formset(self.live, **GREETING))
            assert [each for each in places.values() if each in found] == found

    @invariant()
    def every_row_has_one_place(self):
        if hasattr(self, "live"):
            assert sorted(self.live.order) == sorted(self.live.keys)

    def teardown(self):
        if hasattr(self, "live"):
            oracle = assert_same_verdict(self.live, **GREETING)
            assert str(self.live.formset) == str(oracle)


def places_in_order(formset: BaseFormSet) -> list[int]:
    """The numbers of the forms that are neither blank nor deleted, as `ordered_forms` sorts them.

    Django does so where the formset is valid; the page shows an order at every moment.
    """
    numbers = {}
    formset.is_valid()
    for place, form in enumerate(formset.forms):
        blank = place >= formset.initial_form_count() and not form.has_changed()
        if not blank and not (formset.can_delete and formset._should_delete_form(form)):
            if "ORDER" in form.errors:
                return []  # and Django finds no order
            number = form.cleaned_data["ORDER"]
            numbers[place] = number is None, number or 0
    return sorted(numbers, key=numbers.__getitem__)


def belongs(name: str, prefix: str) -> bool:
    return name.startswith((f"{prefix}-", f"initial-{prefix}-"))
