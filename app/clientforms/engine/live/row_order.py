"""The order of a formset's rows in the page, and the ORDER numbers by which Django sorts them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from django.forms import BaseForm
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME

from clientforms.changes import Change, OrderChanged
from clientforms.engine.live.django_formset import DjangoFormSet
from clientforms.engine.live.row_store import RowStore
from clientforms.engine.rows.order_numbers import (
    ORDER,
    as_found,
    has_number,
    holds_order_alone,
    in_places_of,
)
from clientforms.engine.rows.row import Row

__all__ = ["RowOrder"]


class RowOrder:
    """The order of the rows in the page, matched by ORDER in the rows that Django sorts.

    `probe` returns the bound form at a number, None if the user's code raises. `decide` finds out
    which rows are deleted.
    """

    def __init__(
        self,
        django: DjangoFormSet,
        rows: RowStore,
        *,
        probe: Callable[[int], BaseForm | None],
        decide: Callable[[], None],
    ) -> None:
        self.rows: list[Row] = []
        """The rows in the order of the page."""
        self._django = django
        self._store = rows
        self._all = rows.rows
        self._probe = probe
        self._decide = decide

    @property
    def keys(self) -> list[str]:
        """The keys of the rows in the order of the page."""
        return [row.key for row in self.rows]

    def start(self) -> None:
        """Start with the order of the rows' numbers."""
        self.rows = list(self._all)

    def with_rows(self, rows: Sequence[Row]) -> list[Row]:
        """Return the order of `rows` if present ones stay in place.

        A new one is put before its successor by number, or last.
        """
        kept, there = {row.key for row in rows}, set(self.keys)
        order = [row for row in self.rows if row.key in kept]
        for index, row in enumerate(rows):
            if row.key not in there:
                following = [other for other in rows[index + 1 : index + 2] if other.key in there]
                order.insert(order.index(following[0]) if following else len(order), row)
        return order

    def counted(self) -> list[Row]:
        """Return the rows that Django sorts, in the order of the page."""
        return [row for row in self.rows if not row.deleted and not self.is_blank(row)]

    def is_blank(self, row: Row) -> bool:
        """Return whether the row is a blank extra one, which Django ignores."""
        place = self._all.place_of(row)
        if place < self._all.initial_count:
            return False
        form = row.form or self._probe(place)
        try:
            row.filled = form is None or form.has_changed()
        except BaseException:  # noqa: BLE001 - a user's code may raise anything; cleaning reports it
            row.filled = True
        return not row.filled

    def is_found(self, rows: Sequence[Row] | None = None) -> bool:
        """Return whether Django would sort `rows`, by default all, in the same order."""
        rows = self.rows if rows is None else rows
        return as_found(rows, self._all.place_of) == rows

    def is_as_shown(self) -> bool:
        """Return whether Django would sort the rows, except blank ones, like the page, without typed ORDER."""
        if self.is_found():
            return True
        rows = self.counted()
        return self.is_found(rows) and all(ORDERING_FIELD_NAME not in row.edited for row in rows)

    def write(self) -> list[Change]:
        """Write ORDER in the order of the page, except into blank rows, which it would fill."""
        changes: list[Change] = []
        for number, row in enumerate(self.counted(), start=1):
            if ORDERING_FIELD_NAME in row.fields and row.values.get(ORDER) != [str(number)]:
                row.control_errors.pop(ORDER, None)  # its text is readable now
                changes.append(self._store.post(row, {ORDER: [str(number)]}))
                row.filled = True
        return changes

    def has_to_be_written(self, news: Collection[Row]) -> bool:
        """Return whether ORDER must be written because the rows `news` are sorted from now on.

        That is not so if the other rows have an order that was typed by hand.
        """
        if not self._django.empty.can_order or self.is_found():
            return False
        if all(row.deleted or self.is_blank(row) for row in news):
            return False
        rows = self.counted()
        others = [row for row in rows if row not in news]
        return len(others) < len(rows) and not self.is_found(rows) and self.is_found(others)

    def keep(self, news: Collection[Row]) -> list[Change]:
        """Write ORDER if needed because the rows `news` are sorted from now on."""
        return self.write() if self.has_to_be_written(news) else []

    def follow(self) -> list[Change]:
        """Order the rows in the page by the ORDER that they came with."""
        if not self._django.empty.can_order or self.is_found():
            return []
        self._decide()
        found = as_found(self.counted(), self._all.place_of)
        before, self.rows = self.rows, in_places_of(found or (), self.rows)
        return [] if self.rows == before else [OrderChanged(tuple(self.keys))]

    def after_typing(
        self, row: Row, fields: set[str], *, was_filled: bool, before: Callable[[], None]
    ) -> list[Change]:
        """Update ORDER after typing: a row gets a number if filled in, and loses it if blank.

        `before` is called before the ORDER of other rows changes.
        """
        place = self._all.place_of(row)
        if ORDERING_FIELD_NAME in fields | row.edited or not self._django.empty.can_order:
            return []
        if DELETION_FIELD_NAME in fields:
            self._decide()
        elif place < self._all.initial_count:
            return []
        elif has_number(row):
            return self._take_number_from_blank(row, place)
        elif was_filled:
            row.filled = True
            return []
        if row.deleted or self.is_blank(row) or not self.has_to_be_written({row}):
            return []
        before()
        return self.write()

    def _take_number_from_blank(self, row: Row, place: int) -> list[Change]:
        """Empty ORDER if the extra row is blank otherwise: with a number, it would be validated."""
        form = self._probe(place)
        try:
            alone = form is not None and holds_order_alone(form)
        except BaseException:  # noqa: BLE001 - a user's code may raise anything; cleaning reports it
            alone = False
        return [self._store.post(row, {ORDER: [""]})] if alone else []
