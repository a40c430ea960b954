"""Settling: clean what changed, compare it with the last report, and publish the differences.

Values change at once; cleaning waits until it is needed. `live_forms.py` handles input from the
page and reading.
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
    FieldChoicesChanged,
    FieldStateChanged,
    ValuesChanged,
    VerdictChanged,
)
from clientforms.engine.post.control_names import PLACEHOLDER
from clientforms.engine.reports.async_answers import apply_answers, pending_changes, row_questions
from clientforms.engine.reports.error_changes import note_changes, row_changes
from clientforms.engine.reports.field_states import fit_to_choices, state_changes
from clientforms.engine.rows.control_errors import add_control_errors
from clientforms.engine.rows.disabled_fields import disabled_fields, drop_errors, not_required
from clientforms.engine.rows.editing_state import editing_changes
from clientforms.engine.rows.post_data import HeldData
from clientforms.engine.rows.row import Row
from clientforms.engine.rows.row_changes import RowChanges
from clientforms.engine.rows.row_list import Rows
from clientforms.engine.rules import server_notes, server_rules
from clientforms.engine.rules.async_checks import Checks
from clientforms.engine.rules.validation_policy import ValidationPolicy
from clientforms.errors import ClientFormsError, UserCodeError

__all__ = ["Listener", "SettlingForms", "values_change"]

Listener = Callable[[Sequence[Change]], None]
_DJANGO = os.path.dirname(django.__file__)
_OURS = os.path.dirname(os.path.dirname(__file__))


class SettlingForms(ABC):
    """Rows, the listeners to their changes, and the code that publishes these."""

    def __init__(self, name: str, validation: str | ValidationPolicy, delay: int) -> None:
        self.name = name
        self.layout = "div"
        if not isinstance(validation, ValidationPolicy):
            validation = ValidationPolicy(validation, delay)
        self.policy = validation
        self._rows = Rows()
        self._held_data = HeldData()
        self._store = RowChanges(self._rows, self._held_data)
        self.postpone: Callable[[], None] | None = None
        self._listeners: list[Listener] = []
        self._shown_failure = ""
        self._last_verdict: bool | None = None
        self._valid_now = False
        self._asked = False
        self._checks = Checks()
        self.is_disabled = False
        """Whether all controls are in a disabled fieldset: nothing is posted or validated."""
        self.started_with = 1  # number of rows at first
        self._correcting = False
        self._leaves_rules = False  # to the server: what they need is missing here

    @abstractmethod
    def is_valid(self) -> bool:
        """Return whether the present data is valid for Django."""

    @abstractmethod
    def prefix_of(self, index: int) -> str | None:
        """Return the prefix of the form at `index`, None if names have none."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each list of changes; return a function that ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def is_pending(self) -> bool:
        """Return whether the answer of an asynchronous rule is pending."""
        return self._checks.is_pending()

    def cancel_checks(self) -> None:
        """Cancel pending asynchronous rules."""
        self._checks.cancel()

    # For subclasses

    @abstractmethod
    def _construct(self, index: int) -> BaseForm:
        """Return the bound form at `index`, not cleaned."""

    @abstractmethod
    def _checked_form(self, row: Row) -> BaseForm | None:
        """Return the row's form with all its errors, None if it could not be cleaned."""

    def _check(self) -> None:
        """Bring the verdict on the whole up to date."""
        self._clean_rows()

    def _set_changes(self) -> Iterator[Change]:
        """Yield what else changed: a formset's own errors, and deletions."""
        yield from ()

    def _is_faultless(self) -> bool:
        return not self._failures() and self.is_valid()

    def _placed_rows(self) -> Iterator[tuple[Row, str | None]]:
        for index, row in enumerate(self._rows):
            yield row, self.prefix_of(index)

    def _clean_rows(self) -> None:
        for index, row in self._rows.waiting():
            self._clean_row(row, index)

    def _clean_row(self, row: Row, index: int) -> None:
        failure = None
        if row.files:
            self._held_data.outdated(row)  # an earlier run may have read them to their end
        try:
            form = self._full_cleaned(row, index)
            row.notes = server_notes.take_out(form)
            if row.control_errors:
                add_control_errors(row, form)
            for name, message in row.added_errors:
                if name is None or name in form.fields:
                    form.add_error(name, message)
            apply_answers(row, form)
            drop_errors(form, disabled_fields(row))
            if self.is_disabled:
                form._errors.clear()
        except BaseException as error:  # noqa: BLE001 - a user's code may raise anything; it is reported
            failure = self._user_code_error(error, self.prefix_of(index) or self.name)
        else:
            row.form = form
        self._rows.cleaned(row, failure)

    def _full_cleaned(self, row: Row, index: int) -> BaseForm:
        """Return the row's cleaned form. Rules that cannot run here are left to the server."""
        try:
            return self._cleaned_form(row, index)
        except Exception as error:
            if self._leaves_rules or not server_rules.what_is_missing(error):
                raise
        # Not in the except block: the error would become the context of later ones.
        self._leaves_rules = True  # from now on, because guarding rules takes time
        if row.files:
            self._held_data.outdated(row)
        return self._cleaned_form(row, index)

    def _cleaned_form(self, row: Row, index: int) -> BaseForm:
        form = self._guarded_form(index)
        says = bool(self.policy.event_names())
        # This renders the form's errors, so Django cleans the form.
        if fit_to_choices(row, form, self.prefix_of(index), says=says):
            self._held_data.outdated(row)
            form = self._guarded_form(index)
        if disabled := form.fields if self.is_disabled else disabled_fields(row):
            with not_required(form, disabled):
                form.full_clean()
        else:
            form.full_clean()
        return form

    def _guarded_form(self, index: int) -> BaseForm:
        """Return the row's form, not cleaned, with guarded rules if one had to be left."""
        form = self._construct(index)
        server_notes.prepare(form)
        if self._leaves_rules:
            server_rules.guard(form)
        return form

    def _management(self) -> Mapping[str, str]:
        """Return the values of the management form, by full name."""
        return {}

    def _held(self) -> dict[str, Any]:
        """Return `data` and `files` for Django's forms.

        They include withheld fields, which the forms ignore. Both are always the same objects,
        updated from the rows.
        """
        if not self._held_data.is_current():  # called for each of a thousand rows
            self._held_data.follow(self._rows, self.prefix_of, self._management())
        return {"data": self._held_data.data, "files": self._held_data.files}

    def _failures(self) -> list[UserCodeError]:
        own = self._own_failure()
        return self._rows.failures() + ([own] if own else [])

    def _own_failure(self) -> UserCodeError | None:
        """Return the exception of the formset's own code, not of its forms'."""
        return None

    def _raise_failure(self) -> None:
        for failure in self._failures():
            raise failure

    def _user_code_error(self, error: BaseException, place: str) -> UserCodeError:
        if isinstance(error, UserCodeError):
            return error  # of a nested formset
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

    def _settle(
        self, before: Iterable[Change] = (), *, asked: bool = False, now: bool = False
    ) -> None:
        """Clean what changed, and publish `before` and then all differences.

        If the page set `postpone`, only rows that were acted upon are published at once, and the
        rest in a separate task, unless `asked` or `now` is true.
        """
        if self.postpone is None or asked or now:
            self._settle_all(before, asked=asked)
            return
        self._publish(_ready_for_values([*before, *self._urgent_changes()]))
        self.postpone()

    def _settle_all(
        self, before: Iterable[Change] = (), *, asked: bool = False, verdict: bool = True
    ) -> None:
        self._check()
        changes = [*before, *self._set_changes()]
        told = self._rows.news()
        editing: list[Change] = []
        for row in told:
            changes += self._told_of(row, self._checked_form(row))
            editing += editing_changes(row, row.form)
        changes += editing  # together, because a page applies consecutive changes of a kind at once
        changes += self._own_failure_changes()
        changes += self._check_changes(told)
        if verdict:
            changes += self._verdict_changes(asked)
        self._publish(_ready_for_values(changes))

    def _urgent_changes(self) -> Iterator[Change]:
        """Yield the changes of rows that were acted upon and that the formset's rules do not affect."""
        editing: list[Change] = []
        for row in self._rows.urgent():
            if self._speaks_for_itself(row):
                if self._rows.waits(row):
                    self._clean_row(row, self._rows.place_of(row))
                yield from self._told_of(row, row.form)
                editing += editing_changes(row, row.form)
        yield from editing

    def _speaks_for_itself(self, row: Row) -> bool:
        """Return whether the row's own form has all errors of the row."""
        return True

    def _told_of(self, row: Row, form: BaseForm | None) -> list[Change]:
        """Return the changes of a row. Messages, widgets and conditions may raise when rendered."""
        news = list(self._failure_changes(row))
        if form is None:
            return news
        try:
            return news + list(self._row_changes(row, form))
        except BaseException as error:  # noqa: BLE001 - a user's code may raise anything; it is reported
            self._row_failed(row, error)
            return [*news, *self._failure_changes(row)]

    def _row_failed(self, row: Row, error: BaseException) -> None:
        place = self.prefix_of(self._rows.place_of(row)) or self.name
        self._rows.cleaned(row, self._user_code_error(error, place))

    def _forget_failures(self) -> None:
        """Run code that failed again: what it lacked, such as a file, may be available now."""
        for row in self._rows.failed():
            row.checks.forget_failures()
            self._store.changed(row)

    def _row_changes(self, row: Row, form: BaseForm) -> Iterator[Change]:
        yield from state_changes(row, form)  # before errors, which belong to the new controls
        yield from row_changes(row, form)
        yield from note_changes(row)

    def show_editing(self, key: str) -> None:
        """Publish which fields of the row `key` are touched and changed, without cleaning it."""
        index = self._rows.place(key)
        if index is not None:
            row = self._rows[index]
            self._publish(list(editing_changes(row, row.form or self._probe(index))))

    def _probe(self, index: int) -> BaseForm | None:
        """Return the bound form at `index`, not cleaned; None if the user's code raises."""
        row = self._rows[index]
        try:
            form = self._construct(index)
        except BaseException:  # noqa: BLE001 - cleaning reports it
            return None
        if not (row.files or row.nested):
            row.spare = form
        return form

    def clean_some(self, limit: int) -> bool:
        """Clean up to `limit` waiting rows, and return whether none is left."""
        for index, row in self._rows.waiting(limit):
            self._clean_row(row, index)
        return not self._rows.waiting(1)

    def _verdict_changes(self, asked: bool) -> Iterator[Change]:
        verdict, pending = self._is_faultless(), self.is_pending()
        self._asked = self._asked or asked
        self._valid_now = verdict and not pending
        if verdict and pending:
            return  # the answers decide
        if self._asked or (self._last_verdict is not None and verdict != self._last_verdict):
            yield VerdictChanged(verdict)
        self._last_verdict, self._asked = verdict, False

    def _check_changes(self, rows: Sequence[Row]) -> Iterator[Change]:
        """Start asynchronous rules of `rows` that are due, and cancel outdated ones."""
        for row in rows:
            questions = {}
            try:
                questions = row_questions(row, self._checked_form(row))
            except BaseException as error:  # noqa: BLE001 - has_changed() may be a user's
                self._row_failed(row, error)
                yield from self._failure_changes(row)
            if questions or row.checks.pending:
                self._checks.review(row.checks, questions, partial(self._answered, row))
            yield from pending_changes(row.key, row.checks)

    def _answered(self, row: Row) -> None:
        self._rows.changed(row)
        self._settle(now=True)

    def _publish(self, changes: Sequence[Change]) -> None:
        if changes:
            for listener in list(self._listeners):
                listener(changes)

    def _failure_changes(self, row: Row) -> Iterator[Change]:
        before, row.shown_failure = row.shown_failure, str(row.failure or "")
        if row.shown_failure != before:
            yield _failure_change(row.key, row.failure)

    def _own_failure_changes(self) -> Iterator[Change]:
        failure = self._own_failure()
        before, self._shown_failure = self._shown_failure, str(failure or "")
        if self._shown_failure != before:
            yield _failure_change(None, failure)

    def _values_change(self, index: int) -> ValuesChanged:
        return values_change(self._rows[index], self.prefix_of(index))


