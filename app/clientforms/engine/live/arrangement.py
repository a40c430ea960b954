"""How a live formset's rows are put in place: arranged, numbered, ordered, gone back to.

What a user or a script asks for is in `client_formset.py`; it ends here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Any

from django.forms import BaseForm
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME

from clientforms.changes import (
    Change,
    FormAdded,
    FormRemoved,
    FormRenumbered,
    FormReplaced,
    ManagementChanged,
    OrderChanged,
)
from clientforms.engine.data import from_python as given
from clientforms.engine.data.formsets_in_forms import NestedData, nested_data
from clientforms.engine.data.lost_choices import offering
from clientforms.engine.html.form_html import without_errors
from clientforms.engine.live.formset_reading import FormSetState
from clientforms.engine.live.rows_from_data import RowData
from clientforms.engine.post.control_names import PLACEHOLDER, to_posted
from clientforms.engine.rows.history import Removal, State
from clientforms.engine.rows.order_numbers import (
    ORDER,
    as_found,
    has_number,
    holds_order_alone,
    in_places_of,
)
from clientforms.engine.rows.prefixes import put_under
from clientforms.engine.rows.row import Row, copy_form
from clientforms.engine.stamps.index_dependence import look, reshape
from clientforms.engine.stamps.stamp import Cut, Stamp
from clientforms.errors import DataError, LimitError, TargetError

__all__ = ["FormSetStructure"]

_MARK = f"{PLACEHOLDER}-{DELETION_FIELD_NAME}"
"""The local name of the control that marks a row for deletion."""

_MANY = 20
"""Rows from which on copies of a shape are quicker to make than elements from HTML."""


class FormSetStructure(FormSetState):
    """Everything of a ClientFormSet that changes which rows there are, and where."""

    def render_formset(self) -> str:
        """Return the HTML of the whole, without errors, where a template of its own makes it.

        Empty where the template is Django's: then rows are rendered one by one.
        """
        if self.layout != "div" or self._empty.template_name.startswith("django/forms/"):
            return ""
        formset = self._bound()
        formset.forms = [
            copy_form(row.form or without_errors(self._construct(index)), only=())
            for index, row in enumerate(self._rows)
        ]
        formset._errors, formset._non_form_errors = [], formset.error_class()
        with ExitStack() as stack:
            for row, form in zip(self._rows, formset.forms, strict=True):
                stack.enter_context(offering(row, form))
            return str(formset.render())

    def render_row(self, index: int) -> str:
        """Return the HTML of the form at `index`, without errors: those are told as changes."""
        return self.render_rows([index])[0]

    def render_rows(self, indexes: Sequence[int]) -> list[str]:
        """Return the HTML of these forms, as `render_row()` does of one."""
        cuts = [self._cut(index, len(indexes)) for index in indexes]
        html = [
            each and each.html(self.prefix_of(index))
            for index, each in zip(indexes, cuts, strict=True)
        ]
        if None not in html:
            return [each or "" for each in html]
        with self._one_bound_formset():
            return [
                super(FormSetStructure, self).render_row(index) if each is None else each
                for index, each in zip(indexes, html, strict=True)
            ]

    def cut_rows(self) -> list[Cut] | None:
        """Return the HTML of all rows in parts.

        None where there are few of a shape, or some cannot be had so.
        """
        count = len(self._rows)
        if count < _MANY:
            return None
        cuts = []
        for index in range(count):
            cut = self._cut(index, count)
            if (
                cut is None or not cut.is_text
            ):  # they are rendered then: no more is read for nothing
                return None
            cuts.append(cut)
        return cuts if len({each.shape for each in cuts}) * 2 <= count else None

    def _cut(self, index: int, count: int) -> Cut | None:
        """Return the row's HTML without the template engine, None where only Django knows it."""
        stamp = self._stamps.of(self._empty, index < self._initial_count, count)
        if stamp is None:
            return None
        row = self._rows[index]
        initial = self._stamps.initial_of(self._empty, row, index, stamp)
        return stamp.cut(self.layout, self.prefix_of(index), row.values, initial)

    def _stamp_with_initial(
        self, index: int, count: int
    ) -> tuple[Stamp, Callable[[], Mapping[str, Any]]] | None:
        stamp = self._stamps.at(self._empty, index, count)
        if stamp is None:
            return None
        row = self._rows[index] if index < len(self._rows) else Row(key="")
        return stamp, partial(self._stamps.initial_of, self._empty, row, index, stamp)

    def _arrange(
        self, rows: Sequence[Row], order: Sequence[Row] | None = None, *, fill: bool = True
    ) -> list[Change]:
        """Make `rows` the formset's rows and `order` their order in the page; say what changes.

        Without `order`, rows stay where they stand; a new one comes before the next, or last. So
        extra rows stand in the order of their numbers, whatever was moved before. Without `fill`,
        the rows hold what belongs to their new numbers already.
        """
        if self.before_arranging:
            self.before_arranging()
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
        self._put(rows)
        self._place_nested(rows)
        moved = [(i, old[row.key]) for i, row in enumerate(rows) if old.get(row.key, i) != i]
        up = [(new, before) for new, before in moved if new < before]
        down = [(new, before) for new, before in moved if new > before]
        for new, before in (*up, *reversed(down)):
            prefixes = self.prefix_of(before), self.prefix_of(new)
            if self._stays_cleaned(rows[new], before, new):
                put_under(rows[new], prefixes[1])
                self._handed_out.forget(rows[new])
            else:
                self._row_changed(rows[new], keep_added=True)
            changes.append(FormRenumbered(rows[new].key, new, *prefixes))
        if self._varies:
            changes += [
                self._replaced(new)
                for new, before in moved
                if self._reshape(rows[new], before, new, fill=fill)
            ]
        before_order = self.order
        self._order = self._order_with(rows) if order is None else list(order)
        changes += self._added([i for i, row in enumerate(rows) if row.key not in old])
        if self.order != [key for key in before_order if key in kept] and order is not None:
            changes.append(OrderChanged(tuple(self.order)))
        return changes

    def _stays_cleaned(self, row: Row, before: int, new: int) -> bool:
        """Return whether Django makes and cleans the row's form alike at both numbers."""
        first, last = sorted((before, new))
        return (
            row.form is not None
            and not row.nested
            and not (self._varies or self._looks_at_its_number)
            and first >= max(self._initial_count, len(self._initial or ()))
            and not first < self._empty.min_num <= last
        )

    def _order_with(self, rows: Sequence[Row]) -> list[Row]:
        kept, there = {row.key for row in rows}, set(self.order)
        order = [row for row in self._order if row.key in kept]
        for index, row in enumerate(rows):
            if row.key not in there:
                following = [each for each in rows[index + 1 : index + 2] if each.key in there]
                order.insert(order.index(following[0]) if following else len(order), row)
        return order

    def _added(self, indexes: Sequence[int]) -> list[FormAdded]:
        for row in map(self._rows.__getitem__, indexes):
            if (
                row.steering or row.withheld
            ):  # what its conditions hide is not to be seen for a moment
                self._rows.to_tell(row)
            self._start_over(row)
        if not indexes:
            return []
        html = self.render_rows(indexes)
        return [
            FormAdded(self._rows[i].key, i, each) for i, each in zip(indexes, html, strict=True)
        ]

    def _reshape(self, row: Row, before: int, new: int, *, fill: bool) -> bool:
        """Fit the row to its new number, and return whether its form is another one there."""
        form, prefix = self._blank_form_of(row, new), self.prefix_of(new)
        was = look(self._blank_form_of(row, before), self.prefix_of(before), self.layout)
        if look(form, prefix, self.layout) == was:
            return False
        if fill:
            reshape(row, form, prefix)
        else:
            row.describe(form, prefix)
        self._row_changed(row, keep_added=True)
        return True

    def _replaced(self, index: int) -> FormReplaced:
        row = self._rows[index]
        self._start_over(row)
        return FormReplaced(row.key, index, self.render_row(index))

    def _blank_form_of(self, row: Row, index: int) -> BaseForm:
        """Return the unbound form that `row` has at `index`, whichever row stands there now."""
        kwargs = self._empty.get_form_kwargs(index)
        form: BaseForm = self._plain_class._construct_form(self._empty, index, **kwargs)
        row.freeze_initial(form)
        return form

    def start_over_in_the_page(self) -> None:
        self._shown, self._shown_note, self._shown_failure = (), "", ""
        super().start_over_in_the_page()

    def _start_over(self, row: Row) -> None:
        super()._start_over(row)
        for inner in row.nested.values():
            inner.start_over_in_the_page()

    def _fresh_row(self, index: int) -> Row:
        """Return a new row that holds what a blank one at `index` would post."""
        row, prefix = self._new_row(), self.prefix_of(index)
        if stamp := self._stamps.at(self._empty, index):
            stamp.describe(row)
            row.begin(stamp.fresh(self._stamps.initial_of(self._empty, row, index, stamp)))
            return row
        form = self._blank_form_of(row, index)
        row.describe(form, prefix)
        self._nest(row, form, prefix)
        row.begin(given.fresh(form, prefix))
        return row

    def _copy_of(self, source: Row, place: int) -> Row:
        """Return a new row for `place` that holds what `source` does, its formsets' rows too."""
        row = self._fresh_row(place)
        copied = {
            name
            for name, field in row.fields.items()
            if name in source.fields
            and not field.widget.is_hidden
            and name not in (ORDERING_FIELD_NAME, DELETION_FIELD_NAME)
        }
        own = {
            local: each for local, each in source.values.items() if not local.startswith("initial-")
        }
        row.replace(copied, {k: v for k, v in own.items() if source.field_of(k) in copied})
        row.edited |= copied
        row.lost = dict(source.lost)  # by their labels
        for name, inner in row.nested.items():
            if name in source.nested:
                inner._hold_the_same(source.nested[name])
        return row

    def _hold_the_same(self, other: FormSetStructure) -> None:
        """Give a formset that nobody sees yet the rows that `other` has, as new ones."""
        sources = [row for row in other._rows if not row.deleted]
        self._initial_count = 0
        self._put([self._copy_of(row, place) for place, row in enumerate(sources)])
        self._order = list(self._rows)

    def _check_nested(self, data: NestedData, count: int, *, part: bool = False) -> None:
        """Raise DataError where data for formsets inside the `count` rows would not fit."""
        for (index, name), each in data.items():
            if index >= count:
                raise DataError(
                    f"{self.name}: there is no form {index} to put {name!r} into, "
                    f"there are {count}."
                )
            row = self._rows[index] if index < len(self._rows) else self._fresh_row(index)
            row.nested[name].check_data(each, part=part)

    def check_data(self, data: Any, *, part: bool = False) -> None:
        """Raise DataError where `set_data()` (with `part`, `update_data()`) would."""
        own, inner = nested_data(self.prefix, self._empty.empty_form, data)
        if part:
            self._row_data().update(own, self._rows)
            count = len(self._rows)
        else:
            count = len(self._row_data().replacement(own, self._initial_count)[1])
        self._check_nested(inner, count, part=part)

    def _insert(
        self,
        index: int,
        rows: Sequence[Row],
        order: Sequence[Row] | None = None,
        *,
        filled: bool = False,
    ) -> None:
        self._record()
        changes = self._arrange([*self._rows[:index], *rows, *self._rows[index:]], order)
        if filled:
            changes += self._keep_order(set(rows))
        self._settle_structure(changes)

    def _refuse_beyond_limits(self, count: int = 1) -> None:
        """Raise LimitError if there is no room for `count` more rows."""
        refused, formset = self.limits().add_refused, self._empty
        room = min(formset.max_num - self._count_kept(), formset.absolute_max - len(self._rows))
        if refused or room < count:
            what = "no form" if refused or count == 1 else f"not {count} forms"
            reason = refused or formset.error_messages["too_many_forms"] % {"num": formset.max_num}
            raise LimitError(
                f"{self.name}: {what} can be added, max_num is {formset.max_num}. {reason}"
            )

    def _mark(self, index: int, *, deleted: bool) -> None:
        self._record(arranges=False)
        row = self._rows[index]
        changes = [self._deletion_change(row, deleted=deleted)]
        if not deleted:
            self._decide_deletions()
            changes += self._keep_order({row})
        self._settle_structure(changes, now=True)

    def _deletion_change(self, row: Row, *, deleted: bool) -> Change:
        """Tick or untick Django's DELETE in the row."""
        row.take({_MARK: ["on"] if deleted else None})
        self._row_changed(row)
        return self._values_change(self._rows.place_of(row))

    def _lay_out(self, rows: Sequence[dict[str, list[str]]], initial_count: int) -> list[Change]:
        """Give the rows new values, and add or drop rows at the end to make the number fit."""
        arranged = list(self._rows[: len(rows)])
        self._initial_count = initial_count
        self._added_errors.clear()
        for row, values in zip(arranged, rows, strict=False):
            row.values = values
            row.files = {}
            row.forget_typing()
            row.added_errors.clear()
            row.control_errors.clear()
            self._row_changed(row)
        for index in range(len(arranged), len(rows)):
            arranged.append(self._fresh_row(index))
            arranged[-1].values = rows[index]
        there = min(len(self._rows), len(rows))
        changes = self._arrange(arranged, arranged)  # the data's order is that of its numbers
        changes += self._follow_order()
        return [*changes, *(self._values_change(index) for index in range(there))]

    def _note_named(self, data: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> None:
        """Take note of the fields that a script's `data` names, where conditions ask who chose a value."""
        for index, row in enumerate(self._rows if self.has_conditions() else ()):
            if isinstance(data, Mapping):
                prefix = self.prefix_of(index)
                there = [each for each in row.values if to_posted(each, prefix) in data]
                row.touched |= {row.field_of(each) or "" for each in there}
            else:
                row.touched |= set(data[index]) & row.fields.keys()

    def _settle_structure(
        self,
        changes: list[Change],
        *,
        touched: bool = True,
        asked: bool = False,
        now: bool = False,
    ) -> None:
        self._checked = None
        self._touched = touched or self._touched
        changes.append(ManagementChanged(self.management_data()))
        self._settle(changes, asked=asked, now=now)

    # Private: the order

    def _start(self) -> None:
        super()._start()
        self._follow_order()

    def _write_order(self) -> list[Change]:
        """Number the rows as they stand. ORDER would make a blank row count as filled."""
        changes: list[Change] = []
        for number, row in enumerate(self._ordered_rows(), start=1):
            if ORDERING_FIELD_NAME in row.fields and row.values.get(ORDER) != [str(number)]:
                row.take({ORDER: [str(number)]})
                row.control_errors.pop(ORDER, None)  # nothing stands there that cannot be read
                self._row_changed(row)
                row.filled = True
                changes.append(self._values_change(self._rows.place_of(row)))
        return changes

    def _keep_order(self, news: Collection[Row], *, typed: bool = False) -> list[Change]:
        """Write ORDER if Django would not find rows that count now, `news`, where the page shows them.

        Where the other rows have an order of their own, which somebody typed, it is left alone.
        """
        if not self._empty.can_order or self._is_found(self._order):
            return []
        rows = self._ordered_rows()
        others = [row for row in rows if row not in news]
        if len(others) == len(rows) or self._is_found(rows) or not self._is_found(others):
            return []
        if typed:
            self._history.widen(self._state())
        return self._write_order()

    def _follow_order(self) -> list[Change]:
        """Show rows in the order that Django finds by the ORDER that they came with."""
        if not self._empty.can_order or self._is_found(self._order):
            return []
        self._decide_deletions()
        found = as_found(self._ordered_rows(), self._rows.place_of)
        before, self._order = self._order, in_places_of(found or (), self._order)
        return [] if self._order == before else [OrderChanged(tuple(self.order))]

    def _is_found(self, rows: Sequence[Row]) -> bool:
        """Return whether Django finds `rows` in this order, if they all count."""
        return as_found(rows, self._rows.place_of) == rows

    def _ordered_rows(self) -> list[Row]:
        """Return the rows that have a place for Django, as the page shows them."""
        return [row for row in self._order if not row.deleted and not self._is_blank(row)]

    def _is_blank(self, row: Row) -> bool:
        """Return whether Django passes over the row: an extra one that nobody has filled in."""
        place = self._rows.place_of(row)
        if place < self._initial_count:
            return False
        form = row.form or self._probe(place)
        try:
            row.filled = form is None or form.has_changed()
        except BaseException:  # noqa: BLE001 - a user's code may raise anything; cleaning reports it
            row.filled = True
        return not row.filled

    def _after_typing(self, row: Row, fields: set[str], *, was_filled: bool) -> None:
        """Keep ORDER true to the page: a row that is no longer blank has a place, a blank one none."""
        place = self._rows.place_of(row)
        own = ORDERING_FIELD_NAME in fields | row.edited
        if self._correcting or own or not self._empty.can_order:
            return
        if DELETION_FIELD_NAME in fields:
            self._decide_deletions()
        elif place < self._initial_count:
            return
        elif has_number(row):
            self._take_number_from_blank(row, place)
            return
        elif was_filled:
            row.filled = True
            return
        if not row.deleted and not self._is_blank(row):
            self._publish(self._keep_order({row}, typed=True))

    def _take_number_from_blank(self, row: Row, place: int) -> None:
        """Empty ORDER if nothing else is left in an extra row: with a number it would be required."""
        form = self._probe(place)
        try:
            alone = form is not None and holds_order_alone(form)
        except BaseException:  # noqa: BLE001 - a user's code may raise anything; cleaning reports it
            alone = False
        if alone:
            row.take({ORDER: [""]})
            self._row_changed(row)
            self._publish([self._values_change(place)])

    def _state(self) -> State:
        return State.of(self._rows, self._initial_count, self._order)

    def _state_like(self, other: State) -> State:
        if other.typed_into:
            return State.of_row(other.rows[0].row, self._initial_count)
        return self._state()

    def _record(self, removal: Removal | None = None, *, arranges: bool = True) -> None:
        """Remember what there is before a step, see `State` for what it says of that."""
        self._history.record(replace(self._state(), removal=removal, arranges=arranges))

    def _record_removal(self, gone: Sequence[Row], marked: Sequence[Row] = ()) -> None:
        rows, order = list(self._rows), list(self._order)
        is_found = not self._empty.can_order or self._is_found(order)
        count = self._count_kept()
        self._record(Removal(tuple(gone), tuple(marked), _MARK, rows, order, count, is_found))

    def _count_kept(self) -> int:
        return sum(not row.deleted for row in self._rows)

    def _take_out(self, removal: Removal) -> None:
        """Put the rows that went in `removal` among those that there are."""
        self._history.take_out(removal)
        rows = removal.put_back(self._rows, removal.rows)
        changes = self._arrange(rows, removal.put_back(self._order, removal.order))
        for row in removal.marked:
            if _MARK in row.values:
                changes.append(self._deletion_change(row, deleted=False))
        self._decide_deletions()
        if removal.is_found:  # or else ORDER stays as it was typed
            changes += self._keep_order({*removal.gone, *removal.marked})
        self._settle_structure(changes, now=bool(removal.marked))

    def _before_typing(self, key: str, fields: set[str]) -> None:
        if self._correcting:
            return
        row, step = self._rows[self._index_of(key)], (key, frozenset(fields))
        self._history.record(State.of_row(row, self._initial_count), step)

    def _go_to(self, state: State | None) -> bool:
        if state is None:
            return False
        there = set(self.keys)
        changed = {each.row.key for each in state.rows if each.put_back()}
        self._initial_count = state.initial_count
        for each in state.rows:
            self._row_changed(each.row)
        if state.typed_into:
            rows, order = list(self._rows), list(self._order)
        else:
            rows, order = [each.row for each in state.rows], list(state.order)
        changes = self._arrange(rows, order, fill=False)
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
        return RowData(
            self.name, self._empty, self.prefix_of, self.blank_form, self._stamp_with_initial
        )
