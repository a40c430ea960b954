"""The common base of live forms and formsets: reading them, and input from the page.

`publishing.py` reports changes.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm, Field

from clientforms.changes import (
    Change,
    FieldChoicesChanged,
    FieldErrorsChanged,
    NonFieldErrorsChanged,
)
from clientforms.engine.data.lost_choices import is_about_choices, offering
from clientforms.engine.html import form_html
from clientforms.engine.live.arrangement import Arrangement
from clientforms.engine.live.publishing import Listener, SettlingForms
from clientforms.engine.post.control_names import to_local, to_posted
from clientforms.engine.post.posted_text import posted_text
from clientforms.engine.rows.control_errors import (
    BAD_INPUT,
    ControlError,
    changes_verdict,
    unread_in,
)
from clientforms.engine.rows.files import ChosenFile, as_posted
from clientforms.engine.rows.row import Row, copy_form
from clientforms.engine.rules.conditions import changed_fields
from clientforms.errors import DataError, TargetError

__all__ = ["Listener", "LiveForms"]

_UNSHOWN = "\0"
"""Replaces a shown error or choice so that it differs from any real one."""
_NAMED = "\0"
"""Stands for a field that is named by the argument before it."""


class LiveForms(SettlingForms):
    """Rows of Django forms, kept in sync with the controls of the page."""

    _arrangement: Arrangement | None = None
    """Arranges rows and undoes steps; a plain form has none."""

    # Reading

    @abstractmethod
    def reset(self, initial: Any = None, *, keep_typed: bool = False) -> None:
        """Go back to the initial data, or to new initial data, as if nothing had been typed.

        With `keep_typed`, fields that were typed into keep their values.
        """

    @abstractmethod
    def place_of(self, name: str) -> tuple[int, str | None]:
        """Return the row number and the field of a name in the page. Raises DataError."""

    def reset_field(self, name: str) -> None:
        """Reset one field to its first value, as if nothing had been typed into it.

        `name` is a posted name (`articles-1-title`) or, in a plain form, a field name. Raises
        DataError.
        """
        index, field = self._named_field(name)
        row = self._rows[index]
        if self._arrangement is not None:
            self._arrangement.record(arranges=False)
        row.replace({field}, {k: v for k, v in row.start.items() if row.field_of(k) == field})
        row.drop_added_errors({field})
        row.edited.discard(field)
        row.touched.discard(field)
        row.left.discard(field)
        self._store.changed(row)
        self._settle([self._values_change(index)], now=True)

    @abstractmethod
    def initial_from_json(self, data: Any) -> Any:
        """Return initial data with text, such as a date, converted to the fields' Python values."""

    @abstractmethod
    def blank_form(self, index: int) -> BaseForm:
        """Return the unbound form that Django makes at `index`, even if there is no such row."""

    @property
    def keys(self) -> list[str]:
        """The keys of the rows, in order."""
        return [row.key for row in self._rows]

    @property
    def order(self) -> list[str]:
        """The keys of the rows in the order of the page."""
        return self.keys

    def index_of(self, key: str) -> int | None:
        """Return the number of row `key`, None if there is no such row."""
        return self._rows.place(key)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows themselves, for other modules of the engine to read."""
        return tuple(self._rows)

    def row_fields(self) -> Mapping[str, Field]:
        """Return the fields of the last row, or of a new one if there is none."""
        return self._rows[-1].fields if self._rows else self.blank_form(0).fields

    def post_data(self) -> dict[str, list[str]]:
        """Return what a POST would carry now: name to list of strings. Files are left out."""
        return {
            to_posted(local, prefix): list(values)
            for row, prefix in self._placed_rows()
            for local, values in row.posted()
        }

    def posted_files(self) -> dict[str, list[Any]]:
        """Return the files that a POST would carry: name to list of new `UploadedFile`."""
        return {
            to_posted(local, prefix): [as_posted(file) for file in files]
            for row, prefix in self._placed_rows()
            for local, files in row.files.items()
            if row.field_of(local) not in row.withheld
        }

    def files_of(self, key: str) -> dict[str, list[Any]]:
        """Return the files chosen in the row `key`, as passed to `files()`: posted name to list."""
        index = self._index_of(key)
        prefix = self.prefix_of(index)
        return {
            to_posted(name, prefix): list(files) for name, files in self._rows[index].files.items()
        }

    def names_of(self, key: str) -> tuple[str | None, list[tuple[str, str]]]:
        """Return the prefix of the row `key`, and pairs of its fields and their local names."""
        index = self._index_of(key)
        return self.prefix_of(index), self._rows[index].html_names

    def contents_of(
        self, keys: Iterable[str]
    ) -> Iterator[
        tuple[str, str | None, list[tuple[str, str]], Mapping[str, Sequence[str]], list[str]]
    ]:
        """Yield, for each row, its key and the results of `names_of()`, `held_by()` and `unread_in()`."""
        for key in keys:
            index = self._index_of(key)
            row = self._rows[index]
            yield key, self.prefix_of(index), row.html_names, row.values, unread_in(row)

    def held_by(self, key: str) -> Mapping[str, Sequence[str]]:
        """Return the values of the row `key`: local name to strings."""
        return self._rows[self._index_of(key)].values

    def holds_start(self, key: str) -> bool:
        """Return whether the row `key` has its first values."""
        row = self._rows[self._index_of(key)]
        return row.values is row.start or row.values == row.start

    def start_of(self, key: str) -> Mapping[str, Sequence[str]]:
        """Return the first values of the row `key`: local name to strings, () for none."""
        row = self._rows[self._index_of(key)]
        return {local: row.start.get(local, ()) for local in {**row.start, **row.values}}

    def of_the_moment(self, key: str) -> frozenset[str]:
        """Return the fields of the row `key` whose initial value is callable. Render the row first."""
        return frozenset(self._rows[self._index_of(key)].initial)

    def takes_files(self) -> bool:
        """Return whether the forms have fields for files."""
        return bool(self._sample()[0].is_multipart())

    def render_row(self, index: int) -> str:
        """Return the HTML of the form at `index`, without errors, which are reported as changes."""
        row = self._rows[index]
        form = row.form or form_html.without_errors(self._construct(index))
        with offering(row, form):
            return form_html.render_form(copy_form(form, only=()), self.layout)

    def media_html(self) -> str:
        """Return the links and scripts that the forms' widgets need, like `{{ form.media }}`."""
        form, _ = self._sample()
        return str(form.media)

    def sample(self) -> form_html.ErrorSample:
        """Return a form rendered with errors everywhere, to find out where the template puts them."""
        form, prefix = self._sample()
        row = Row(key="")
        row.describe(form, prefix)

        def field_of(name: str) -> str | None:
            local = to_local(name, prefix)
            return None if local is None else row.field_of(local)

        return form_html.error_sample(form, self.layout, field_of)

    # Input from the page

    def input(self, key: str, values: Mapping[str, Sequence[str] | None]) -> set[str]:
        """Set values of controls of the row `key`: posted name to strings.

        None means that a control posts nothing (an unticked checkbox). Nothing is cleaned yet.
        Returns the names of the fields whose values changed.
        """
        index = self._index_of(key)
        row = self._rows[index]
        fields: set[str] = set()
        changed: dict[str, list[str] | None] = {}
        for name, posted in values.items():
            local = self._local_of(index, name)
            held = row.values.get(local)
            if held == posted:
                continue
            field = row.field_of(local)
            if field in row.withheld:
                continue  # keep the typed value, although the disabled control posts nothing
            new = None if posted is None else list(map(posted_text, posted))
            if held != new:
                fields.add(field or "")
                changed[local] = new
        if not changed:
            return fields
        steps = None if self._correcting else self._arrangement
        if steps is not None:
            steps.before_typing(row, fields)
        was_filled = row.filled
        row.take(changed)
        row.edited |= fields
        if not self._correcting:  # a correction does not respond to added errors
            row.drop_added_errors(fields)
        self._store.changed(row, keep_added=self._correcting)
        if steps is not None:
            self._publish(steps.after_typing(row, fields, was_filled=was_filled))
        return fields

    def take_control_errors(self, key: str, errors: Mapping[str, ControlError | None]) -> set[str]:
        """Set errors of controls of the row `key`: posted name to ControlError.

        None means that there is no error. An error stays until the page reports otherwise, or the
        value changes. Returns the names of the fields whose verdict may change.
        """
        index = self._index_of(key)
        row = self._rows[index]
        fields: set[str] = set()
        for name, error in errors.items():
            local = self._local_of(index, name)
            field = row.field_of(local)
            before = row.control_errors.get(local)
            if field is None or before == error:
                continue
            if self._rows.waits(row) or changes_verdict(row, local, before, error):
                fields.add(field)
            if error is None:
                del row.control_errors[local]
                continue
            row.control_errors[local] = error
            if error.kind == BAD_INPUT:
                row.edited.add(field)
        if fields:
            self._store.changed(row, keep_added=True)
        return fields

    def take_looks(
        self,
        found: Iterable[tuple[str, Mapping[str, tuple[Sequence[str] | None, ControlError | None]]]],
    ) -> tuple[set[tuple[str, str]], set[tuple[str, str]], set[tuple[str, str]]]:
        """Set values and errors of controls of many rows.

        `found` has pairs of a row's key and a mapping of posted names to the arguments of `input()`
        and `take_control_errors()`; names that belong to no field are ignored. Returns three sets of
        pairs of a key and a field: changed values, changed errors, and withheld fields whose
        controls would post, the state of which `refresh()` reports again.
        """
        values: set[tuple[str, str]] = set()
        errors: set[tuple[str, str]] = set()
        enabled: set[tuple[str, str]] = set()
        for key, looks in found:
            index = self._index_of(key)
            row, prefix = self._rows[index], self.prefix_of(index)
            held, wrong = row.values, row.control_errors
            own = [
                (name, local, posted, error)
                for name, (posted, error) in looks.items()
                if (local := to_local(name, prefix)) is not None and row.field_of(local) is not None
            ]
            others = {name: posted for name, local, posted, _ in own if held.get(local) != posted}
            if others:
                values.update((key, field) for field in self.input(key, others))
            said = {name: error for name, local, _, error in own if wrong.get(local) != error}
            if said:
                told = self.take_control_errors(key, said)
                errors.update((key, field) for field in told)
            if row.withheld:
                posting = {row.field_of(local) for _, local, posted, _ in own if posted is not None}
                enabled |= self.withhold_again(key, posting)
        return values, errors, enabled

    def withhold_again(self, key: str, posting: Iterable[str | None]) -> set[tuple[str, str]]:
        """Report again that conditions withhold those fields of the row `key` that are `posting`.

        Returns pairs of the key and each of these fields.
        """
        row = self._rows[self._index_of(key)]
        fields = {field for field in posting if field is not None and field in row.withheld}
        for field in fields:
            row.shown_states.pop(field, None)
        if fields:
            self._rows.to_tell(row)
        return {(key, field) for field in fields}

    def correct(self, key: str, values: Mapping[str, Sequence[str] | None]) -> bool:
        """Set values that were not typed; return whether any changed.

        Like `input()`, but the fields do not count as edited.
        """
        row = self._rows[self._index_of(key)]
        edited, before = set(row.edited), row.values
        self._correcting = True
        try:
            corrected = bool(self.input(key, values))
        finally:
            self._correcting = False
            row.edited = edited
        if corrected:
            row.correct_start(before)
        return corrected

    def tell_again(self, changes: Iterable[Change]) -> None:
        """Note that the page did not show these changes, so that `refresh()` reports them anew.

        Only changes with names of controls matter, because rows were renumbered since.
        """
        for change in changes:
            match change:
                case FieldErrorsChanged(key, name):
                    row = self._rows[self._index_of(key)]
                    row.shown[name] = (_UNSHOWN,)
                case NonFieldErrorsChanged(key):
                    row = self._rows[self._index_of(key)]
                    row.shown[NON_FIELD_ERRORS] = (_UNSHOWN,)
                case FieldChoicesChanged(key, name):
                    row = self._rows[self._index_of(key)]
                    row.shown_choices[name] = (*row.shown_choices[name], _UNSHOWN)
                case _:
                    continue
            self._rows.to_tell(row)

    def show_again(self, key: str) -> None:
        """Note that the page has a new element for the row `key`, which shows no errors yet."""
        row = self._rows[self._index_of(key)]
        if row.control_errors:
            self._store.changed(row, keep_added=True)
        row.start_over_in_the_page()
        self._rows.to_tell(row)

    def start_over_in_the_page(self) -> None:
        """Forget what the page shows of these forms, so that everything is reported again."""
        for row in self._rows:
            self._store.start_over_in_the_page(row)
            self._rows.to_tell(row)

    def refresh(self, *, verdict: bool = True, asked: bool = False) -> None:
        """Report all changes, without the verdict on the whole if `verdict` is false.

        With `asked`, the verdict is reported even if it has not changed.
        """
        self._settle_all(verdict=verdict, asked=asked)

    def set_disabled(self, disabled: bool) -> bool:
        """Set whether a disabled fieldset contains all controls; return whether that changed.

        `refresh()` then reports which errors disappear or reappear.
        """
        if disabled == self.is_disabled:
            return False
        self.is_disabled = disabled
        for row in self._rows:
            self._store.changed(row, keep_added=True)
        return True

    def has_conditions(self) -> bool:
        """Return whether conditions affect any field."""
        return bool(changed_fields(type(self._sample()[0])))

    def steers(self, key: str, fields: set[str]) -> bool:
        """Return whether conditions of the row's form read one of `fields`.

        If so, call `refresh()`, whatever the validation policy is.
        """
        row = self._rows[self._index_of(key)]
        return bool(fields & row.steering)

    def leave(self, key: str, field: str) -> None:
        """Note that the user left a field of the row `key`."""
        row = self._rows[self._index_of(key)]
        row.left.add(field)

    def files(self, key: str, name: str, files: Sequence[Any], *, lost: bool = False) -> None:
        """Set the files of a control of the row `key`, each a ChosenFile or `UploadedFile`.

        `lost` says that the user did not change them, but the page could not keep the others.
        """
        index = self._index_of(key)
        row, local = self._rows[index], self._local_of(index, name)
        field = row.field_of(local) or ""
        if not lost:
            if self._arrangement is not None:
                self._arrangement.before_typing(row, {field})
            row.edited.add(field)
            row.drop_added_errors({field})
        was_filled = row.filled
        row.take_files(local, list(files))
        self._store.changed(row)
        if self._arrangement is not None:
            self._publish(self._arrangement.after_typing(row, {field}, was_filled=was_filled))

    def file_was_read(self, file: ChosenFile) -> None:
        """Clean the rows with `file` again, because its content was read."""
        for row in self._rows:
            if any(held is file for files in row.files.values() for held in files):
                self._store.changed(row)
        self._settle()

    def pause(self, key: str, name: str, event: str) -> int | None:
        """Return how many milliseconds to wait before validating the control's field.

        None means that the event does not validate it, because of the policy, or because the field
        was left unchanged.
        """
        row = self._rows[self._index_of(key)]
        field = self.field_of(key, name)
        if event == "blur" and (field or "") not in row.edited:
            return None
        return self.policy.pause(field or "", row.fields.get(field or ""), event)

    def field_of(self, key: str, name: str) -> str | None:
        """Return the field of the control `name` in the row `key`, or None."""
        index = self._index_of(key)
        local = to_local(name, self.prefix_of(index))
        return None if local is None else self._rows[index].field_of(local)

    def keep_errors(self, key: str, errors: Mapping[str | None, Sequence[str]]) -> None:
        """Keep errors that a server rendered, if the rules here do not find them.

        `errors` maps field names, or None for the form as a whole, to messages. They stay until
        their field changes; those of fields that were typed into meanwhile are ignored. So are
        invalid choices of fields whose choices depend on others: the page checks these itself, and
        the error might stay forever if the control no longer offers the value.
        """
        index = self._index_of(key)
        self._check()
        row = self._rows[index]
        form = self._checked_form(row)
        for field, messages in errors.items():
            if form is None or (field in row.edited if field else row.edited):
                continue
            own = {str(message) for message in form.errors.get(field or NON_FIELD_ERRORS, ())}
            row.added_errors += [
                (field, message)
                for message in messages
                if message not in own and not (field and is_about_choices(form, field, message))
            ]
        if row.added_errors:
            self._store.changed(row)

    def validate_field(self, key: str, field: str | None = _NAMED) -> bool:
        """Report all changes, show the field's errors from now on, and return whether it has none.

        The field belongs to the row `key`. Without `field`, `key` is a name as in `reset_field()`.
        """
        if field is _NAMED:
            index, field = self._named_field(key)
            row = self._rows[index]
        else:
            row = self._rows[self._index_of(key)]
        row.touched.add(field or "")
        self._rows.to_tell(row)
        self._settle()
        form = self._checked_form(row)
        return form is not None and (field or NON_FIELD_ERRORS) not in form.errors

    def validate(self) -> bool:
        """Show all errors, and return whether there are none."""
        self._forget_failures()
        for row in self._rows:
            row.show_all = True
            self._rows.to_tell(row)
        self._settle(asked=True)
        return self._valid_now

    async def avalidate(self) -> bool:
        """Like `validate()`, but wait for the answers of asynchronous rules.

        In a page, `validate()` returns False while they are pending.
        """
        self.validate()
        await self._checks.wait()
        return self._valid_now

    # For subclasses

    def _named_field(self, name: str) -> tuple[int, str]:
        index, field = self.place_of(name)
        if field is None:
            raise DataError(f"{self.name}: {name!r} is a form as a whole. Name one of its fields.")
        return index, field

    @abstractmethod
    def _sample(self) -> tuple[BaseForm, str | None]:
        """Return an unbound form like the rows', and its prefix."""

    def _index_of(self, key: str) -> int:
        index = self._rows.places.get(key)
        if index is not None:
            return index
        raise TargetError(f"{self.name}: there is no row {key!r}. Its rows are {self.keys}.")

    def _local_of(self, index: int, name: str) -> str:
        local = to_local(name, self.prefix_of(index))
        if local is None:
            raise TargetError(f"{self.name}: the control {name!r} is not in form {index}.")
        return local