def values_change(row: Row, prefix: str | None) -> ValuesChanged:
    """Return the change that sets the controls of `row`, which has this prefix, to its values."""
    if prefix:  # `to_posted()` inlined, for the controls of a thousand rows
        values = {
            local.replace(PLACEHOLDER, prefix, 1): tuple(held) for local, held in row.values.items()
        }
    else:
        values = {local: tuple(held) for local, held in row.values.items()}
    return ValuesChanged(row.key, values)


def _failure_change(key: str | None, failure: UserCodeError | None) -> Change:
    if failure is None:
        return CodeRecovered(key)
    cause = failure.__cause__
    assert cause is not None
    return CodeFailed(key, str(failure), "".join(traceback.format_exception(cause)))


def _ready_for_values(changes: list[Change]) -> list[Change]:
    """Move changes that a row's values depend on before them.

    A select accepts only options that it has, and a withheld field posts nothing until it is
    shown and enabled.
    """
    with_values = {change.key for change in changes if isinstance(change, ValuesChanged)}
    early: dict[str, list[Change]] = {}
    for change in changes if with_values else ():
        if (key := _key_of_need(change)) in with_values and key is not None:
            early.setdefault(key, []).append(change)
    if not early:
        return changes
    moved = {id(change) for group in early.values() for change in group}
    ordered: list[Change] = []
    for change in changes:
        if isinstance(change, ValuesChanged):
            ordered += early.pop(change.key, ())
        if id(change) not in moved:
            ordered.append(change)
    return ordered


def _key_of_need(change: Change) -> str | None:
    match change:
        case FieldChoicesChanged(key=key) | FieldStateChanged(key=key, shown=True, enabled=True):
            return key
    return None
