"""Settling: clean what changed, compare it with what was said, and tell the difference.

Values change at once; cleaning waits until somebody asks. What the page reports and what others
read is in `base.py`.
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
from django.utils.datastructures import MultiValueDict

from clientforms.changes import (
    Change,
    CodeFailed,
    CodeRecovered,
    FieldChoicesChanged,
    ValuesChanged,
    VerdictChanged,
)
from clientforms.engine import left_to_server
from clientforms.engine.checks import Checks
from clientforms.engine.names import to_posted
from clientforms.engine.policy import ValidationPolicy
from clientforms.engine.query import query_dict
from clientforms.engine.questions import apply_answers, pending_changes, row_questions
from clientforms.engine.row import Row
from clientforms.engine.states import fit_to_choices, state_changes
from clientforms.engine.uploads import as_posted
from clientforms.engine.verdict import note_changes, row_changes
from clientforms.errors import ClientFormsError, UserCodeError

__all__ = ["Listener", "SettlingForms"]

Listener = Callable[[Sequence[Change]], None]
_DJANGO = os.path.dirname(django.__file__)
_OURS = os.path.dirname(os.path.dirname(__file__))


class SettlingForms(ABC):
    """Rows, who listens to them, and how their changes become known."""

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

    @abstractmethod
    def is_valid(self) -> bool:
        """Return what Django says of the data as it stands."""

    @abstractmethod
    def prefix_of(self, index: int) -> str | None:
        """Return the prefix of the form at `index`, None where names carry none."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each list of changes; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

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
    def _checked_forms(self) -> Sequence[BaseForm | None]:
        """Return the forms with all their errors, None where one could not be cleaned."""

    def _set_changes(self) -> Iterator[Change]:
        """Yield what else changed: a formset's own errors, and deletions."""
        yield from ()

    def _verdict(self) -> bool:
        return not self._failures() and self.is_valid()

    def _placed_rows(self) -> Iterator[tuple[Row, str | None]]:
        for index, row in enumerate(self._rows):
            yield row, self.prefix_of(index)

    def _row_changed(self, row: Row) -> None:
        row.changed()

    def _clean_rows(self) -> None:
        for index, row in enumerate(self._rows):
            if row.form is None and row.failure is None:
                self._clean_row(row, index)

    def _clean_row(self, row: Row, index: int) -> None:
        try:
            form = self._construct(index)
            if fit_to_choices(row, form, self.prefix_of(index)):
                self._held_changed()
                form = self._construct(index)
            left_to_server.prepare(form)
            form.full_clean()
            row.notes = left_to_server.take_out(form)
            for name, message in row.added_errors:
                if name is None or name in form.fields:
                    form.add_error(name, message)
            apply_answers(row, form)
        except Exception as error:  # noqa: BLE001 - a user's code may raise anything; it is reported
            row.failure = self._user_code_error(error, self.prefix_of(index) or self.name)
        else:
            row.form = form

    def _held(self, management: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return `data` and `files` for Django's forms: all that controls hold.

        Withheld fields are among it; the forms pass them over as they would if nothing came.
        """
        data = {name: [value] for name, value in (management or {}).items()}
        files: dict[str, list[Any]] = {}
        for row, prefix in self._placed_rows():
            data |= {to_posted(local, prefix): each for local, each in row.values.items()}
            for local, chosen in row.files.items():
                files[to_posted(local, prefix)] = [as_posted(each) for each in chosen]
        return {"data": query_dict(data), "files": MultiValueDict(files)}

    def _held_changed(self) -> None:  # noqa: B027 - a hook
        """Called where a row's values change while rows are being cleaned."""

    def _failures(self) -> list[UserCodeError]:
        failures = [row.failure for row in self._rows if row.failure]
        return failures + ([self._failure] if self._failure else [])

    def _raise_failure(self) -> None:
        for failure in self._failures():
            raise failure

    def _user_code_error(self, error: Exception, place: str) -> UserCodeError:
        if isinstance(error, UserCodeError):
            return error  # of a formset inside this one
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
                changes += note_changes(row)
                changes += state_changes(row, form)
        changes += self._own_failure_changes()
        changes += self._check_changes(forms)
        changes += self._verdict_changes(asked)
        self._publish(_choices_first(changes))

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


def _choices_first(changes: list[Change]) -> list[Change]:
    """Put new choices before the values of their row: a select takes only what it offers."""
    choices = [each for each in changes if isinstance(each, FieldChoicesChanged)]
    with_values = {each.key for each in changes if isinstance(each, ValuesChanged)}
    early = [each for each in choices if each.key in with_values]
    ordered: list[Change] = []
    for change in changes:
        if isinstance(change, ValuesChanged):
            ordered += [each for each in early if each.key == change.key]
        if change not in early:
            ordered.append(change)
    return ordered if early else changes
