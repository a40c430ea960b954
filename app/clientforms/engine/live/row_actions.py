"""Actions of users and scripts on a formset's rows: add, remove, move, bring back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clientforms.changes import FormMoved
from clientforms.engine.live.arrangement import Arrangement
from clientforms.engine.live.django_formset import DjangoFormSet
from clientforms.engine.live.formset_verdict import FormSetVerdict
from clientforms.engine.live.row_order import RowOrder
from clientforms.engine.live.row_store import RowStore
from clientforms.engine.rows.history import Removal
from clientforms.engine.rows.row import Row
from clientforms.errors import DataError, LimitError, TargetError

__all__ = ["RowActions", "Values"]

Values = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""Values of new rows: one object, by field name, or one for each row."""


class RowActions:
    """Checks whether an action is allowed, and arranges the rows."""

    def __init__(
        self,
        django: DjangoFormSet,
        rows: RowStore,
        order: RowOrder,
        arrangement: Arrangement,
        verdict: FormSetVerdict,
    ) -> None:
        self._django = django
        self._store = rows
        self._rows = rows.rows
        self._order = order
        self._arrangement = arrangement
        self._verdict = verdict

    @property
    def _name(self) -> str:
        return self._django.prefix

    def row_at(self, index: int) -> Row:
        """Return the row with this number. Raises TargetError if there is none."""
        if isinstance(index, bool) or not isinstance(index, int):
            raise TargetError(f"{self._name}: give the number of a form, got {index!r}.")
        if not 0 <= index < len(self._rows):
            last = len(self._rows) - 1
            there = f"Its forms are 0 to {last}." if self._rows else "It has no form."
            raise TargetError(f"{self._name}: there is no form {index}. {there}")
        return self._rows[index]

    # Adding

    def insert(self, index: int, values: Values | None = None) -> int:
        """See `ClientFormSet.insert()`."""
        first, last = self._rows.initial_count, len(self._rows)
        whole = isinstance(index, int) and not isinstance(index, bool)
        if not whole or not first <= index <= last:
            raise TargetError(
                f"{self._name}: no form can be added at {index!r}. Initial forms keep their "
                f"numbers, so give a number from {first} to {last}."
            )
        news = [values] if values is None or isinstance(values, Mapping) else values
        if not isinstance(news, Sequence) or isinstance(news, str):
            raise DataError(
                f"{self._name}: give the values of new forms as an object or a list of objects."
            )
        if not news:
            return index
        self.refuse_beyond_limits(len(news))
        rows = [self._store.filled(index + place, held) for place, held in enumerate(news)]
        order = None
        if len(rows) > 1 and index < last:
            order = list(self._order.rows)
            place = order.index(self._rows[index])
            order[place:place] = rows
        self._arrangement.insert(index, rows, order)
        return index

    def duplicate(self, index: int) -> int:
        """See `ClientFormSet.duplicate()`."""
        source = self.row_at(index)
        self.refuse_beyond_limits()
        first = self._rows.initial_count
        place, order = max(index + 1, first), None
        if self._order.rows != self._rows:
            order = list(self._order.rows)
            behind = order.index(source) + 1
            initial = set(self._rows[:first])
            place = first + len(set(order[:behind]) - initial)
        row = self._store.copy_of(source, place)
        if order is not None:
            order.insert(behind, row)
        self._arrangement.insert(place, [row], order)
        return place

    def refuse_beyond_limits(self, count: int = 1) -> None:
        """Raise LimitError if there is no room for `count` more rows."""
        refused, formset = self._verdict.limits().add_refused, self._django.empty
        kept = self._verdict.count_kept()
        room = min(formset.max_num - kept, formset.absolute_max - len(self._rows))
        if refused or room < count:
            what = "no form" if refused or count == 1 else f"not {count} forms"
            reason = refused or formset.error_messages["too_many_forms"] % {"num": formset.max_num}
            raise LimitError(
                f"{self._name}: {what} can be added, max_num is {formset.max_num}. {reason}"
            )

    # Removing

    def remove(self, index: int) -> None:
        """Remove an extra row, or mark an initial row for deletion."""
        row = self.row_at(index)
        if refused := self._verdict.limits().remove_refused.get(row.key):
            raise LimitError(f"{self._name}: form {index} cannot be removed. {refused}")
        if index >= self._rows.initial_count:
            self._arrangement.record_removal([row])
            self._arrangement.settle(
                self._arrangement.arrange([other for other in self._rows if other is not row])
            )
        elif not row.deleted:
            self._mark(index, deleted=True)

    def remove_several(self, indexes: Sequence[int]) -> None:
        """Remove all of these rows in one step, or none of them."""
        rows = list(dict.fromkeys(map(self.row_at, indexes)))
        refused = self._verdict.limits().remove_refused
        for row in rows:
            if row.key in refused:
                place = self._rows.place_of(row)
                raise LimitError(
                    f"{self._name}: form {place} cannot be removed. {refused[row.key]}"
                )
        there = [row for row in rows if not row.deleted]
        least = self._django.empty.min_num
        if self._verdict.count_kept() - len(there) < least:
            reason = self._django.empty.error_messages["too_few_forms"] % {"num": least}
            raise LimitError(f"{self._name}: {len(there)} forms cannot be removed. {reason}")
        initial = self._rows[: self._rows.initial_count]
        gone = [row for row in rows if row not in initial]
        self._remove_and_mark(gone, [row for row in there if row in initial])

    def remove_all(self) -> int:
        """See `ClientFormSet.remove_all()`."""
        self._verdict.check()
        empty, first = self._django.empty, self._rows.initial_count
        spare = self._verdict.count_kept() - empty.min_num
        initial, extra = self._rows[:first], self._rows[first:]
        kept = [row for row in initial if not row.deleted] if empty.can_delete else []
        marked = kept[: max(spare, 0)]
        spare -= len(marked)
        gone = [row for row in extra if row.deleted]
        gone += [row for row in reversed(extra) if not row.deleted][: max(spare, 0)]
        self._remove_and_mark(gone, marked)
        return len(marked) + len(gone)

    def restore(self, index: int) -> None:
        """Unmark a row that is marked for deletion."""
        self.refuse_beyond_limits()
        self._mark(index, deleted=False)

    def _remove_and_mark(self, gone: Sequence[Row], marked: Sequence[Row]) -> None:
        if not (gone or marked):
            return
        self._arrangement.record_removal(gone, marked)
        changes = self._arrangement.arrange([row for row in self._rows if row not in gone])
        changes += [self._arrangement.deletion_change(row, deleted=True) for row in marked]
        self._arrangement.settle(changes, now=True)

    def _mark(self, index: int, *, deleted: bool) -> None:
        self._arrangement.record(arranges=False)
        row = self._rows[index]
        changes = [self._arrangement.deletion_change(row, deleted=deleted)]
        if not deleted:
            self._verdict.decide()
            changes += self._order.keep({row})
        self._arrangement.settle(changes, now=True)

    # Moving

    def swap(self, position: int, other: int) -> None:
        """See `ClientFormSet.swap()`."""
        first, second = sorted((position, other))
        if self.row_at(first) is self.row_at(second):
            return
        order = list(self._order.rows)
        order[first], order[second] = order[second], order[first]
        self._reorder(order, [(first, second), (second, first)])

    def move(self, position: int, to: int) -> None:
        """See `ClientFormSet.move()`."""
        for place in (position, to):
            self.row_at(place)
        if position == to:
            return
        order = list(self._order.rows)
        order.insert(to, order.pop(position))
        self._reorder(order, [(position, to)])

    def _reorder(self, order: list[Row], moves: Sequence[tuple[int, int]]) -> None:
        """Make `order` that of the page. Each of `moves` has a row's old and new place."""
        position, to = moves[0]
        first, can_order = self._rows.initial_count, self._django.empty.can_order
        initial = self._rows[:first]
        if not can_order and order[:first] != initial:
            raise LimitError(
                f"{self._name}: form {position} cannot be moved to {to}. Without can_order, forms "
                "with initial data stay first, in their order."
            )
        self._verdict.check()
        self._arrangement.record()
        rows = [*initial, *(row for row in order if row not in initial)]
        changes = self._arrangement.arrange(rows, order)
        if can_order:
            changes += self._order.write()
        changes += [FormMoved(order[end].key, end, start) for start, end in moves]
        self._arrangement.settle(changes)

    # Bringing back

    def places_of_removals(self) -> list[tuple[Removal, str | None]]:
        """See `ClientFormSet.places_of_removals()`."""
        removals = self._arrangement.history.removals()
        order, there = list(self._order.rows), set(self._order.rows)
        for removal in removals:
            order = removal.put_back(order, removal.order)
        firsts = {removal.first: removal for removal in removals}
        places: list[tuple[Removal, str | None]] = []
        following: str | None = None
        for row in reversed(order):
            following = row.key if row in there else following
            if row in firsts:
                places.insert(0, (firsts[row], following))
        return places

    def take_back(self, removal: Removal) -> bool:
        """See `ClientFormSet.take_back()`."""
        history = self._arrangement.history
        if removal not in history.removals():
            return False
        if history.is_last(removal):
            return self._arrangement.undo()
        if self._verdict.count_kept() + len(removal.gone) > removal.count:
            self.refuse_beyond_limits()
        self._take_out(removal)
        return True

    def _take_out(self, removal: Removal) -> None:
        """Put the rows of `removal` back among the present ones."""
        arrangement = self._arrangement
        arrangement.history.take_out(removal)
        rows = removal.put_back(self._rows, removal.rows)
        changes = arrangement.arrange(rows, removal.put_back(self._order.rows, removal.order))
        for row in removal.marked:
            if removal.mark in row.values:
                changes.append(arrangement.deletion_change(row, deleted=False))
        self._verdict.decide()
        if removal.is_found:  # otherwise, ORDER was typed by hand and stays
            changes += self._order.keep({*removal.gone, *removal.marked})
        arrangement.settle(changes, now=bool(removal.marked))
