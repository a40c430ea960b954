"""Make the rows of a formset, and pass on their changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.forms import BaseForm
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME

from clientforms.changes import ValuesChanged
from clientforms.engine.data import from_python as given
from clientforms.engine.data.formsets_in_forms import nested_data
from clientforms.engine.live.django_formset import DjangoFormSet
from clientforms.engine.live.formset_verdict import FormSetVerdict
from clientforms.engine.live.nested_formsets import NestedFormSets
from clientforms.engine.live.publishing import values_change
from clientforms.engine.rows.limits import management_names
from clientforms.engine.rows.post_data import HeldData
from clientforms.engine.rows.row import Row
from clientforms.engine.rows.row_changes import RowChanges
from clientforms.engine.rows.row_list import Rows
from clientforms.engine.stamps.stamp import Stamp

__all__ = ["RowStore"]


class RowStore(RowChanges):
    """Makes rows for `rows`, and passes their changes on to `django`, `verdict` and `nested`.

    `changed` is called when any row changes, for an outer formset.
    """

    def __init__(
        self,
        rows: Rows,
        held_data: HeldData,
        django: DjangoFormSet,
        verdict: FormSetVerdict,
        nested: NestedFormSets,
        *,
        changed: Callable[[], None],
    ) -> None:
        super().__init__(rows, held_data)
        self._django = django
        self._verdict = verdict
        self._nested = nested
        self._changed = changed
        self._last_key = 0

    # Changes

    def put(self, rows: Sequence[Row]) -> None:
        """Replace the rows by `rows`, in the order of their numbers."""
        self.rows.put(rows)
        self._held_data.moved()
        self._django.arranged()
        self._verdict.arranged()
        self._changed()

    def changed(self, row: Row, *, keep_added: bool = False) -> None:
        super().changed(row)
        self._changed()
        self._verdict.row_changed(row, keep_added=keep_added)

    # What they post

    def management_data(self) -> dict[str, str]:
        """Return the management form's controls: full name to value."""
        empty = self._django.empty
        counts = len(self.rows), self.rows.initial_count, empty.min_num, empty.max_num
        names = management_names(self._django.prefix)
        return {name: str(count) for name, count in zip(names, counts, strict=True)}

    def values_change(self, index: int) -> ValuesChanged:
        """Return the change that sets the controls of the row at `index` to its values."""
        return values_change(self.rows[index], self._django.prefix_of(index))

    def post(self, row: Row, values: Mapping[str, list[str] | None]) -> ValuesChanged:
        """Set values of an existing row, by local name; return the change."""
        row.take(values)
        self.changed(row)
        return self.values_change(self.rows.place_of(row))

    # Forms

    def bound_form(self, index: int) -> BaseForm:
        """Return the bound form of the row at `index`, not cleaned, with its live formsets."""
        row = self.rows[index]
        form, is_new = self._django.bound_form(row, index)
        if not is_new:
            return form
        row.describe(form, self._django.prefix_of(index))
        return self._nested.put_into(form, row)

    def unbound_form(self, index: int) -> BaseForm:
        """Return the unbound form of the row at `index`, and store its fields and formsets there."""
        form = self._django.blank_form(index)
        row, prefix = self.rows[index], self._django.prefix_of(index)
        row.describe(form, prefix)
        self._nested.make(row, form, prefix)
        return form

    # Making

    def start(self) -> None:
        """Start with the rows that Django shows first."""
        self._django.renew()
        empty, stamps = self._django.empty, self._django.stamps
        self.rows.initial_count = empty.initial_form_count()
        self.put([self.new() for _ in range(empty.total_form_count())])
        for index, row in enumerate(self.rows):
            if stamp := self._stamp_at(index, len(self.rows)):
                stamp.describe(row)
                row.begin(stamp.fresh(stamps.initial_of(empty, row, index, stamp)))
            else:
                row.begin(given.fresh(self.unbound_form(index), self._django.prefix_of(index)))

    def new(self) -> Row:
        """Return an empty row with a new key."""
        self._last_key += 1
        return Row(key=f"{self._django.prefix}:{self._last_key}")

    def fresh(self, index: int) -> Row:
        """Return a new blank row for `index`, without adding it."""
        stamp, row = self._stamp_at(index), self.new()
        empty, stamps = self._django.empty, self._django.stamps
        if stamp:
            stamp.describe(row)
            row.begin(stamp.fresh(stamps.initial_of(empty, row, index, stamp)))
            return row
        form, prefix = self._django.blank_form_of(row, index), self._django.prefix_of(index)
        held = given.fresh(form, prefix)
        self._nested.make(row, form, prefix)
        row.describe(form, prefix)
        row.begin(held)
        return row

    def filled(self, index: int, values: Mapping[str, Any] | None) -> Row:
        """Return a new row for `index` with `values`, or a blank one without. Raises DataError."""
        row = self.fresh(index)
        if values is None:
            return row
        name = f"{self._django.prefix}, form {index}"
        form, prefix = self._django.blank_form(index), self._django.prefix_of(index)
        rows, inner = nested_data(self._django.prefix, self._django.empty.empty_form, [values])
        own = next(iter(rows))
        posted = given.from_object(form, own, prefix, name)
        fields = {row.field_of(local) or "" for local in posted}
        for (_, attribute), data in inner.items():
            row.nested[attribute].set_data(data)
        row.update(fields | {field for field in own if field in form.fields}, posted)
        return row

    def copy_of(self, source: Row, place: int) -> Row:
        """Return a copy of `source` for `place`, including its nested formsets."""
        row = self.fresh(place)
        copied = {
            name
            for name, field in row.fields.items()
            if name in source.fields
            and not field.widget.is_hidden
            and name not in (ORDERING_FIELD_NAME, DELETION_FIELD_NAME)
        }
        own = {
            local: held for local, held in source.values.items() if not local.startswith("initial-")
        }
        row.replace(copied, {k: v for k, v in own.items() if source.field_of(k) in copied})
        row.edited |= copied
        row.lost = dict(source.lost)  # for their labels
        for name, inner in row.nested.items():
            if name in source.nested:
                inner.hold_the_same(source.nested[name])
        return row

    def stamp_with_initial(
        self, index: int, count: int
    ) -> tuple[Stamp, Callable[[], Mapping[str, Any]]] | None:
        """Return the stamp of the row at `index` among `count` rows, and a getter of its initial data."""
        empty, stamps = self._django.empty, self._django.stamps
        stamp = self._stamp_at(index, count)
        if stamp is None:
            return None
        row = self.rows[index] if index < len(self.rows) else Row(key="")
        return stamp, partial(stamps.initial_of, empty, row, index, stamp)

    # Private

    def _stamp_at(self, index: int, count: int = 1) -> Stamp | None:
        django, initial_count = self._django, self.rows.initial_count
        return django.stamps.at(django.empty, index, count, initial_count=initial_count)
