"""ClientFormSet: a Django formset, live. Its rows come, go and change here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.forms import BaseInlineFormSet, BaseModelFormSet
from django.forms.formsets import ORDERING_FIELD_NAME

from clientforms.changes import Change, FormMoved
from clientforms.engine.data import from_python as given
from clientforms.engine.data.formsets_in_forms import nested_data
from clientforms.engine.live.arrangement import FormSetStructure
from clientforms.engine.models.model_kinds import for_models
from clientforms.engine.post.control_names import to_local
from clientforms.engine.post.posted_text import posted_texts
from clientforms.engine.rows.control_errors import has_bad_input
from clientforms.engine.rows.files import StoredFile
from clientforms.engine.rows.history import Removal
from clientforms.engine.rows.row import Content, Row, Typed
from clientforms.engine.rows.server_errors import read_formset_errors
from clientforms.engine.stamps.stamp import Stamp
from clientforms.errors import DataError, LimitError, TargetError

__all__ = ["ClientFormSet"]

Values = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""What new rows hold: one object, field name to value, or one for each row."""


class ClientFormSet(FormSetStructure):
    """A Django formset whose rows come, go and change; Django's verdict is always at hand.

    `formset_class` is used unchanged. `prefix`, `initial`, `form_kwargs`, `auto_id` and
    `error_messages` are Django's; what else the class takes goes into `formset_kwargs`.
    `validation` is a policy or its event names, `delay` milliseconds. What is not defined here
    is asked of the Django formset itself (`forms`, `deleted_forms`, `media`, …).
    """

    # Changing

    def add_another(self, values: Values | None = None) -> int:
        """Add a row at the end, or several, and return the index of the first. See `insert()`."""
        return self.insert(len(self._rows), values)

    def insert(self, index: int, values: Values | None = None) -> int:
        """Add a blank row at `index`, behind the initial rows, and return the index.

        `values`: field name to value, as in `set_data()`, or a list of such objects, each for a row. All
        are one step for `undo()`. Raises LimitError if they would be too many, TargetError where no
        row can come in, DataError for values that do not fit; then nothing has changed.
        """
        first, last = self._initial_count, len(self._rows)
        whole = isinstance(index, int) and not isinstance(index, bool)
        if not whole or not first <= index <= last:
            raise TargetError(
                f"{self.name}: no form can come in at {index!r}. Initial forms keep their "
                f"numbers, so give one from {first} to {last}."
            )
        given_rows = [values] if values is None or isinstance(values, Mapping) else values
        if not isinstance(given_rows, Sequence) or isinstance(given_rows, str):
            raise DataError(
                f"{self.name}: the values of new forms are an object or a list of them."
            )
        if not given_rows:
            return index
        self._refuse_beyond_limits(len(given_rows))
        rows = [self._filled_row(index + place, each) for place, each in enumerate(given_rows)]
        order = None
        if len(rows) > 1 and index < last:
            order = list(self._order)
            place = order.index(self._rows[index])
            order[place:place] = rows
        self._insert(index, rows, order, filled=values is not None)
        return index

    def adopt(self, index: int, posted: Mapping[str, Sequence[str]], prefix: str) -> str:
        """Take in a row that another script put into the page, and return its key.

        It becomes the form at `index`; `posted` is what its controls hold, under names with
        `prefix`. It is there, so `max_num` is not asked. Raises LimitError beyond `absolute_max`.
        """
        if len(self._rows) >= self._empty.absolute_max:
            raise LimitError(
                f"{self.name}: there are {len(self._rows)} forms, Django reads no more than "
                f"absolute_max. Take the row out of the page, or raise it in formset_factory."
            )
        row = self._fresh_row(index)
        local = {to_local(name, prefix) or name: list(each) for name, each in posted.items()}
        row.values = {name: each for name, each in local.items() if row.field_of(name)}
        self._insert(index, [row], filled=True)
        return row.key

    def discard(self, key: str) -> None:
        """Let an extra row go that another script took out of the page; `min_num` is not asked."""
        index = self._index_of(key)
        if index < self._initial_count:
            raise TargetError(f"{self.name}: form {index} has initial data. Use remove_form.")
        self._record()
        self._settle_structure(self._arrange([row for row in self._rows if row.key != key]))

    def duplicate(self, index: int) -> int:
        """Add a row behind that at `index` that holds the same, and return its index.

        Initial rows stay together unless some row was moved.

        Files, hidden fields, ORDER and DELETE are not copied: they say which row it is. Raises
        TargetError where there is no such row, LimitError at the maximum.
        """
        source = self._row_at(index)
        self._refuse_beyond_limits()
        place, order = max(index + 1, self._initial_count), None
        if self._order != self._rows:
            order = list(self._order)
            behind = order.index(source) + 1
            initial = set(self._rows[: self._initial_count])
            place = self._initial_count + len(set(order[:behind]) - initial)
        row = self._copy_of(source, place)
        if order is not None:
            order.insert(behind, row)
        self._insert(place, [row], order, filled=True)
        return place

    def remove_form(self, index: int | Sequence[int]) -> None:
        """Take away an extra row, or mark an initial row for deletion (Django's DELETE).

        A list of indexes removes all of them, in one step. Raises TargetError where there is no such
        row, LimitError where one cannot go; then nothing has changed.
        """
        if isinstance(index, Sequence) and not isinstance(index, str):
            self._remove_forms(index)
            return
        row = self._row_at(index)
        if refused := self.limits().remove_refused.get(row.key):
            raise LimitError(f"{self.name}: form {index} cannot be removed. {refused}")
        if index >= self._initial_count:
            self._record_removal([row])
            self._settle_structure(self._arrange([each for each in self._rows if each is not row]))
        elif not row.deleted:
            self._mark(index, deleted=True)

    def remove_all(self) -> int:
        """Remove every form that can go, in one step, and return how many have gone.

        Initial rows are marked for deletion where `can_delete` is on; extra rows are taken away
        from the end until `min_num` forms are left, which stay as they are.
        """
        self._check()
        spare = self._count_kept() - self._empty.min_num
        initial, extra = self._rows[: self._initial_count], self._rows[self._initial_count :]
        kept = [row for row in initial if not row.deleted] if self._empty.can_delete else []
        marked = kept[: max(spare, 0)]
        spare -= len(marked)
        gone = [row for row in extra if row.deleted]
        gone += [row for row in reversed(extra) if not row.deleted][: max(spare, 0)]
        if marked or gone:
            self._record_removal(gone, marked)
            changes = self._arrange([row for row in self._rows if row not in gone])
            for row in marked:
                changes.append(self._deletion_change(row, deleted=True))
            self._settle_structure(changes, now=True)
        return len(marked) + len(gone)

    def _remove_forms(self, indexes: Sequence[int]) -> None:
        rows = list(dict.fromkeys(map(self._row_at, indexes)))
        refused = self.limits().remove_refused
        for row in rows:
            if row.key in refused:
                place = self._rows.place_of(row)
                raise LimitError(f"{self.name}: form {place} cannot be removed. {refused[row.key]}")
        there = [row for row in rows if not row.deleted]
        if self._count_kept() - len(there) < self._empty.min_num:
            reason = self._empty.error_messages["too_few_forms"] % {"num": self._empty.min_num}
            raise LimitError(f"{self.name}: {len(there)} forms cannot be removed. {reason}")
        initial = self._rows[: self._initial_count]
        gone = [row for row in rows if row not in initial]
        marked = [row for row in there if row in initial]
        if gone or marked:
            self._record_removal(gone, marked)
            changes = self._arrange([row for row in self._rows if row not in gone])
            changes += [self._deletion_change(row, deleted=True) for row in marked]
            self._settle_structure(changes, now=True)

    def swap(self, position: int, other: int) -> None:
        """Let the rows at two places of the page change places; both count as in `order`.

        What `move()` says of numbers, ORDER and errors holds here too.
        """
        first, second = sorted((position, other))
        if self._row_at(first) is self._row_at(second):
            return
        order = list(self._order)
        order[first], order[second] = order[second], order[first]
        self._reorder(order, [(first, second), (second, first)])

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
        self._reorder(order, [(position, to)])

    def _reorder(self, order: list[Row], moves: Sequence[tuple[int, int]]) -> None:
        """Make `order` that of the page; each of `moves` says where a row stood and where it stands."""
        position, to = moves[0]
        initial = self._rows[: self._initial_count]
        if not self._empty.can_order and order[: self._initial_count] != initial:
            raise LimitError(
                f"{self.name}: form {position} cannot be moved to {to}. Without can_order, forms "
                "with initial data stay first, in their order."
            )
        self._check()
        self._record()
        rows = [*initial, *(row for row in order if row not in initial)]
        changes = self._arrange(rows, order)
        if self._empty.can_order:
            changes += self._write_order()
        changes += [FormMoved(order[end].key, end, start) for start, end in moves]
        self._settle_structure(changes)

    def drop_surplus(self) -> None:
        """Take away blank rows at the end that a submit would be refused for.

        With `validate_max` Django counts blank rows too.
        """
        if not self._empty.validate_max:
            return
        self._check()
        kept = list(self._rows)
        surplus = sum(not row.deleted for row in kept) - self._empty.max_num
        while surplus > 0 and len(kept) > self._initial_count and self._is_blank(kept[-1]):
            if has_bad_input(kept[-1]):
                break  # it shows something
            kept.pop()
            surplus -= 1
        if len(kept) < len(self._rows):
            self._record()
            self._settle_structure(self._arrange(kept), touched=False)

    def undo(self) -> bool:
        """Take the last step back, and return whether there was one."""
        return self._go_to(self._history.undo(self._state_like))

    def redo(self) -> bool:
        """Do again what was taken back last, and return whether there was anything."""
        return self._go_to(self._history.redo(self._state_like))

    def one_step(self) -> AbstractContextManager[None]:
        """Return a context in which all changes, and what listeners add to them, are one undo step."""
        return self._history.one_step()

    def unrecorded(self) -> AbstractContextManager[None]:
        """Return a context in which changes are no steps: undo goes on from the one before."""
        return self._history.unrecorded()

    def removals(self) -> list[Removal]:
        """Return the removals that can be taken back by themselves, newest first.

        None from before the last step that added, moved or replaced rows.
        """
        return self._history.removals()

    def places_of_removals(self) -> list[tuple[Removal, str | None]]:
        """Return `removals()` as their rows stood in the page.

        Each with the key of the row that it was in front of, None for the end.
        """
        removals = self.removals()
        order, there = list(self._order), set(self._order)
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
        """Bring back what `removal` took away, and keep all that was done since.

        Returns whether it is one of `removals()`. As the last step it is undone, and can be done again.
        Raises LimitError if rows that were restored since have taken the room.
        """
        if removal not in self.removals():
            return False
        if self._history.is_last(removal):
            return self.undo()
        if self._count_kept() + len(removal.gone) > removal.count:
            self._refuse_beyond_limits()
        self._take_out(removal)
        return True

    def fresh_row(self, index: int) -> Row:
        """Return a new row that holds what a blank one at `index` would; it is not put in."""
        return self._fresh_row(index)

    def put_back(self, contents: Sequence[Content], order: Sequence[Row] | None) -> None:
        """Make the formset's rows those of `contents`. One step for `undo()`.

        The initial rows come first and are all there. `order` is that in the page, None for the
        same.
        """
        self._record()
        there = set(self.keys)
        for each in contents:
            each.put_into_row()
            self._row_changed(each.row)
        rows = [each.row for each in contents]
        changes = self._arrange(rows, rows if order is None else order)
        changes += [
            self._values_change(index) for index, row in enumerate(rows) if row.key in there
        ]
        self._settle_structure(changes, now=True)

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
        own, inner = nested_data(self.prefix, self._empty.empty_form, data)
        initial_count, rows = self._row_data().replacement(own, self._initial_count)
        self._check_nested(inner, len(rows))
        self._record()
        changes = self._lay_out(rows, initial_count)
        self._note_named(own)
        for index, row in enumerate(self._rows):
            for name, formset in row.nested.items():
                formset.set_data(inner.get((index, name), []))
        self._touched = True
        for row in self._rows:
            row.show_all = True
        self._settle_structure(changes, asked=True)
        return self._valid_now

    def set_posted(self, posted: Mapping[str, Sequence[str]]) -> list[str]:
        """Replace the data of all rows by what a POST carried, exactly as it was.

        Returns the names that belong to no field of the formset; they are passed over.
        """
        unknown: list[str] = []
        own, inner = nested_data(self.prefix, self._empty.empty_form, posted)
        fitting = self._row_data().fitting(dict(own), unknown)
        total = int(fitting[f"{self.prefix}-TOTAL_FORMS"][0])
        for (index, _), data in inner.items():
            if index < total:
                fitting |= data
            else:
                unknown += data
        self.set_data(fitting)
        return unknown

    def update_data(self, data: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> bool:
        """Replace the values of the fields in `data` and show those fields' errors.

        `data` is shaped as for `set_data`; rows that are not in it, or are empty objects,
        stay as they are. Raises DataError, also for rows that are not there.
        """
        changes: list[Change] = []
        own, inner = nested_data(self.prefix, self._empty.empty_form, data)
        updates = self._row_data().update(own, self._rows)
        self._check_nested(inner, len(self._rows), part=True)
        for (index, name), values in inner.items():
            self._rows[index].nested[name].update_data(values)
        self._record(arranges=False)
        for index, (fields, values) in updates.items():
            row = self._rows[index]
            row.update(fields, values)
            self._row_changed(row)
            changes.append(self._values_change(index))
        filled = [self._rows[index] for index in updates if index >= self._initial_count]
        if not any(ORDERING_FIELD_NAME in fields for fields, _ in updates.values()):
            changes += self._keep_order(filled)
        self._settle(changes, now=True)
        return self._valid_now

    def reset(
        self, initial: Sequence[Mapping[str, Any]] | None = None, *, keep_typed: bool = False
    ) -> None:
        """Go back to the initial rows, or to those of a new `initial`, as if nobody had typed.

        With `keep_typed`, fields that somebody typed into keep that: initial rows by their number, and
        the others behind them. Formsets inside rows start over.
        """
        typed = [row.typed() for row in self._rows] if keep_typed else []
        were_initial = self._initial_count
        if initial is not None:
            self._initial = given.checked_initial(self.prefix, initial)
        changes, told = self._arrange([]), self._told_limits
        self._start()
        self._type_again(typed[:were_initial], typed[were_initial:])
        self._told_limits = told
        changes += self._added(range(len(self)))
        self._history.clear()
        self._last_verdict = None
        self._settle_structure(changes, touched=False)

    def take_over(
        self,
        rows: Sequence[Mapping[str, Sequence[str]]],
        initial_count: int,
        stored: Sequence[Mapping[str, StoredFile]] = (),
    ) -> None:
        """Start from markup that is there already: what each row posted when it was made.

        Where no initial data was given, the first `initial_count` rows' values are it. A model
        formset has it in its queryset, where there is one or a database to ask. The parent of an
        inline formset is the one that the rows name.

        `stored` are the files that each row's markup says the server has, by their control's name.
        """
        rows = [posted_texts({name: list(each) for name, each in row.items()}) for row in rows]
        self._put([self._new_row() for _ in rows])
        self._initial_count = initial_count = min(initial_count, len(rows))
        self._find_parent(rows)
        alike = not (initial_count or self._initial) and self._stamps.at(self._empty, 0, len(rows))
        if alike and not alike.asks:
            self._begin_alike(rows, alike)
            return
        forms = [self._unbound_form(index) for index in range(len(rows))]
        in_queryset = issubclass(self.formset_class, BaseModelFormSet) and not (
            self._stores_nothing and self._kwargs.get("queryset") is None
        )
        if self._initial is None and initial_count and not in_queryset:
            self._initial = [
                given.to_initial(forms[index], rows[index]) for index in range(initial_count)
            ]
        for index, files in enumerate(stored[: len(self._initial or ())]):
            self._keep_stored(index, files)
        self._empty = self._unbound()
        for index, (row, posted) in enumerate(zip(self._rows, rows, strict=True)):
            prefix = self.prefix_of(index)
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

    def keep_non_form_errors(self, messages: Sequence[str]) -> None:
        """Take over a formset's errors that a server rendered and the rules here do not find."""
        self._check()
        own = {str(each) for each in self._checked.non_form_errors()} if self._checked else set()
        if new := [each for each in messages if each not in own]:
            self._added_errors += new
            self._checked = None

    def set_errors(self, errors: Any) -> None:
        """Show what a server said, in place of what was added before, until it is fixed.

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

    def place_of(self, name: str) -> tuple[int, str | None]:
        """Return the row number and the field that a posted name, or a form's prefix, means."""
        return self._row_data().place(name, self._rows)

    # Private

    def _before_reset(self) -> None:
        self._record(arranges=False)

    def _type_again(self, initial: Sequence[Typed], extra: Sequence[Typed]) -> None:
        """Give rows that have just started what was typed into those before them."""
        there = self._initial_count
        typed = dict(enumerate(initial[:there]))
        behind = [*(each for each in initial[there:] if each.edited), *extra]
        typed |= {there + place: each for place, each in enumerate(behind)}
        last = max((index for index, each in typed.items() if each.edited), default=-1)
        new = [self._fresh_row(index) for index in range(len(self._rows), last + 1)]
        if new:
            self._put([*self._rows, *new])
            self._order = list(self._rows)
        for index, each in typed.items():
            if each.edited:
                self._rows[index].type_again(each)
                self._row_changed(self._rows[index])

    def _filled_row(self, index: int, values: Mapping[str, Any] | None) -> Row:
        """Return a new row for the place `index` that holds `values`. Raises DataError."""
        row = self._fresh_row(index)
        if values is None:
            return row
        form, prefix = self.blank_form(index), self.prefix_of(index)
        rows, inner = nested_data(self.prefix, self._empty.empty_form, [values])
        own = next(iter(rows))
        posted = given.from_object(form, own, prefix, f"{self.name}, form {index}")
        fields = {row.field_of(local) or "" for local in posted}
        for (_, name), data in inner.items():
            row.nested[name].set_data(data)
        row.update(fields | {name for name in own if name in form.fields}, posted)
        return row

    def _find_parent(self, rows: Sequence[Mapping[str, Sequence[str]]]) -> None:
        """Take the parent of an inline formset from the hidden control in which rows name it."""
        if not issubclass(self.formset_class, BaseInlineFormSet):
            return
        name = self.formset_class.fk.name
        named = (row.get(f"{self.prefix_of(index)}-{name}") for index, row in enumerate(rows))
        if key := next((each[-1] for each in named if each and each[-1]), ""):
            self._kwargs = for_models().with_parent(self.formset_class, self._kwargs, key)
            self._empty = self._unbound()

    def _begin_alike(self, rows: Sequence[Mapping[str, Sequence[str]]], stamp: Stamp) -> None:
        for index, (row, posted) in enumerate(zip(self._rows, rows, strict=True)):
            prefix = self.prefix_of(index)
            stamp.describe(row)
            row.begin({to_local(name, prefix) or name: list(each) for name, each in posted.items()})
        self._begun()

    def _begun(self) -> None:
        self.started_with = len(self._rows)
        self._order = list(self._rows)
        self._put(self._rows[:])
        self._undecided.update((row, None) for row in self._rows if self._may_be_deleted(row))
        self._told_limits = self.limits()
        self._follow_order()

    def _keep_stored(self, index: int, files: Mapping[str, StoredFile]) -> None:
        prefix, row = self.prefix_of(index), self._rows[index]
        initial = dict(self._initial[index]) if self._initial else {}
        for name, file in files.items():
            if field := row.field_of(to_local(name, prefix) or name):
                initial.setdefault(field, file)
        if self._initial:
            self._initial[index] = initial
