"""A state machine that edits the page's formsets in every way the engine offers.

Its one invariant is the first law: the engine's verdict is a fresh Django formset's verdict on
what the page would post.
"""

import datetime

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from clientforms import ClientFormSet, LimitError, TargetError
from demo.forms import ArticleFormSet, PostFormSet, WriterFormSet
from tests.engine.oracle import assert_same_verdict

TEXTS = st.sampled_from(
    ["", " ", "A", "B", "same", "no good", "a@example.org", "nonsense", "1922-02-02", "news",
     "fiction", "-1", "2", "1.5", "x" * 61, "<b>&amp;</b>", "__prefix__", "articles-0"]
)  # fmt: skip
DAY = datetime.date(1922, 2, 2)
STORED = {
    ArticleFormSet: {
        "title": "Stored", "slug": "stored", "email": "a@example.org", "pub_date": DAY,
        "category": "news",
    },
    PostFormSet: {"title": "Stored", "posted_date": DAY},
    WriterFormSet: {"name": "Stored"},
}  # fmt: skip


class Edits(RuleBasedStateMachine):
    """Operations on one of the page's formsets, with or without initial rows."""

    @initialize(formset_class=st.sampled_from(list(STORED)), stored=st.integers(0, 2))
    def start(self, formset_class, stored):
        initial = [dict(STORED[formset_class]) for _ in range(stored)]
        self.live = ClientFormSet(formset_class, prefix="set", initial=initial or None)
        self.valid_row = {name: str(value) for name, value in STORED[formset_class].items()}

    @rule(data=st.data(), value=TEXTS, shown=st.booleans())
    @precondition(lambda self: self.live.keys)
    def type(self, data, value, shown):
        index = data.draw(st.integers(0, len(self.live) - 1))
        field = data.draw(st.sampled_from([*self.valid_row, "ORDER"]))
        name = f"set-{index}-{field}"
        if name not in self.live.post_data():
            return
        key = self.live.keys[index]
        self.live.input(key, {name: [value]})
        if shown:
            self.live.validate_field(key, field)

    @rule(data=st.data(), ticked=st.booleans())
    @precondition(lambda self: self.live.keys and self.live.formset_class.can_delete)
    def tick_delete(self, data, ticked):
        index = data.draw(st.integers(0, len(self.live) - 1))
        key = self.live.keys[index]
        self.live.input(key, {f"set-{index}-DELETE": ["on"] if ticked else None})
        self.live.validate_field(key, "DELETE")

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
    @precondition(lambda self: self.live.keys)
    def remove_form(self, data):
        index = data.draw(st.integers(0, len(self.live) - 1))
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
    @precondition(lambda self: self.live.keys)
    def remove_and_undo(self, data):
        index = data.draw(st.integers(0, len(self.live) - 1))
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

    @rule(data=st.data())
    @precondition(lambda self: self.live.keys)
    def move(self, data):
        places = st.integers(0, len(self.live) - 1)
        position, to = data.draw(places), data.draw(places)
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

    @invariant()
    def every_row_has_one_place(self):
        if hasattr(self, "live"):
            assert sorted(self.live.order) == sorted(self.live.keys)

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

    @rule(data=st.data())
    @precondition(lambda self: self.live.keys)
    def restore(self, data):
        index = data.draw(st.integers(0, len(self.live) - 1))
        try:
            self.live.restore(index)
        except LimitError:
            assert self.live.is_deleted(index)
        else:
            assert not self.live.is_deleted(index)

    @rule(rows=st.lists(st.booleans(), max_size=6))
    def set_data(self, rows):
        data = [self.valid_row if full else {} for full in rows]
        assert self.live.set_data(data) == self.live.is_valid()
        assert len(self.live) == len(rows)

    @rule(data=st.data(), value=TEXTS)
    @precondition(lambda self: self.live.keys)
    def update_data(self, data, value):
        index = data.draw(st.integers(0, len(self.live) - 1))
        field = data.draw(st.sampled_from(list(self.valid_row)))
        self.live.update_data({f"set-{index}-{field}": value})

    @rule()
    def fill_all(self):
        self.live.update_data([self.valid_row for _ in range(len(self.live))])

    @rule()
    def validate(self):
        assert self.live.validate() == self.live.is_valid()

    @rule()
    def reset(self):
        self.live.reset()
        assert not self.live.has_changed()

    @invariant()
    def same_verdict_as_django(self):
        if hasattr(self, "live"):
            assert_same_verdict(self.live)

    @invariant()
    def posts_contiguous_names_and_a_true_count(self):
        if hasattr(self, "live"):
            posted = self.live.post_data()
            assert posted["set-TOTAL_FORMS"] == [str(len(self.live))]
            numbers = {name.split("-")[1] for name in posted if name.split("-")[1].isdigit()}
            assert numbers == {str(number) for number in range(len(self.live))}
