"""What a live form and a live formset have in common: reading, and what the page reports.

How changes become known is in `publishing.py`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm

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
"""Instead of an error or a choice that a page shows: what no form has."""
_NAMED = "\0"
"""Instead of a field: the name before it says which one."""


class LiveForms(SettlingForms):
    """Rows of Django forms, kept true to what the page's controls hold."""

    _arrangement: Arrangement | None = None
    """How rows are put in place and steps taken back, if they can be."""

    # Reading

    @abstractmethod
    def reset(self, initial: Any = None, *, keep_typed: bool = False) -> None:
        """Go back to the initial data, or to a new one, as if nobody had typed.

        With `keep_typed`, fields that somebody typed into keep that.
        """

    @abstractmethod
    def place_of(self, name: str) -> tuple[int, str | None]:
        """Return the row number and the field that a name of the page's means. Raises DataError."""

    def reset_field(self, name: str) -> None:
        """Let one field hold what it started with, as if nobody had typed into it.

        `name` is a posted name (`articles-1-title`), in a plain form also the field's. Raises DataError.
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
        """Return initial data in which text that a field reads, a date for one, is a value."""

    @abstractmethod
    def blank_form(self, index: int) -> BaseForm:
        """Return the unbound form that Django makes at `index`, whether a row is there or not."""

    @property
    def keys(self) -> list[str]:
        """The keys of the rows, in order."""
        return [row.key for row in self._rows]

    @property
    def order(self) -> list[str]:
        """The keys of the rows, as they stand in the page."""
        return self.keys

    def index_of(self, key: str) -> int | None:
        """Return the number of row `key`, None if there is no such row."""
        return self._rows.place(key)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows themselves, for other modules of the engine to read."""
        return tuple(self._rows)

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
        """Return the files chosen in row `key` as `files()` took them: posted name to list."""
        index = self._index_of(key)
        prefix = self.prefix_of(index)
        return {
            to_posted(name, prefix): list(files) for name, files in self._rows[index].files.items()
        }

    def names_of(self, key: str) -> tuple[str | None, list[tuple[str, str]]]:
        """Return the prefix of row `key`, and its fields with their controls' local names."""
        index = self._index_of(key)
        return self.prefix_of(index), self._rows[index].html_names

    def contents_of(
        self, keys: Iterable[str]
    ) -> Iterator[
        tuple[str, str | None, list[tuple[str, str]], Mapping[str, Sequence[str]], list[str]]
    ]:
        """Yield the key of each of these rows, and what `names_of()`, `held_by()` and `unread_in()` return for it."""
        for key in keys:
            index = self._index_of(key)
            row = self._rows[index]
            yield key, self.prefix_of(index), row.html_names, row.values, unread_in(row)

    def held_by(self, key: str) -> Mapping[str, Sequence[str]]:
        """Return what the controls of row `key` hold, local name to strings."""
        return self._rows[self._index_of(key)].values

    def holds_start(self, key: str) -> bool:
        """Return whether row `key` holds just what it began with."""
        row = self._rows[self._index_of(key)]
        return row.values is row.start or row.values == row.start

    def start_of(self, key: str) -> Mapping[str, Sequence[str]]:
        """Return what the controls of row `key` began with, local name to strings, () for nothing."""
        row = self._rows[self._index_of(key)]
        return {local: row.start.get(local, ()) for local in {**row.start, **row.values}}

    def of_the_moment(self, key: str) -> frozenset[str]:
        """Return the fields of row `key` whose initial value is a callable, once the row was rendered."""
        return frozenset(self._rows[self._index_of(key)].initial)

    def takes_files(self) -> bool:
        """Return whether there are fields for files."""
        return bool(self._sample()[0].is_multipart())

    def render_row(self, index: int) -> str:
        """Return the HTML of the form at `index`, without errors: those are told as changes."""
        row = self._rows[index]
        form = row.form or form_html.without_errors(self._construct(index))
        with offering(row, form):
            return form_html.render_form(copy_form(form, only=()), self.layout)

    def media_html(self) -> str:
        """Return the links and scripts that the forms' widgets need, as `{{ form.media }}`."""
        form, _ = self._sample()
        return str(form.media)

    def sample(self) -> form_html.ErrorSample:
        """Return a form rendered with errors in every place, to look up where they stand."""
        form, prefix = self._sample()
        row = Row(key="")
        row.describe(form, prefix)

        def field_of(name: str) -> str | None:
            local = to_local(name, prefix)
            return None if local is None else row.field_of(local)

        return form_html.error_sample(form, self.layout, field_of)

    # What the page reports

    def input(self, key: str, values: Mapping[str, Sequence[str] | None]) -> set[str]:
        """Take over what controls of row `key` hold: posted name to strings.

        None says that a control posts nothing (an unticked checkbox). Nothing is cleaned yet.
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
                continue  # what was typed there is kept, whatever the disabled control posts
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
        if not self._correcting:  # or else nobody has answered the errors that were added
            row.drop_added_errors(fields)
        self._store.changed(row, keep_added=self._correcting)
        if steps is not None:
            self._publish(steps.after_typing(row, fields, was_filled=was_filled))
        return fields

    def take_control_errors(self, key: str, errors: Mapping[str, ControlError | None]) -> set[str]:
        """Take over what is wrong with what controls of row `key` hold: posted name to ControlError.

        None says that nothing is. It stays until the page says otherwise, or the control gets
        another value. Returns the names of the fields of which something else is said now.
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
        """Take over what controls of many rows hold, and what is wrong with it.

        `found` are rows' keys, with posted names to strings and ControlError as `input()` and
        `take_control_errors()` have them; names that belong to no field of the row are passed over. Returns
        the rows' keys and fields whose values changed, those of which another error is said, and those
        that conditions withhold and yet would be posted: `refresh()` tells of their state again.
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
        """Have it told again that conditions withhold some of the fields of row `key` that are `posting`.

        Returns the row's key with each of these.
        """
        row = self._rows[self._index_of(key)]
        fields = {field for field in posting if field is not None and field in row.withheld}
        for field in fields:
            row.shown_states.pop(field, None)
        if fields:
            self._rows.to_tell(row)
        return {(key, field) for field in fields}

    def correct(self, key: str, values: Mapping[str, Sequence[str] | None]) -> bool:
        """Take over what controls hold that nobody typed into; return whether that is news.

        As `input()`, but the fields do not count as edited.
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
        """Say that the page has not shown these changes: `refresh()` tells what is true of their fields now.

        Changes count in which there are names of controls: rows have others by now.
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
        """Say that the page has a new element for row `key`, which shows no errors yet."""
        row = self._rows[self._index_of(key)]
        if row.control_errors:
            self._store.changed(row, keep_added=True)
        row.start_over_in_the_page()
        self._rows.to_tell(row)

    def start_over_in_the_page(self) -> None:
        """Say that the page shows nothing of these forms: all is to be told, whoever heard it before."""
        for row in self._rows:
            self._store.start_over_in_the_page(row)
            self._rows.to_tell(row)

    def refresh(self, *, verdict: bool = True, asked: bool = False) -> None:
        """Bring what is shown up to date. Without `verdict`, nobody is told of that yet.

        `asked` says that somebody waits for the verdict, whether it is another or not.
        """
        self._settle_all(verdict=verdict, asked=asked)

    def set_disabled(self, disabled: bool) -> bool:
        """Take note of whether a disabled fieldset holds all of it; return whether that is news.

        `refresh()` then says what is shown no longer, or again.
        """
        if disabled == self.is_disabled:
            return False
        self.is_disabled = disabled
        for row in self._rows:
            self._store.changed(row, keep_added=True)
        return True

    def has_conditions(self) -> bool:
        """Return whether conditions have a say in some field, whatever they look at."""
        return bool(changed_fields(type(self._sample()[0])))

    def steers(self, key: str, fields: set[str]) -> bool:
        """Return whether conditions of the row's form look at one of `fields`.

        Then `refresh()` brings what is shown in step, whatever the validation policy says.
        """
        row = self._rows[self._index_of(key)]
        return bool(fields & row.steering)

    def leave(self, key: str, field: str) -> None:
        """Take note that the user was in a field of row `key` and left it."""
        row = self._rows[self._index_of(key)]
        row.left.add(field)

    def files(self, key: str, name: str, files: Sequence[Any], *, lost: bool = False) -> None:
        """Take over the files of a file control of row `key`: ChosenFile or `UploadedFile`.

        `lost` says that nobody chose this: the page could not keep the others.
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
        """Clean again what holds `file`: its content has come."""
        for row in self._rows:
            if any(held is file for files in row.files.values() for held in files):
                self._store.changed(row)
        self._settle()

    def pause(self, key: str, name: str, event: str) -> int | None:
        """Return how many milliseconds to wait before validating the control's field.

        None where this event does not validate it: the policy says so, or the field is left as
        it was found.
        """
        row = self._rows[self._index_of(key)]
        field = self.field_of(key, name)
        if event == "blur" and (field or "") not in row.edited:
            return None
        return self.policy.pause(field or "", row.fields.get(field or ""), event)

    def field_of(self, key: str, name: str) -> str | None:
        """Return the field that the control `name` of row `key` belongs to, or None."""
        index = self._index_of(key)
        local = to_local(name, self.prefix_of(index))
        return None if local is None else self._rows[index].field_of(local)

    def keep_errors(self, key: str, errors: Mapping[str | None, Sequence[str]]) -> None:
        """Take over errors that a server rendered and the rules here do not find.

        Field name, None for the form as a whole, to messages. They stay until their field
        changes; those of a field that was typed into meanwhile are passed over. So is the error of an
        invalid choice if the field's choices depend on other fields: the page checks those itself, and
        its control may no longer offer the value, so nobody could get rid of the error.
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
        """Bring everything up to date, and show the errors of this field from now on.

        The field is that of row `key`; alone, `key` is a name as in `reset_field()`. Returns whether the
        field has no error.
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
        """Show every error that there is, and return whether there is none."""
        self._forget_failures()
        for row in self._rows:
            row.show_all = True
            self._rows.to_tell(row)
        self._settle(asked=True)
        return self._valid_now

    async def avalidate(self) -> bool:
        """As `validate()`, with the answers of asynchronous rules waited for.

        In a page, `validate()` answers False while they are awaited.
        """
        self.validate()
        await self._checks.wait()
        return self._valid_now

    # For subclasses

    def _named_field(self, name: str) -> tuple[int, str]:
        index, field = self.place_of(name)
        if field is None:
            raise DataError(f"{self.name}: {name!r} is a form as a whole. Name a field of it.")
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
