"""ClientFormSet: a Django formset, live. Its rows come, go and change here."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME

from clientforms.changes import (
    Change,
    FormAdded,
    FormMoved,
    FormRemoved,
    FormRenumbered,
    ManagementChanged,
    OrderChanged,
)
from clientforms.engine import data as given
from clientforms.engine.formset_state import FormSetState, checked_initial
from clientforms.engine.history import State
from clientforms.engine.names import PLACEHOLDER, to_local
from clientforms.engine.row import Row
from clientforms.engine.server_errors import read_formset_errors
from clientforms.engine.values import RowData
from clientforms.errors import LimitError, TargetError

__all__ = ["ClientFormSet"]


class ClientFormSet(FormSetState):
    """A Django formset whose rows come, go and change; Django's verdict is always at hand.

    `formset_class` is used unchanged. `prefix`, `initial`, `form_kwargs`, `auto_id` and
    `error_messages` are Django's; what else the class takes goes into `formset_kwargs`.
    `validation` is a policy or its event names, `delay` milliseconds. What is not defined here
    is asked of the Django formset itself (`forms`, `deleted_forms`, `media`, …).
    """

    # Changing

    def add_another(self) -> int:
        """Add a blank row at the end and return its index. Raises LimitError at the maximum."""
        return self.insert(len(self._rows))

    def insert(self, index: int) -> int:
        """Add a blank row at `index`, behind the initial rows, and return the index.

        Raises LimitError at the maximum, TargetError where no row can come in.
        """
        first, last = self._initial_count, len(self._rows)
        whole = isinstance(index, int) and not isinstance(index, bool)
        if not whole or not first <= index <= last:
            raise TargetError(
                f"{self.name}: no form can come in at {index!r}. Initial forms keep their "
                f"numbers, so give one from {first} to {last}."
            )
        self._refuse_beyond_limits()
        self._insert(index, self._fresh_row(index))
        return index

    def duplicate(self, index: int) -> int:
        """Add a row behind `index` that holds the same, and return its index.

        Files, hidden fields, ORDER and DELETE are not copied: they say which row it is. Raises
        TargetError where there is no such row, LimitError at the maximum.
        """
        source = self._row_at(index)
        self._refuse_beyond_limits()
        place = max(index + 1, self._initial_count)
        row = self._fresh_row(place)
        copied = {
            name
            for name, field in row.fields.items()
            if not field.widget.is_hidden and name not in (ORDERING_FIELD_NAME, DELETION_FIELD_NAME)
        }
        own = {
            local: each for local, each in source.values.items() if not local.startswith("initial-")
        }
        row.replace(copied, {k: v for k, v in own.items() if source.field_of(k) in copied})
        row.edited |= copied
        self._insert(place, row)
        return place

    def remove_form(self, index: int) -> None:
        """Take away an extra row, or mark an initial row for deletion (Django's DELETE).

        Raises TargetError where there is no such row, LimitError where it cannot go.
        """
        row = self._row_at(index)
        if refused := self.limits().remove_refused.get(row.key):
            raise LimitError(f"{self.name}: form {index} cannot be removed. {refused}")
        if index >= self._initial_count:
            self._record()
            self._settle_structure(self._arrange([each for each in self._rows if each is not row]))
        elif not row.deleted:
            self._mark(index, deleted=True)

    def move(self, position: int, to: int) -> None:
        """Take the row at one place of the page to another; both count as in `order`.

        Extra rows are renumbered. Rows with initial data keep their numbers, as Django finds
        their initial data by them; they can be moved where `can_order` is on. There ORDER is
        written into every row that is not blank or deleted. Raises TargetError for a place
        that is not there, LimitError where the row has to stay.
        """
        for place in (position, to):
            self._row_at(place)
        if position == to:
            return
        order = list(self._order)
        order.insert(to, order.pop(position))
        initial = self._rows[: self._initial_count]
        if not self._empty.can_order and order[: self._initial_count] != initial:
            raise LimitError(
                f"{self.name}: form {position} cannot be moved to {to}. Without can_order, forms "
                "with initial data stay first, in their order."
            )
        self._check()
        blank = {row.key for row in self._rows[self._initial_count :] if _is_blank(row)}
        self._record()
        rows = [*initial, *(row for row in order if row not in initial)]
        changes = self._arrange(rows, order)
        if self._empty.can_order:
            changes += self._write_order(blank)
        changes.append(FormMoved(order[to].key, to, position))
        self._settle_structure(changes)

    def undo(self) -> bool:
        """Take the last step back, and return whether there was one."""
        return self._go_to(self._history.undo(self._state()))

    def redo(self) -> bool:
        """Do again what was taken back last, and return whether there was anything."""
        return self._go_to(self._history.redo(self._state()))

    def restore(self, index: int) -> None:
        """Keep a row after all that was marked for deletion."""
        if not self.is_deleted(index):
            return
        self._refuse_beyond_limits()
        self._mark(index, deleted=False)

    def set_data(self, data: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> bool:
        """Replace the data of all rows, show all errors, and return whether there is none.

        `data`: a list of one object per row (field name to value), or prefixed names as a POST
        has them. What is not in it is emptied. Raises DataError for names, types or counts
        that do not fit; then nothing has changed.
        """
        initial_count, rows = self._row_data().replacement(data, self._initial_count)
        self._record()
        changes = self._lay_out(rows, initial_count)
        self._touched = True
        for row in self._rows:
            row.show_all = True
        self._settle_structure(changes, asked=True)
        return self._last_verdict is True

    def update_data(self, data: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> bool:
        """Replace the values of the fields in `data` and show those fields' errors.

        `data` is shaped as for `set_data`; rows that are not in it, or are empty objects,
        stay as they are. Raises DataError, also for rows that are not there.
        """
        changes: list[Change] = []
        updates = self._row_data().update(data, self._rows)
        self._record()
        for index, (fields, values) in updates.items():
            row = self._rows[index]
            row.update(fields, values)
            self._row_changed(row)
            changes.append(self._values_change(index))
        self._settle(changes)
        return self._last_verdict is True

    def reset(self, initial: Sequence[Mapping[str, Any]] | None = None) -> None:
        """Go back to the initial rows, or to those of a new `initial`, as if nobody had typed."""
        if initial is not None:
            self._initial = checked_initial(self.prefix, initial)
        changes = self._arrange([])
        self._start()
        changes += [self._added(index) for index in range(len(self))]
        self._history.clear()
        self._last_verdict = None
        self._settle_structure(changes, touched=False)

    def take_over(self, rows: Sequence[Mapping[str, Sequence[str]]], initial_count: int) -> None:
        """Start from markup that is there already: what each row posted when it was made.

        Where no initial data was given, the first `initial_count` rows' values are it.
        """
        self._rows[:] = [self._new_row() for _ in rows]
        forms = [self._unbound_form(index) for index in range(len(rows))]
        if self._initial is None and initial_count:
            self._initial = [
                given.to_initial(forms[index], rows[index]) for index in range(initial_count)
            ]
            self._empty = self._unbound()
        self._initial_count = initial_count
        for index, (row, posted) in enumerate(zip(self._rows, rows, strict=True)):
            prefix = self.prefix_of(index)
            row.values = {
                to_local(name, prefix) or name: list(values) for name, values in posted.items()
            }
        self._order = list(self._rows)
        self._checked = None
        self._limits = self.limits()

    def add_error(self, field: str | None, message: str) -> None:
        """Show `message` at a control's field until that field changes.

        `field` is a posted name (`articles-1-title`), a form's prefix (`articles-1`) for that
        form as a whole, or None for the formset; the last two stay until the next change.
        """
        if field is None:
            self._added_errors.append(message)
            self._touched = True
            self._checked = None
            self._settle()
            return
        index, name = self._row_data().place(field, self._rows)
        row = self._rows[index]
        row.added_errors.append((name, message))
        row.touched.add(name or "")
        self._row_changed(row, keep_added=True)
        self._settle()

    def set_errors(self, errors: Any) -> None:
        """Show what a server said, in place of what was added before, until it is mended.

        `errors` as `formset.errors` has them as JSON, see `server_errors.py` for all shapes.
        Raises DataError for what fits no form or field; then nothing has changed.
        """
        self._check()
        place = self._row_data().place
        by_row, whole = read_formset_errors(
            errors, self._rows, self.name, lambda name: place(name, self._rows)
        )
        self._added_errors = whole
        self._touched = True
        for index, row in enumerate(self._rows):
            row.added_errors = by_row.get(index, [])
            row.touched |= {name or "" for name, _ in row.added_errors}
            self._row_changed(row, keep_added=True)
        self._settle()

    # Private: structure

    def _arrange(self, rows: Sequence[Row], order: Sequence[Row] | None = None) -> list[Change]:
        """Make `rows` the formset's rows and `order` their order in the page; say what changes.

        Without `order`, rows stay where they stand; a new one comes before the next, or last. So
        extra rows stand in the order of their numbers, whatever was moved before.
        """
        old = {row.key: index for index, row in enumerate(self._rows)}
        kept = {row.key for row in rows}
        changes: list[Change] = [
            FormRemoved(key, index) for key, index in reversed(old.items()) if key not in kept
        ]
        self._rows[:] = rows
        self._checked = None
        moved = [(i, old[row.key]) for i, row in enumerate(rows) if old.get(row.key, i) != i]
        up = [(new, before) for new, before in moved if new < before]
        down = [(new, before) for new, before in moved if new > before]
        for new, before in (*up, *reversed(down)):
            self._row_changed(rows[new], keep_added=True)  # names, and what depends on the index
            prefixes = self.prefix_of(before), self.prefix_of(new)
            changes.append(FormRenumbered(rows[new].key, new, *prefixes))
        before_order = self.order
        self._order = self._order_with(rows) if order is None else list(order)
        changes += [self._added(i) for i, row in enumerate(rows) if row.key not in old]
        if self.order != [key for key in before_order if key in kept] and order is not None:
            changes.append(OrderChanged(tuple(self.order)))
        return changes

    def _order_with(self, rows: Sequence[Row]) -> list[Row]:
        kept, there = {row.key for row in rows}, set(self.order)
        order = [row for row in self._order if row.key in kept]
        for index, row in enumerate(rows):
            if row.key not in there:
                following = [each for each in rows[index + 1 : index + 2] if each.key in there]
                order.insert(order.index(following[0]) if following else len(order), row)
        return order

    def _added(self, index: int) -> FormAdded:
        row = self._rows[index]
        self._row_changed(row, keep_added=True)
        row.start_over_in_the_page()
        return FormAdded(row.key, index, self.render_row(index))

    def _fresh_row(self, index: int) -> Row:
        """Return a new row that holds what a blank one at `index` would post."""
        row, prefix = self._new_row(), self.prefix_of(index)
        form = self._blank_form(index)
        row.freeze_initial(form)
        row.describe(form, prefix)
        row.values = given.fresh(form, prefix)
        return row

    def _insert(self, index: int, row: Row) -> None:
        self._record()
        self._settle_structure(self._arrange([*self._rows[:index], row, *self._rows[index:]]))

    def _refuse_beyond_limits(self) -> None:
        if refused := self.limits().add_refused:
            raise LimitError(
                f"{self.name}: no form can be added, max_num is {self._empty.max_num}. {refused}"
            )

    def _mark(self, index: int, *, deleted: bool) -> None:
        self._record()
        row = self._rows[index]
        row.take({f"{PLACEHOLDER}-{DELETION_FIELD_NAME}": ["on"] if deleted else None})
        self._row_changed(row)
        self._settle_structure([self._values_change(index)])

    def _lay_out(self, rows: Sequence[dict[str, list[str]]], initial_count: int) -> list[Change]:
        """Give the rows new values, and add or drop rows at the end to make the number fit."""
        arranged = list(self._rows[: len(rows)])
        self._initial_count = initial_count
        self._added_errors.clear()
        for row, values in zip(arranged, rows, strict=False):
            row.values = values
            row.added_errors.clear()
            self._row_changed(row)
        for index in range(len(arranged), len(rows)):
            arranged.append(self._fresh_row(index))
            arranged[-1].values = rows[index]
        there = min(len(self._rows), len(rows))
        changes = self._arrange(arranged)
        return [*changes, *(self._values_change(index) for index in range(there))]

    def _settle_structure(
        self, changes: list[Change], *, touched: bool = True, asked: bool = False
    ) -> None:
        self._checked = None
        self._touched = touched or self._touched
        changes.append(ManagementChanged(self.management_data()))
        self._settle(changes, asked=asked)

    def _write_order(self, blank: set[str]) -> Iterator[Change]:
        """Number the rows as they stand. ORDER would make a blank row count as filled."""
        local = f"{PLACEHOLDER}-{ORDERING_FIELD_NAME}"
        filled = [row for row in self._order if not row.deleted and row.key not in blank]
        for number, row in enumerate(filled, start=1):
            if ORDERING_FIELD_NAME in row.fields and row.values.get(local) != [str(number)]:
                row.take({local: [str(number)]})
                self._row_changed(row)
                yield self._values_change(self._rows.index(row))

    def _state(self) -> State:
        return State.of(self._rows, self._initial_count, self._order)

    def _record(self, step: Hashable = None) -> None:
        self._history.record(self._state(), step)

    def _before_typing(self, key: str, fields: set[str]) -> None:
        if not self._correcting:
            self._record((key, frozenset(fields)))

    def _go_to(self, state: State | None) -> bool:
        if state is None:
            return False
        there = set(self.keys)
        changed = {each.row.key for each in state.rows if each.put_back()}
        self._initial_count = state.initial_count
        for each in state.rows:
            self._row_changed(each.row)
        changes = self._arrange([each.row for each in state.rows], state.order)
        for index, row in enumerate(self._rows):
            if row.key in changed & there:
                changes.append(self._values_change(index))
        self._settle_structure(changes)
        return True

    def _row_at(self, index: int) -> Row:
        if isinstance(index, bool) or not isinstance(index, int):
            raise TargetError(f"{self.name}: a form is named by its number, got {index!r}.")
        if not 0 <= index < len(self._rows):
            last = len(self._rows) - 1
            there = f"Its forms are 0 to {last}." if self._rows else "It has no form."
            raise TargetError(f"{self.name}: there is no form {index}. {there}")
        return self._rows[index]

    def _row_data(self) -> RowData:
        return RowData(self.name, self._empty, self.prefix_of, self._blank_form)


def _is_blank(row: Row) -> bool:
    return row.form is not None and not row.form.has_changed()
