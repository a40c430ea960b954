"""Put data into a whole formset: from a caller, from a server's markup, or by a reset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.forms.formsets import ORDERING_FIELD_NAME

from clientforms.changes import Change
from clientforms.engine.data import from_python as given
from clientforms.engine.data.formsets_in_forms import NestedData, nested_data
from clientforms.engine.live.arrangement import Arrangement
from clientforms.engine.live.django_formset import DjangoFormSet
from clientforms.engine.live.formset_html import FormSetHtml
from clientforms.engine.live.formset_verdict import FormSetVerdict
from clientforms.engine.live.nested_formsets import NestedFormSets
from clientforms.engine.live.row_order import RowOrder
from clientforms.engine.live.row_store import RowStore
from clientforms.engine.live.rows_from_data import RowData
from clientforms.engine.post.control_names import to_local, to_posted
from clientforms.engine.post.posted_text import posted_texts
from clientforms.engine.rows.files import StoredFile
from clientforms.engine.rows.row import Typed
from clientforms.engine.rows.server_errors import read_formset_errors
from clientforms.engine.rules.conditions import changed_fields
from clientforms.engine.stamps.stamp import Stamp
from clientforms.errors import DataError

__all__ = ["FormSetData"]

Data = Sequence[Mapping[str, Any]] | Mapping[str, Any]
"""One object per row, by field name, or one object with prefixed names as in a POST."""


class FormSetData:
    """Sets the values of a formset's rows, and returns the changes."""

    def __init__(
        self,
        django: DjangoFormSet,
        rows: RowStore,
        order: RowOrder,
        verdict: FormSetVerdict,
        arrangement: Arrangement,
        nested: NestedFormSets,
        html: FormSetHtml,
    ) -> None:
        self._django = django
        self._store = rows
        self._rows = rows.rows
        self._order = order
        self._verdict = verdict
        self._arrangement = arrangement
        self._nested = nested
        self._html = html

    @property
    def _name(self) -> str:
        return self._django.prefix

    def place_of(self, name: str) -> tuple[int, str | None]:
        """Return the row number and the field of a posted name or a form's prefix."""
        return self._reader().place(name, self._rows)

    # Replacing

    def replace(self, data: Data) -> list[Change]:
        """Replace the values of all rows by `data`. Raises DataError before anything changes."""
        own, inner = nested_data(self._django.prefix, self._django.empty.empty_form, data)
        initial_count, rows = self._reader().replacement(own, self._rows.initial_count)
        self._check_nested(inner, len(rows))
        self._arrangement.record()
        changes = self._lay_out(rows, initial_count)
        self._note_named(own)
        with self._nested.filled():
            for index, row in enumerate(self._rows):
                for name, formset in row.nested.items():
                    formset.set_data(inner.get((index, name), []))
        for row in self._rows:
            row.show_all = True
        return changes

    def posted(self, posted: Mapping[str, Sequence[str]]) -> tuple[Data, list[str]]:
        """Return a POST as data for `replace()`, and the names that belong to no field."""
        unknown: list[str] = []
        own, inner = nested_data(self._django.prefix, self._django.empty.empty_form, posted)
        fitting = self._reader().fitting(dict(own), unknown)
        total = int(fitting[f"{self._django.prefix}-TOTAL_FORMS"][0])
        for (index, _), data in inner.items():
            if index < total:
                fitting |= data
            else:
                unknown += data
        return fitting, unknown

    def update(self, data: Data) -> list[Change]:
        """Set the values of the fields in `data`. Raises DataError before anything changes."""
        changes: list[Change] = []
        own, inner = nested_data(self._django.prefix, self._django.empty.empty_form, data)
        updates = self._reader().update(own, self._rows)
        self._check_nested(inner, len(self._rows), part=True)
        with self._nested.filled():
            for (index, name), values in inner.items():
                self._rows[index].nested[name].update_data(values)
        self._arrangement.record(arranges=False)
        for index, (fields, values) in updates.items():
            row = self._rows[index]
            row.update(fields, values)
            self._store.changed(row)
            changes.append(self._store.values_change(index))
        filled = [self._rows[index] for index in updates if index >= self._rows.initial_count]
        if not any(ORDERING_FIELD_NAME in fields for fields, _ in updates.values()):
            changes += self._order.keep(filled)
        return changes

    def check(self, data: Any, *, part: bool = False) -> None:
        """Raise DataError if `replace()`, or `update()` with `part`, would raise it."""
        own, inner = nested_data(self._django.prefix, self._django.empty.empty_form, data)
        if part:
            self._reader().update(own, self._rows)
            count = len(self._rows)
        else:
            count = len(self._reader().replacement(own, self._rows.initial_count)[1])
        self._check_nested(inner, count, part=part)

    # Starting

    def start(self) -> None:
        """Start with the rows that Django shows first."""
        self._verdict.start_over()
        self._store.start()
        self._order.start()
        self._verdict.note_limits()
        self._order.follow()

    def start_again(
        self, initial: Sequence[Mapping[str, Any]] | None, *, keep_typed: bool
    ) -> list[Change]:
        """Go back to the initial rows, or to those of a new `initial`, and return the changes."""
        typed = [row.typed() for row in self._rows] if keep_typed else []
        were_initial = self._rows.initial_count
        if initial is not None:
            self._django.initial = given.checked_initial(self._django.prefix, initial)
        changes = self._arrangement.arrange([])
        told = self._verdict.told_limits
        self.start()
        self._type_again(typed[:were_initial], typed[were_initial:])
        self._verdict.told_limits = told
        changes += self._html.added(range(len(self._rows)))
        self._arrangement.history.clear()
        return changes

    def take_over(
        self,
        rows: Sequence[Mapping[str, Sequence[str]]],
        initial_count: int,
        stored: Sequence[Mapping[str, StoredFile]],
        locked: Sequence[Mapping[str, Sequence[str]]],
    ) -> None:
        """See `FormSetInPage.take_over()`."""
        rows = [posted_texts({name: list(held) for name, held in row.items()}) for row in rows]
        django = self._django
        self._store.put([self._store.new() for _ in rows])
        self._rows.initial_count = initial_count = min(initial_count, len(rows))
        django.find_parent(rows)
        alike = not (initial_count or django.initial) and django.stamps.at(
            django.empty, 0, len(rows), initial_count=0
        )
        if alike and not alike.asks:
            self._begin_alike(rows, alike)
            return
        forms = [self._store.unbound_form(index) for index in range(len(rows))]
        if django.initial is None and initial_count and not django.asks_queryset:
            django.initial = [
                given.to_initial(forms[index], {**rows[index], **dict(*locked[index : index + 1])})
                for index in range(initial_count)
            ]
        for index, files in enumerate(stored[: len(django.initial or ())]):
            self._keep_stored(index, files)
        django.renew()
        for index, (row, posted) in enumerate(zip(self._rows, rows, strict=True)):
            prefix = django.prefix_of(index)
            nested = tuple(f"{inner.prefix}-" for inner in row.nested.values())
            row.begin_with_markup(
                {
                    to_local(name, prefix) or name: list(values)
                    for name, values in posted.items()
                    if not name.startswith(nested)
                }
            )
            if row.initial:
                given.freeze_from(forms[index], row, posted, prefix)
        self._begun()

    # Errors

    def set_errors(self, errors: Any) -> None:
        """Replace added errors by those of a server. The verdict must be up to date."""
        place = self._reader().place
        by_row, whole = read_formset_errors(
            errors, self._rows, self._name, lambda name: place(name, self._rows)
        )
        self._verdict.added_errors = whole
        self._verdict.is_touched = True
        for index, row in enumerate(self._rows):
            row.added_errors = by_row.get(index, [])
            row.touched |= {name or "" for name, _ in row.added_errors}
            self._store.changed(row, keep_added=True)

    # Private

    def _reader(self) -> RowData:
        django = self._django
        return RowData(
            self._name, django.empty, django.prefix_of, django.blank_form,
            self._store.stamp_with_initial,
        )  # fmt: skip

    def _check_nested(self, data: NestedData, count: int, *, part: bool = False) -> None:
        """Raise DataError if data for formsets nested in the `count` rows does not fit."""
        for (index, name), own in data.items():
            if index >= count:
                raise DataError(
                    f"{self._name}: there is no form {index} to put {name!r} into: "
                    f"there are {count} forms."
                )
            row = self._rows[index] if index < len(self._rows) else self._store.fresh(index)
            row.nested[name].check_data(own, part=part)

    def _lay_out(self, rows: Sequence[dict[str, list[str]]], initial_count: int) -> list[Change]:
        """Set the values of all rows, adding or removing rows at the end as needed."""
        arranged = list(self._rows[: len(rows)])
        self._rows.initial_count = initial_count
        self._verdict.added_errors.clear()
        for row, values in zip(arranged, rows, strict=False):
            row.values = values
            row.files = {}
            row.forget_typing()
            row.added_errors.clear()
            row.control_errors.clear()
            self._store.changed(row)
        for index in range(len(arranged), len(rows)):
            arranged.append(self._store.fresh(index))
            arranged[-1].values = rows[index]
        there = min(len(self._rows), len(rows))
        # Data is in the order of its numbers.
        changes = self._arrangement.arrange(arranged, arranged)
        changes += self._order.follow()
        return [*changes, *(self._store.values_change(index) for index in range(there))]

    def _note_named(self, data: Data) -> None:
        """Touch the fields in a script's `data`, if conditions depend on whether a value was chosen."""
        form, _ = self._django.sample()
        for index, row in enumerate(self._rows if changed_fields(type(form)) else ()):
            if isinstance(data, Mapping):
                prefix = self._django.prefix_of(index)
                there = [local for local in row.values if to_posted(local, prefix) in data]
                row.touched |= {row.field_of(local) or "" for local in there}
            else:
                row.touched |= set(data[index]) & row.fields.keys()

    def _type_again(self, initial: Sequence[Typed], extra: Sequence[Typed]) -> None:
        """Put what was typed before into the rows, which have just started."""
        there = self._rows.initial_count
        typed = dict(enumerate(initial[:there]))
        behind = [*(row for row in initial[there:] if row.edited), *extra]
        typed |= {there + place: row for place, row in enumerate(behind)}
        last = max((index for index, row in typed.items() if row.edited), default=-1)
        new = [self._store.fresh(index) for index in range(len(self._rows), last + 1)]
        if new:
            self._store.put([*self._rows, *new])
            self._order.start()
        for index, held in typed.items():
            if held.edited:
                self._rows[index].type_again(held)
                self._store.changed(self._rows[index])

    def _begin_alike(self, rows: Sequence[Mapping[str, Sequence[str]]], stamp: Stamp) -> None:
        for index, (row, posted) in enumerate(zip(self._rows, rows, strict=True)):
            prefix = self._django.prefix_of(index)
            stamp.describe(row)
            row.begin({to_local(name, prefix) or name: list(held) for name, held in posted.items()})
        self._begun()

    def _begun(self) -> None:
        self._order.start()
        self._store.put(self._rows[:])
        self._verdict.to_decide(self._rows)
        self._verdict.note_limits()
        self._order.follow()

    def _keep_stored(self, index: int, files: Mapping[str, StoredFile]) -> None:
        django = self._django
        prefix, row = django.prefix_of(index), self._rows[index]
        initial = dict(django.initial[index]) if django.initial else {}
        for name, file in files.items():
            if field := row.field_of(to_local(name, prefix) or name):
                initial.setdefault(field, file)
        if django.initial:
            django.initial[index] = initial
