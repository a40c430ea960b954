"""Arrange a formset's rows and undo that: numbers, places in the page, history.

The actions of users and scripts are in `row_actions.py`, which calls this module.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Protocol

from clientforms.changes import (
    Change,
    FormRemoved,
    FormRenumbered,
    FormReplaced,
    ManagementChanged,
    OrderChanged,
)
from clientforms.engine.live.django_formset import DjangoFormSet
from clientforms.engine.live.formset_html import FormSetHtml
from clientforms.engine.live.formset_verdict import DELETION_MARK, FormSetVerdict
from clientforms.engine.live.nested_formsets import NestedFormSets
from clientforms.engine.live.row_order import RowOrder
from clientforms.engine.live.row_store import RowStore
from clientforms.engine.rows.history import History, Removal, State
from clientforms.engine.rows.prefixes import put_under
from clientforms.engine.rows.row import Row
from clientforms.engine.rules.async_checks import Checks
from clientforms.engine.stamps.index_dependence import look, reshape

__all__ = ["Arrangement", "Settle"]


class Settle(Protocol):
    """Cleans and publishes what changed; see `SettlingForms`."""

    def __call__(
        self, before: Sequence[Change], *, asked: bool = False, now: bool = False
    ) -> None: ...


class Arrangement:
    """Which rows there are, their numbers and their places in the page."""

    def __init__(
        self,
        django: DjangoFormSet,
        rows: RowStore,
        order: RowOrder,
        verdict: FormSetVerdict,
        nested: NestedFormSets,
        html: FormSetHtml,
        checks: Checks,
        *,
        settle: Settle,
    ) -> None:
        self.history = History()
        self._django = django
        self._store = rows
        self._rows = rows.rows
        self._order = order
        self._verdict = verdict
        self._nested = nested
        self._html = html
        self._checks = checks
        self._settle = settle

    def arrange(
        self, rows: Sequence[Row], order: Sequence[Row] | None = None, *, fill: bool = True
    ) -> list[Change]:
        """Make `rows` the formset's rows and `order` their order in the page; return the changes.

        Without `order`, rows stay in place; a new one is put before its successor, or last, so that
        extra rows keep the order of their numbers. Without `fill`, the rows have the values that
        they had at some number before: the new one, unless a step was taken out since.
        """
        old = {row.key: index for index, row in enumerate(self._rows)}
        kept = {row.key for row in rows}
        changes: list[Change] = [
            FormRemoved(key, index) for key, index in reversed(old.items()) if key not in kept
        ]
        for row in self._rows:
            if row.key not in kept:
                self._checks.drop(row.checks)
                for inner in row.nested.values():
                    inner.cancel_checks()
        self._store.put(rows)
        self._nested.follow(rows)
        moved = [(i, old[row.key]) for i, row in enumerate(rows) if old.get(row.key, i) != i]
        up = [(new, before) for new, before in moved if new < before]
        down = [(new, before) for new, before in moved if new > before]
        for new, before in (*up, *reversed(down)):
            changes.append(self._renumber(rows[new], before, new))
        if self._django.varies:
            changes += [
                self._replaced(new)
                for new, before in moved
                if self._reshape(rows[new], before, new, fill=fill)
            ]
            for index, row in enumerate(rows):
                if row.key not in old or not fill:
                    self._fit(row, index)
        keys = self._order.keys
        self._order.rows = self._order.with_rows(rows) if order is None else list(order)
        changes += self._html.added([i for i, row in enumerate(rows) if row.key not in old])
        if self._order.keys != [key for key in keys if key in kept] and order is not None:
            changes.append(OrderChanged(tuple(self._order.keys)))
        return changes

    def insert(self, index: int, rows: Sequence[Row], order: Sequence[Row] | None = None) -> None:
        """Put `rows` in at `index`, as one step."""
        self.record()
        changes = self.arrange([*self._rows[:index], *rows, *self._rows[index:]], order)
        # Even without values, a row counts if a select in it posts its first option.
        changes += self._order.keep(set(rows))
        self.settle(changes)

    def settle(
        self,
        changes: list[Change],
        *,
        touched: bool = True,
        asked: bool = False,
        now: bool = False,
    ) -> None:
        """Clean and publish after `changes`; `touched` says whether the user or a script made them."""
        self._verdict.formset = None
        self._verdict.is_touched = touched or self._verdict.is_touched
        changes.append(ManagementChanged(self._store.management_data()))
        self._settle(changes, asked=asked, now=now)

    # Deletion

    def deletion_change(self, row: Row, *, deleted: bool) -> Change:
        """Tick or untick Django's DELETE in the row."""
        return self._store.post(row, {DELETION_MARK: ["on"] if deleted else None})

    # History

    def record(self, removal: Removal | None = None, *, arranges: bool = True) -> None:
        """Record the present state before a step; `State` explains the arguments."""
        self.history.record(replace(self._state(), removal=removal, arranges=arranges))

    def record_removal(self, gone: Sequence[Row], marked: Collection[Row] = ()) -> None:
        """Record the state before the rows `gone` are removed and `marked` are marked for deletion."""
        rows, order = list(self._rows), list(self._order.rows)
        is_found = not self._django.empty.can_order or self._order.is_as_shown()
        self.record(
            Removal(
                tuple(gone),
                tuple(marked),
                DELETION_MARK,
                rows,
                order,
                self._verdict.count_kept(),
                is_found,
            )
        )

    # Typing

    def before_typing(self, row: Row, fields: set[str]) -> None:
        """Record the state of `row` before the user changes these fields."""
        state = State.of_row(row, self._rows.initial_count)
        self.history.record(state, (row.key, frozenset(fields)))

    def after_typing(self, row: Row, fields: set[str], *, was_filled: bool) -> list[Change]:
        """Return the changes of ORDER that follow from typing into these fields of `row`."""
        return self._order.after_typing(row, fields, was_filled=was_filled, before=self._widen_step)

    def _widen_step(self) -> None:
        """Extend the last step to all rows, because their ORDER changes too."""
        self.history.widen(self._state())

    # Undo

    def undo(self) -> bool:
        """Undo the last step, and return whether there was one."""
        return self._go_to(self.history.undo(self._state_like))

    def redo(self) -> bool:
        """Redo what was undone last, and return whether there was anything."""
        return self._go_to(self.history.redo(self._state_like))

    def _state(self) -> State:
        return State.of(self._rows, self._rows.initial_count, self._order.rows)

    def _state_like(self, other: State) -> State:
        if other.typed_into:
            return State.of_row(other.rows[0].row, self._rows.initial_count)
        return self._state()

    def _go_to(self, state: State | None) -> bool:
        if state is None:
            return False
        there = {row.key for row in self._rows}
        changed = {held.row.key for held in state.rows if held.put_back()}
        self._rows.initial_count = state.initial_count
        for held in state.rows:
            self._store.changed(held.row)
        if state.typed_into:
            rows, order = list(self._rows), list(self._order.rows)
        else:
            rows, order = [held.row for held in state.rows], list(state.order)
        changes = self.arrange(rows, order, fill=False)
        for index, row in enumerate(self._rows):
            if row.key in changed & there:
                changes.append(self._store.values_change(index))
        self.settle(changes)
        return True

    # Private

    def _renumber(self, row: Row, before: int, new: int) -> FormRenumbered:
        prefixes = self._django.prefix_of(before), self._django.prefix_of(new)
        if self._stays_cleaned(row, before, new):
            put_under(row, prefixes[1])
            self._django.handed_out.forget(row)
        else:
            self._store.changed(row, keep_added=True)
        return FormRenumbered(row.key, new, *prefixes)

    def _stays_cleaned(self, row: Row, before: int, new: int) -> bool:
        """Return whether Django makes and cleans the row's form alike at both numbers."""
        first, last = sorted((before, new))
        return (
            row.form is not None
            and not row.nested
            and self._django.stays_cleaned
            and first >= max(self._rows.initial_count, len(self._django.initial or ()))
            and not first < self._django.empty.min_num <= last
        )

    def _reshape(self, row: Row, before: int, new: int, *, fill: bool) -> bool:
        """Fit the row to its new number, and return whether its form looks different there."""
        django, layout = self._django, self._html.layout()
        form, prefix = django.blank_form_of(row, new), django.prefix_of(new)
        was = look(django.blank_form_of(row, before), django.prefix_of(before), layout)
        if look(form, prefix, layout) == was:
            return False
        if fill or row.fields.keys() != form.fields.keys():
            reshape(row, form, prefix)
        else:
            row.describe(form, prefix)
        self._store.changed(row, keep_added=True)
        return True

    def _fit(self, row: Row, index: int) -> None:
        """Give a row the fields of its number, which may differ from those of its values."""
        form, prefix = self._django.blank_form_of(row, index), self._django.prefix_of(index)
        if row.fields.keys() != form.fields.keys():
            reshape(row, form, prefix)
            self._store.changed(row, keep_added=True)

    def _replaced(self, index: int) -> FormReplaced:
        row = self._rows[index]
        self._store.start_over_in_the_page(row)
        return FormReplaced(row.key, index, self._html.rows([index])[0])
