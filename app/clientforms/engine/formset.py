"""ClientFormSet: a Django formset, live. Its rows come, go and change here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.forms.formsets import DELETION_FIELD_NAME

from clientforms.changes import (
    Change,
    FormAdded,
    FormRemoved,
    FormRenumbered,
    ManagementChanged,
)
from clientforms.engine import data as given
from clientforms.engine.formset_state import FormSetState, checked_initial
from clientforms.engine.names import PLACEHOLDER, to_local
from clientforms.engine.row import Row
from clientforms.engine.values import RowData
from clientforms.errors import DataError, LimitError, TargetError

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
        if refused := self.limits().add_refused:
            raise LimitError(
                f"{self.name}: no form can be added, max_num is {self._empty.max_num}. {refused}"
            )
        change = self._append()
        self._settle_structure([change])
        return change.index

    def remove_form(self, index: int) -> None:
        """Take away an extra row, or mark an initial row for deletion (Django's DELETE).

        Raises TargetError where there is no such row, LimitError where it cannot go.
        """
        row = self._row_at(index)
        if refused := self.limits().remove_refused.get(row.key):
            raise LimitError(f"{self.name}: form {index} cannot be removed. {refused}")
        if index < self._initial_count:
            if not row.deleted:
                self._mark(index, deleted=True)
            return
        changes = [*self._drop(index), *self._renumber(index)]
        self._settle_structure(changes)

    def restore(self, index: int) -> None:
        """Keep a row after all that was marked for deletion."""
        if not self.is_deleted(index):
            return
        if refused := self.limits().add_refused:
            raise LimitError(f"{self.name}: form {index} cannot be restored. {refused}")
        self._mark(index, deleted=False)

    def set_data(self, data: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> bool:
        """Replace the data of all rows, show all errors, and return whether there is none.

        `data`: a list of one object per row (field name to value), or prefixed names as a POST
        has them. What is not in it is emptied. Raises DataError for names, types or counts
        that do not fit; then nothing has changed.
        """
        initial_count, rows = self._row_data().replacement(data, self._initial_count)
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
        for index, (fields, values) in self._row_data().update(data, self._rows).items():
            row = self._rows[index]
            row.replace(fields, values)
            row.added_errors = [each for each in row.added_errors if each[0] not in fields]
            row.touched |= fields
            self._row_changed(row)
            changes.append(self._values_change(index))
        self._settle(changes)
        return self._last_verdict is True

    def reset(self, initial: Sequence[Mapping[str, Any]] | None = None) -> None:
        """Go back to the initial rows, or to those of a new `initial`, as if nobody had typed."""
        if initial is not None:
            self._initial = checked_initial(self.prefix, initial)
        changes = [change for index in reversed(range(len(self))) for change in self._drop(index)]
        self._start()
        changes += [self._added(index) for index in range(len(self))]
        self._last_verdict = None
        self._settle_structure(changes, touched=False)

    def initial_from_json(self, data: Any) -> list[dict[str, Any]]:
        """Return initial data in which text that a field reads, a date for one, is a value."""
        if not isinstance(data, list):
            raise DataError(
                f"{self.name}: initial data is a list of one object per form, got {data!r}."
            )
        fields = self._empty.empty_form.fields
        return [given.initial_from_json(fields, row, self.name) for row in data]

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

    # Private: structure

    def _append(self, values: dict[str, list[str]] | None = None) -> FormAdded:
        index = len(self._rows)
        row = self._new_row()
        self._rows.append(row)
        form = self._unbound_form(index)
        row.values = given.fresh(form, self.prefix_of(index)) if values is None else values
        return self._added(index)

    def _added(self, index: int) -> FormAdded:
        return FormAdded(self._rows[index].key, index, self.render_row(index))

    def _drop(self, index: int) -> Iterator[Change]:
        row = self._rows.pop(index)
        self._checked = None
        yield FormRemoved(row.key, index)

    def _renumber(self, start: int) -> Iterator[Change]:
        for index in range(start, len(self._rows)):
            row = self._rows[index]
            self._row_changed(row, keep_added=True)  # its names, and what depends on its index
            yield FormRenumbered(row.key, index, self.prefix_of(index + 1), self.prefix_of(index))

    def _mark(self, index: int, *, deleted: bool) -> None:
        row = self._rows[index]
        local = f"{PLACEHOLDER}-{DELETION_FIELD_NAME}"
        row.values.pop(local, None)
        if deleted:
            row.values[local] = ["on"]
        self._row_changed(row)
        self._settle_structure([self._values_change(index)])

    def _lay_out(self, rows: Sequence[dict[str, list[str]]], initial_count: int) -> list[Change]:
        """Give the rows new values, and add or drop rows at the end to make the number fit."""
        changes: list[Change] = []
        for index in reversed(range(len(rows), len(self._rows))):
            changes += self._drop(index)
        self._initial_count = initial_count
        self._added_errors.clear()
        for index, row in enumerate(self._rows):
            row.values = rows[index]
            row.added_errors.clear()
            self._row_changed(row)
            changes.append(self._values_change(index))
        changes += [self._append(values) for values in rows[len(self._rows) :]]
        return changes

    def _settle_structure(
        self, changes: list[Change], *, touched: bool = True, asked: bool = False
    ) -> None:
        self._checked = None
        self._touched = touched or self._touched
        changes.append(ManagementChanged(self.management_data()))
        self._settle(changes, asked=asked)

    def _row_at(self, index: int) -> Row:
        if isinstance(index, bool) or not isinstance(index, int):
            raise TargetError(f"{self.name}: a form is named by its number, got {index!r}.")
        if not 0 <= index < len(self._rows):
            last = len(self._rows) - 1
            there = f"Its forms are 0 to {last}." if self._rows else "It has no form."
            raise TargetError(f"{self.name}: there is no form {index}. {there}")
        return self._rows[index]

    def _row_data(self) -> RowData:
        return RowData(self.name, self._empty, self.prefix_of)
