"""What a live form and a live formset have in common: rows, listeners, and settling.

Values change at once; cleaning waits until somebody asks. *Settling* cleans the rows that
changed, compares what is true with what was said, and tells the listeners the difference.
"""

from __future__ import annotations

import os
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import django
from django.forms import BaseForm

from clientforms.changes import (
    Change,
    CodeFailed,
    CodeRecovered,
    ValuesChanged,
    VerdictChanged,
)
from clientforms.engine import rendering
from clientforms.engine.checks import Checks
from clientforms.engine.names import to_local, to_posted
from clientforms.engine.policy import ValidationPolicy
from clientforms.engine.questions import apply_answers, pending_changes, row_questions
from clientforms.engine.row import Row, copy_form
from clientforms.engine.verdict import row_changes
from clientforms.errors import ClientFormsError, TargetError, UserCodeError

__all__ = ["Listener", "LiveForms"]

Listener = Callable[[Sequence[Change]], None]
_DJANGO = os.path.dirname(django.__file__)
_OURS = os.path.dirname(os.path.dirname(__file__))


class LiveForms(ABC):
    """Rows of Django forms, kept true to what the page's controls hold."""

    def __init__(self, name: str, validation: str | ValidationPolicy, delay: int) -> None:
        self.name = name
        self.layout = "div"
        if not isinstance(validation, ValidationPolicy):
            validation = ValidationPolicy(validation, delay)
        self.policy = validation
        self._rows: list[Row] = []
        self._listeners: list[Listener] = []
        self._failure: UserCodeError | None = None
        self._shown_failure = ""
        self._last_verdict: bool | None = None
        self._valid_now = False
        self._asked = False
        self._checks = Checks()
        self._next_key = 0
        self.started_with = 1  # rows, before anybody typed
        self._correcting = False

    # Reading

    @abstractmethod
    def is_valid(self) -> bool:
        """Return what Django says of the data as it stands."""

    @abstractmethod
    def reset(self, initial: Any = None) -> None:
        """Go back to the initial data, or to a new one, as if nobody had typed."""

    @abstractmethod
    def initial_from_json(self, data: Any) -> Any:
        """Return initial data in which text that a field reads, a date for one, is a value."""

    @abstractmethod
    def prefix_of(self, index: int) -> str | None:
        """Return the prefix of the form at `index`, None where names carry none."""

    @abstractmethod
    def blank_form(self, index: int) -> BaseForm:
        """Return the unbound form that Django makes at `index`, whether a row is there or not."""

    @property
    def keys(self) -> list[str]:
        """The keys of the rows, in order."""
        return [row.key for row in self._rows]

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows themselves, for other modules of the engine to read."""
        return tuple(self._rows)

    def post_data(self) -> dict[str, list[str]]:
        """Return what a POST would carry now: name to list of strings. Files are left out."""
        return {
            to_posted(local, prefix): list(values)
            for row, prefix in self._placed_rows()
            for local, values in row.values.items()
        }

    def posted_files(self) -> dict[str, list[Any]]:
        """Return the files that a POST would carry: name to list of `UploadedFile`."""
        return {
            to_posted(local, prefix): list(files)
            for row, prefix in self._placed_rows()
            for local, files in row.files.items()
        }

    def render_row(self, index: int) -> str:
        """Return the HTML of the form at `index`, without errors: those are told as changes."""
        row = self._rows[index]
        form = row.form or rendering.without_errors(self._construct(index))
        return rendering.render_form(copy_form(form, only=()), self.layout)

    def sample(self) -> tuple[str, Callable[[str], str | None]]:
        """Return a form's HTML with an error in every place, to look up where they stand.

        With it comes what says which field a control's name in that HTML belongs to.
        """
        form, prefix = self._sample()
        row = Row(key="")
        row.describe(form, prefix)

        def field_of(name: str) -> str | None:
            local = to_local(name, prefix)
            return None if local is None else row.field_of(local)

        return rendering.render_with_every_error(form, self.layout), field_of

    # Listening

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each list of changes; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

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
            new = None if posted is None else list(posted)
            if row.values.get(local) != new:
                fields.add(row.field_of(local) or "")
                changed[local] = new
        if changed:
            self._before_typing(key, fields)
            row.take(changed)
            row.edited |= fields
            row.drop_added_errors(fields)
            self._row_changed(row)
        return fields

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

    def refresh(self) -> None:
        """Bring what is shown up to date."""
        self._settle()

    def files(self, key: str, name: str, files: Sequence[Any]) -> None:
        """Take over the uploaded files of a file control of row `key`."""
        index = self._index_of(key)
        row, local = self._rows[index], self._local_of(index, name)
        row.files.pop(local, None)
        if files:
            row.files[local] = list(files)
        row.edited.add(row.field_of(local) or "")
        self._row_changed(row)

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

    def validate_field(self, key: str, field: str | None) -> None:
        """Bring everything up to date, and show the errors of this field from now on."""
        row = self._rows[self._index_of(key)]
        row.touched.add(field or "")
        self._settle()

    def validate(self) -> bool:
        """Show every error that there is, and return whether there is none."""
        for row in self._rows:
            row.show_all = True
        self._settle(asked=True)
        return self._valid_now

    async def avalidate(self) -> bool:
        """As `validate()`, with the answers of asynchronous rules waited for.

        In a page, `validate()` answers False while they are awaited.
        """
        self.validate()
        await self._checks.wait()
        return self._valid_now

    def is_pending(self) -> bool:
        """Return whether the answer of an asynchronous rule is awaited."""
        return self._checks.is_pending()

    def cancel_checks(self) -> None:
        """End the asynchronous rules that are under way; nobody waits for them any more."""
        self._checks.cancel()

    # For subclasses

    @abstractmethod
    def _construct(self, index: int) -> BaseForm:
        """Return the bound form at `index`, not cleaned."""

    @abstractmethod
    def _sample(self) -> tuple[BaseForm, str | None]:
        """Return an unbound form like the rows', and its prefix."""

    @abstractmethod
    def _checked_forms(self) -> Sequence[BaseForm | None]:
        """Return the forms with all their errors, None where one could not be cleaned."""

    def _set_changes(self) -> Iterator[Change]:
        """Yield what else changed: a formset's own errors, and deletions."""
        yield from ()

    def _verdict(self) -> bool:
        return not self._failures() and self.is_valid()

    def _new_row(self) -> Row:
        self._next_key += 1
        return Row(key=f"{self.name}:{self._next_key}")

    def _index_of(self, key: str) -> int:
        for index, row in enumerate(self._rows):
            if row.key == key:
                return index
        raise TargetError(f"{self.name}: there is no row {key!r}. Its rows are {self.keys}.")

    def _local_of(self, index: int, name: str) -> str:
        local = to_local(name, self.prefix_of(index))
        if local is None:
            raise TargetError(f"{self.name}: the control {name!r} is not in form {index}.")
        return local

    def _placed_rows(self) -> Iterator[tuple[Row, str | None]]:
        for index, row in enumerate(self._rows):
            yield row, self.prefix_of(index)

    def _before_typing(self, key: str, fields: set[str]) -> None:  # noqa: B027 - a hook
        """Called before values of these fields change by typing."""

    def _row_changed(self, row: Row) -> None:
        row.changed()

    def _clean_rows(self) -> None:
        for index, row in enumerate(self._rows):
            if row.form is None and row.failure is None:
                self._clean_row(row, index)

    def _clean_row(self, row: Row, index: int) -> None:
        try:
            form = self._construct(index)
            form.full_clean()
            for name, message in row.added_errors:
                if name is None or name in form.fields:
                    form.add_error(name, message)
            apply_answers(row, form)
        except Exception as error:  # noqa: BLE001 - a user's code may raise anything; it is reported
            row.failure = self._user_code_error(error, self.prefix_of(index) or self.name)
        else:
            row.form = form

    def _failures(self) -> list[UserCodeError]:
        failures = [row.failure for row in self._rows if row.failure]
        return failures + ([self._failure] if self._failure else [])

    def _raise_failure(self) -> None:
        for failure in self._failures():
            raise failure

    def _user_code_error(self, error: Exception, place: str) -> UserCodeError:
        if isinstance(error, ClientFormsError):
            raise error
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        own = [
            frame
            for frame in frames
            if not frame.f_code.co_filename.startswith((_DJANGO, _OURS, "<frozen"))
        ]
        frame = (own or frames)[-1]
        code = frame.f_code
        where = f"{os.path.basename(code.co_filename)}, line {frame.f_lineno}"
        return UserCodeError(f"{code.co_qualname} ({where}), for {place},", error)

    def _settle(self, before: Iterable[Change] = (), *, asked: bool = False) -> None:
        """Clean what changed and publish: `before`, then every difference in what is shown."""
        self._clean_rows()
        forms = self._checked_forms()
        changes = list(before)
        changes += self._set_changes()
        for row, form in zip(self._rows, forms, strict=True):
            changes += self._failure_changes(row)
            if form is not None:
                changes += row_changes(row, form)
        changes += self._own_failure_changes()
        changes += self._check_changes(forms)
        changes += self._verdict_changes(asked)
        self._publish(changes)

    def _verdict_changes(self, asked: bool) -> Iterator[Change]:
        verdict, pending = self._verdict(), self.is_pending()
        self._asked = self._asked or asked
        self._valid_now = verdict and not pending
        if verdict and pending:
            return  # the answers decide
        if self._asked or (self._last_verdict is not None and verdict != self._last_verdict):
            yield VerdictChanged(verdict)
        self._last_verdict, self._asked = verdict, False

    def _check_changes(self, forms: Sequence[BaseForm | None]) -> Iterator[Change]:
        """Start the asynchronous rules that are due, drop those that are out of date."""
        for row, form in zip(self._rows, forms, strict=True):
            questions = row_questions(row, form)
            if questions or row.checks.pending:
                self._checks.review(row.checks, questions, partial(self._answered, row))
            yield from pending_changes(row.key, row.checks)

    def _answered(self, row: Row) -> None:
        row.changed()
        self._settle()

    def _publish(self, changes: Sequence[Change]) -> None:
        if changes:
            for listener in list(self._listeners):
                listener(changes)

    def _failure_changes(self, row: Row) -> Iterator[Change]:
        before, row.shown_failure = row.shown_failure, str(row.failure or "")
        if row.shown_failure != before:
            yield _failure_change(row.key, row.failure)

    def _own_failure_changes(self) -> Iterator[Change]:
        before, self._shown_failure = self._shown_failure, str(self._failure or "")
        if self._shown_failure != before:
            yield _failure_change(None, self._failure)

    def _values_change(self, index: int) -> ValuesChanged:
        row, prefix = self._rows[index], self.prefix_of(index)
        values = {to_posted(local, prefix): tuple(each) for local, each in row.values.items()}
        return ValuesChanged(row.key, values)


def _failure_change(key: str | None, failure: UserCodeError | None) -> Change:
    if failure is None:
        return CodeRecovered(key)
    cause = failure.__cause__
    assert cause is not None
    return CodeFailed(key, str(failure), "".join(traceback.format_exception(cause)))
