"""Django's verdict on a formset as a whole: its own errors, deletions and limits.

`publishing.py` reports the errors of each form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm, BaseFormSet, CheckboxInput
from django.forms.formsets import DELETION_FIELD_NAME

from clientforms.changes import (
    Change,
    FormDeletionChanged,
    LimitsChanged,
    NonFormErrorsChanged,
    NoteChanged,
)
from clientforms.engine.live.django_formset import DjangoFormSet
from clientforms.engine.post.control_names import PLACEHOLDER
from clientforms.engine.reports.async_answers import formset_questions
from clientforms.engine.reports.error_changes import list_html
from clientforms.engine.rows import limits
from clientforms.engine.rows.row import Row
from clientforms.engine.rows.row_list import Rows
from clientforms.engine.rules import server_rules
from clientforms.engine.rules.async_checks import CheckState
from clientforms.engine.rules.async_mixin import AsyncValidationMixin, rule_of
from clientforms.engine.rules.server_notes import take_out_of_list
from clientforms.errors import UserCodeError
from clientforms.texts import text

__all__ = ["DELETION_MARK", "FormSetVerdict"]

DELETION_MARK = f"{PLACEHOLDER}-{DELETION_FIELD_NAME}"
"""The local name of the control that marks a row for deletion."""


class FormSetVerdict:
    """Validates a formset whose `rows` have cleaned forms.

    `clean_rows` cleans those that are not. `post_data` returns what a POST would carry, the basis
    of asynchronous answers. `failed` makes a UserCodeError of an exception in the user's code.
    """

    def __init__(
        self,
        django: DjangoFormSet,
        rows: Rows,
        *,
        clean_rows: Callable[[], None],
        post_data: Callable[[], dict[str, list[str]]],
        failed: Callable[[BaseException], UserCodeError],
    ) -> None:
        self._django = django
        self._rows = rows
        self._clean_rows = clean_rows
        self._post_data = post_data
        self._failed = failed
        self.formset: BaseFormSet | None = None
        """The cleaned formset, None while it waits to be cleaned."""
        self.failure: UserCodeError | None = None
        self.added_errors: list[str] = []
        """Errors of the formset as a whole that a script or a server added."""
        self.own_checks = CheckState()
        self.is_touched = False
        """Whether rows were added, moved or removed, or data was set."""
        self.is_disabled = False
        """Whether a disabled fieldset contains the formset, which then has no errors."""
        self._leaves_own_rule = False  # to the server: the formset's clean()
        self._undecided: dict[Row, None] = {}
        self._tainted: dict[Row, None] = {}
        self._limits: LimitsChanged | None = None
        self.told_limits = LimitsChanged("", {})
        self._note = self._shown_note = ""
        self._shown: tuple[str, ...] = ()

    # Invalidation

    def forget(self) -> None:
        """Note that the formset has to be cleaned again."""
        self.formset = self.failure = None

    def row_changed(self, row: Row, *, keep_added: bool = False) -> None:
        """Note that the values of `row` changed. Added errors are dropped unless `keep_added`."""
        if row.deleted or self.may_be_deleted(row):
            self._undecided[row] = None
        self.forget()
        if not keep_added:
            self.added_errors.clear()

    def arranged(self) -> None:
        """Note that rows were added, removed or renumbered."""
        self._limits = None
        self.forget()

    def forget_failures(self) -> None:
        """Run code that failed again at the next check."""
        if self.failure:
            self.own_checks.forget_failures()
            self.forget()

    def add_error(self, message: str) -> None:
        """Add `message` to the formset's own errors until something changes."""
        self.added_errors.append(message)
        self.is_touched = True
        self.formset = None

    def keep_errors(self, messages: Iterable[str]) -> None:
        """Add those of `messages` that the cleaned formset does not have itself."""
        own = {str(error) for error in self.formset.non_form_errors()} if self.formset else set()
        if new := [message for message in messages if message not in own]:
            self.added_errors += new
            self.formset = None

    def start_over(self) -> None:
        """Start over with untouched rows."""
        self.added_errors = []
        self.failure = None
        self.is_touched = False

    def start_over_in_the_page(self) -> None:
        """Forget what the page shows of it."""
        self._shown, self._shown_note = (), ""

    # Cleaning

    def check(self) -> None:
        """Clean the rows and the formset if needed. If a row failed, the formset is not cleaned."""
        self._clean_rows()
        if self.formset is not None or self.failure or self._rows.failures():
            return
        formset = self._django.bound()
        if self._leaves_own_rule:
            server_rules.guard_whole(formset)
        asks_in_vain = False
        try:
            formset.full_clean()
        except BaseException as error:  # noqa: BLE001 - a user's code may raise anything; it is reported
            if self._leaves_own_rule or not server_rules.what_is_missing(error):
                self.failure = self._failed(error)
                self._note_taint()
                return
            asks_in_vain = True
        # Not in the except block: the error would become the context of later ones.
        if asks_in_vain:
            self._leaves_own_rule = True
            self.check()
            return
        self._note = " ".join(take_out_of_list(formset._non_form_errors))
        if self.added_errors:
            formset._non_form_errors.extend(self.added_errors)
        self._apply_own_answers(formset)
        if self.is_disabled:
            formset._non_form_errors.clear()
        self._note_taint()
        if self.failure:
            return
        self.formset = formset
        self._take_deletions(formset)

    def form_of(self, row: Row) -> BaseForm | None:
        """Return the row's form with all its errors, None if it could not be cleaned."""
        if self.formset is None:
            return row.form
        forms = self.formset.forms  # Django drops forms beyond absolute_max
        place = self._rows.place_of(row)
        return forms[place] if place < len(forms) else None

    def leaves_alone(self, row: Row) -> bool:
        """Return whether the formset's own code did not change the row's form."""
        return row not in self._tainted

    def _note_taint(self) -> None:
        """Record the rows whose forms the formset's own code changed, now or before."""
        for row in self._tainted:
            if self._rows.place(row.key) is not None:
                self._rows.to_tell(row)
        self._tainted = dict.fromkeys(self._django.handed_out.changed())
        for row in self._tainted:
            self._rows.to_tell(row)

    # Asynchronous rules of the formset's own

    def own_questions(self) -> dict[Any, Any]:
        """Return the questions of the formset's own `async def clean()` that are due."""
        if (
            self.is_disabled
            or not isinstance(self.formset, AsyncValidationMixin)
            or not self._shows_errors()
            or any(row.checks.pending for row in self._rows)
        ):
            return {}
        self._django.handed_out.seen()
        return formset_questions(self.formset, self.own_checks, self._post_data())

    def _apply_own_answers(self, formset: BaseFormSet) -> None:
        """Add the answer of the formset's own `async def clean()` about the present data."""
        if not self.own_checks.answers:
            return
        basis = self._post_data()
        for answer in self.own_checks.answers_to(lambda _: basis).values():
            failure = answer.failure
            if failure is not None and server_rules.is_left(
                rule_of(formset, NON_FIELD_ERRORS), failure
            ):
                self._note = text("The server checks this.")
            elif failure is not None:
                self.failure = self._failed(failure)
            elif answer.error is not None:
                formset._non_form_errors.extend(answer.error.error_list)

    # Deletions and limits

    def may_be_deleted(self, row: Row) -> bool:
        """Return whether the row posts DELETE."""
        return DELETION_MARK in row.values

    def to_decide(self, rows: Iterable[Row]) -> None:
        """Note rows that may be marked for deletion."""
        self._undecided.update((row, None) for row in rows if self.may_be_deleted(row))

    def deletions_are_open(self) -> bool:
        """Return whether cleaning the formset may change which rows are deleted."""
        return bool(self._undecided or (self._decides_deletion_itself and self.formset is None))

    def decide(self) -> None:
        """Find out which rows are deleted."""
        if self.deletions_are_open():
            self.check()

    def count_kept(self) -> int:
        """Return the number of rows that are not deleted."""
        return sum(not row.deleted for row in self._rows)

    def limits(self) -> LimitsChanged:
        """Return whether rows can be added and removed now."""
        self.decide()
        if self._limits is None:
            self._limits = limits.current(self._django.empty, self._rows, self._rows.initial_count)
        return self._limits

    def note_limits(self) -> None:
        """Treat the present limits as reported."""
        self.told_limits = self.limits()

    def _take_deletions(self, formset: BaseFormSet) -> None:
        undecided, self._undecided = self._undecided, {}
        if not formset.can_delete:
            return
        rows: Iterable[Row] = self._rows if self._decides_deletion_itself else undecided
        for row in rows:
            place = self._rows.place(row.key)
            if place is None or place >= len(formset.forms):
                continue
            deleted = bool(formset._should_delete_form(formset.forms[place]))
            if deleted != row.deleted:
                row.deleted = deleted
                self._rows.to_tell(row)
                self._limits = None

    @cached_property
    def _decides_deletion_itself(self) -> bool:
        """Whether the user's class overrides which forms are deleted."""
        own = self._django.formset_class
        return bool(own.can_delete) and not (
            own._should_delete_form is BaseFormSet._should_delete_form
            and own.deletion_widget is CheckboxInput
            and own.get_deletion_widget.__func__ is BaseFormSet.get_deletion_widget.__func__
        )

    # Changes to report

    def changes(self) -> Iterator[Change]:
        """Yield the changes since the last report."""
        yield from self.deletion_changes()
        yield from self.limit_changes()
        yield from self._error_changes()
        if self._note != self._shown_note:
            self._shown_note = self._note
            yield NoteChanged(None, None, self._note)

    def deletion_changes(self) -> Iterator[FormDeletionChanged]:
        """Yield the rows whose mark for deletion changed."""
        if not self._django.empty.can_delete:
            return
        for index, row in enumerate(self._rows):
            if row.deleted != row.shown_deleted:
                row.shown_deleted = row.deleted
                yield FormDeletionChanged(row.key, index, row.deleted)

    def limit_changes(self) -> Iterator[LimitsChanged]:
        """Yield the limits if they changed."""
        now = self.limits()
        if now is not self.told_limits:
            before, self.told_limits = self.told_limits, now
            if now != before:
                yield now

    def _error_changes(self) -> Iterator[Change]:
        if self.formset is None:
            return
        errors = self.formset.non_form_errors()
        now = tuple(map(str, errors)) if self._shows_errors() else ()
        if now != self._shown:
            self._shown = now
            yield NonFormErrorsChanged(now, list_html(errors, now) if now else "")

    def _shows_errors(self) -> bool:
        return self.is_touched or self._rows.are_touched()
