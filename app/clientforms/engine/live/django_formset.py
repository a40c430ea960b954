"""A live formset's Django side: builds the user's class from the rows, cleans it, and compares.

What others read of it is in `formset_reading.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm, BaseFormSet, BaseModelFormSet, CheckboxInput
from django.forms.formsets import DELETION_FIELD_NAME

from clientforms.changes import (
    Change,
    FormDeletionChanged,
    LimitsChanged,
    NonFormErrorsChanged,
    NoteChanged,
)
from clientforms.engine.data import from_python as given
from clientforms.engine.live.nested_formsets import NestingForms
from clientforms.engine.models import model_arguments
from clientforms.engine.models.model_kinds import chooses_objects, for_models, has_database
from clientforms.engine.post.control_names import PLACEHOLDER
from clientforms.engine.reports.async_answers import formset_questions, pending_changes
from clientforms.engine.rows import limits
from clientforms.engine.rows.history import History
from clientforms.engine.rows.prefixes import looks_at_its_number
from clientforms.engine.rows.row import Row
from clientforms.engine.rules import server_rules
from clientforms.engine.rules.async_checks import CheckState
from clientforms.engine.rules.async_mixin import AsyncValidationMixin, rule_of
from clientforms.engine.rules.server_notes import take_out_of_list
from clientforms.engine.rules.validation_policy import AUTO_DELAY, ValidationPolicy
from clientforms.engine.shortcuts.cleaned_forms import HandedOut, with_kept_forms
from clientforms.engine.shortcuts.reused_forms import Reuse
from clientforms.engine.shortcuts.shared_fields import maker_with_shared_fields
from clientforms.engine.stamps.formset_stamps import StampedRows
from clientforms.engine.stamps.index_dependence import varies
from clientforms.errors import TargetError
from clientforms.texts import text

__all__ = ["FormSetCleaning"]


class FormSetCleaning(NestingForms):
    """The rows of a formset, and Django's verdict on them."""

    def __init__(
        self,
        formset_class: type[BaseFormSet],
        *,
        prefix: str | None = None,
        initial: Sequence[Mapping[str, Any]] | None = None,
        form_kwargs: Mapping[str, Any] | None = None,
        auto_id: str | bool = "id_%s",
        error_messages: Mapping[str, str] | None = None,
        formset_kwargs: Mapping[str, Any] | None = None,
        validation: str | ValidationPolicy = "auto",
        delay: int = AUTO_DELAY,
    ) -> None:
        if not (isinstance(formset_class, type) and issubclass(formset_class, BaseFormSet)):
            raise TargetError(
                f"ClientFormSet needs a formset class, as formset_factory makes, "
                f"got {formset_class!r}. For a form class use ClientForm."
            )
        self.prefix = prefix or formset_class.get_default_prefix()
        super().__init__(self.prefix, validation, delay)
        self.formset_class = formset_class
        self._options: dict[str, list[tuple[str, Any]]] = {}
        self._stores_nothing = issubclass(formset_class, BaseModelFormSet) and not has_database()
        known = self._stores_nothing and for_models().without_database(formset_class, self._options)
        if (
            not known
            and not has_database()
            and not issubclass(formset_class, BaseModelFormSet)
            and chooses_objects(formset_class.form.base_fields)
        ):
            known = for_models().with_given_choices(formset_class, self._options)
        self._plain_class = known or formset_class
        self._varies = varies(formset_class)
        self._stamps = StampedRows(self._plain_class)
        # A model's form changes the instance that its formset holds.
        self._reused = not self._varies and not issubclass(formset_class, BaseModelFormSet)
        self._looks_at_its_number = looks_at_its_number(self._plain_class)
        self._make_form = maker_with_shared_fields(self._plain_class)
        self._reuse = Reuse(self._plain_class, shared=self._reused and self._make_form is not None)
        self._handed_out = HandedOut(self._rows)
        self._kept_class = with_kept_forms(
            self._plain_class, self._rows, self._handed_out, alike=not self._varies
        )
        self._kwargs = {
            "prefix": self.prefix,
            "form_kwargs": dict(form_kwargs or {}),
            "auto_id": auto_id,
            **({"error_messages": dict(error_messages)} if error_messages else {}),
            **(formset_kwargs or {}),
        }
        self._initial = given.checked_initial(self.prefix, initial)
        self._checked: BaseFormSet | None = None
        self._cleaning: BaseFormSet | None = None
        self._in_one_go = False
        self._undecided: dict[Row, None] = {}
        self._tainted: dict[Row, None] = {}
        self._touched = False
        self._shown: tuple[str, ...] = ()
        self._note = self._shown_note = ""
        self._leaves_own_rule = False  # to the server: the formset's clean()
        self._limits: LimitsChanged | None = None
        self._told_limits = LimitsChanged("", {})
        self._history = History()
        self._own_checks = CheckState()
        self._order: list[Row] = []
        self._start()

    def prefix_of(self, index: int) -> str:
        """Return the prefix of the form at `index`, for example `articles-2`."""
        return str(self._empty.add_prefix(index))

    def management_data(self) -> dict[str, str]:
        """Return the management form's controls: full name to value."""
        counts = (
            len(self._rows), self._initial_count, self._empty.min_num, self._empty.max_num
        )  # fmt: skip
        names = limits.management_names(self.prefix)
        return {name: str(count) for name, count in zip(names, counts, strict=True)}

    def takes_files(self) -> bool:
        """Return whether there may be fields for files."""
        return self._varies or super().takes_files()

    def limits(self) -> LimitsChanged:
        """Return which buttons make sense now."""
        self._decide_deletions()
        if self._limits is None:
            self._limits = limits.current(self._empty, self._rows, self._initial_count)
        return self._limits

    def post_data(self) -> dict[str, list[str]]:
        """Return what a POST would carry now: name to list of strings. Files are left out."""
        return {
            name: [value] for name, value in self.management_data().items()
        } | super().post_data()

    # Private: Django's side

    def _start(self) -> None:
        self._empty = self._unbound()
        self._initial_count = self._empty.initial_form_count()
        self._added_errors: list[str] = []
        self._failure = None
        self._touched = False
        self._put([self._new_row() for _ in range(self._empty.total_form_count())])
        for index, row in enumerate(self._rows):
            if stamp := self._stamps.at(self._empty, index, len(self._rows)):
                stamp.describe(row)
                row.begin(stamp.fresh(self._stamps.initial_of(self._empty, row, index, stamp)))
            else:
                row.begin(given.fresh(self._unbound_form(index), self.prefix_of(index)))
        self.started_with = len(self._rows)
        self._order = list(self._rows)
        self._told_limits = self.limits()

    def _put(self, rows: Sequence[Row]) -> None:
        """Make `rows` the rows, in the order of their numbers."""
        self._rows.put(rows)
        self._held_data.moved()
        self._cleaning = self._checked = self._limits = self._failure = None
        self._tell_owner()

    def _unbound(self) -> BaseFormSet:
        arguments, initial = self._arguments()
        return self._kept_class(initial=initial, **model_arguments.for_unbound(arguments))

    def _bound(self) -> BaseFormSet:
        held = self._held(self.management_data())
        arguments, initial = self._arguments()
        formset = self._kept_class(**held, initial=initial, **model_arguments.for_bound(arguments))
        formset.files = formset.files or held["files"]  # Django puts others in place of none
        return formset

    def _arguments(self) -> tuple[dict[str, Any], Sequence[Mapping[str, Any]] | None]:
        if self._stores_nothing:
            return for_models().as_rows(self.formset_class, self._kwargs, self._initial)
        return self._kwargs, self._initial

    def blank_form(self, index: int) -> BaseForm:
        """Return the unbound form that Django makes at `index`, whether a row is there or not."""
        return self._empty._construct_form(index, **self._empty.get_form_kwargs(index))

    def _unbound_form(self, index: int) -> BaseForm:
        form = self.blank_form(index)
        row, prefix = self._rows[index], self.prefix_of(index)
        row.describe(form, prefix)
        self._nest(row, form, prefix)
        return form

    def _construct(self, index: int) -> BaseForm:
        if self._cleaning is None or not (self._reused or self._in_one_go):
            self._cleaning = self._bound()
            if self._reused and self._make_form is not None:
                self._cleaning.form = self._make_form
        else:
            self._held(self.management_data())
        formset, row = self._cleaning, self._rows[index]
        spare, row.spare = row.spare, None
        if spare is not None and self._reuse.again(spare, formset, index):
            return spare
        form = formset._construct_form(index, **formset.get_form_kwargs(index))
        self._reuse.made(form)
        row.describe(form, self.prefix_of(index))
        return self._with_nested(row, form)

    def rename(self, prefix: str) -> None:
        """Go by another prefix: the row that this formset stands in has another place."""
        self.prefix = self.name = prefix
        self._kwargs = {**self._kwargs, "prefix": prefix}
        self._empty = self._unbound()
        self._put(self._rows[:])
        for row in self._rows:
            self._row_changed(row, keep_added=True)
        self._place_nested(self._rows)

    def _sample(self) -> tuple[BaseForm, str | None]:
        empty = self._empty.empty_form
        return empty, str(self._empty.add_prefix(PLACEHOLDER))

    # Private: settling

    def _row_changed(self, row: Row, *, keep_added: bool = False) -> None:
        super()._row_changed(row)
        if row.deleted or self._may_be_deleted(row):
            self._undecided[row] = None
        self._forget_verdict()
        if not keep_added:
            self._added_errors.clear()

    def _forget_failures(self) -> None:
        super()._forget_failures()
        if self._failure:
            self._own_checks.forget_failures()
            self._forget_verdict()

    def _row_looked_at(self, row: Row) -> None:
        self._row_changed(row, keep_added=True)

    def _forget_verdict(self) -> None:
        self._checked = None
        self._failure = None

    def _nested_changed(self, row: Row) -> None:
        self._row_changed(row, keep_added=True)

    def _clean_rows(self) -> None:
        if self._rows.waiting(1):
            with self._one_bound_formset():
                super()._clean_rows()

    @contextmanager
    def _one_bound_formset(self) -> Iterator[None]:
        """Construct all forms meanwhile with one formset."""
        within, self._in_one_go = self._in_one_go, True
        if not (self._reused or within):
            self._cleaning = None
        try:
            yield
        finally:
            self._in_one_go = within

    def _check(self) -> None:
        self._clean_rows()
        if self._checked is not None or self._failures():
            return
        formset = self._bound()
        if self._leaves_own_rule:
            server_rules.guard_whole(formset)
        try:
            formset.full_clean()
        except BaseException as error:  # noqa: BLE001 - a user's code may raise anything; it is reported
            if not self._leaves_own_rule and server_rules.what_is_missing(error):
                self._leaves_own_rule = True
                self._check()
                return
            self._failure = self._user_code_error(error, self.name)
            self._note_taint()
            return
        self._note = " ".join(take_out_of_list(formset._non_form_errors))
        if self._added_errors:
            formset._non_form_errors.extend(self._added_errors)
        self._apply_own_answers(formset)
        self._note_taint()
        if self._failure:
            return
        self._checked = formset
        self._take_deletions(formset)

    def _note_taint(self) -> None:
        """Take note of the rows whose forms the formset's own code has changed, or did before."""
        for row in self._tainted:
            if self._rows.place(row.key) is not None:
                self._rows.to_tell(row)
        self._tainted = dict.fromkeys(self._handed_out.changed())
        for row in self._tainted:
            self._rows.to_tell(row)

    def _speaks_for_itself(self, row: Row) -> bool:
        return row not in self._tainted

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

    def _decide_deletions(self) -> None:
        if self._deletions_are_open():
            self._check()

    def _deletions_are_open(self) -> bool:
        return bool(self._undecided or (self._decides_deletion_itself and self._checked is None))

    def _may_be_deleted(self, row: Row) -> bool:
        return f"{PLACEHOLDER}-{DELETION_FIELD_NAME}" in row.values

    @cached_property
    def _decides_deletion_itself(self) -> bool:
        """Whether the user's class has a say in which forms are deleted."""
        own = self.formset_class
        return bool(own.can_delete) and not (
            own._should_delete_form is BaseFormSet._should_delete_form
            and own.deletion_widget is CheckboxInput
            and own.get_deletion_widget.__func__ is BaseFormSet.get_deletion_widget.__func__
        )

    def _checked_form(self, row: Row) -> BaseForm | None:
        if self._checked is None:
            return row.form
        forms = self._checked.forms  # none past absolute_max: Django drops those
        place = self._rows.place_of(row)
        return forms[place] if place < len(forms) else None

    def _apply_own_answers(self, formset: BaseFormSet) -> None:
        """Add what the formset's own `async def clean()` said of the data as it is now."""
        if not self._own_checks.answers:
            return
        basis = self.post_data()
        for answer in self._own_checks.answers_to(lambda _: basis).values():
            failure = answer.failure
            if failure is not None and server_rules.is_left(
                rule_of(formset, NON_FIELD_ERRORS), failure
            ):
                self._note = text("The server checks this.")
            elif failure is not None:
                self._failure = self._user_code_error(failure, self.name)
            elif answer.error is not None:
                formset._non_form_errors.extend(answer.error.error_list)

    def _check_changes(self, rows: Sequence[Row]) -> Iterator[Change]:
        yield from super()._check_changes(rows)
        questions = {}
        if (
            isinstance(self._checked, AsyncValidationMixin)
            and self._shows_own_errors()
            and not any(row.checks.pending for row in self._rows)
        ):
            self._handed_out.seen()
            questions = formset_questions(self._checked, self._own_checks, self.post_data())
        if questions or self._own_checks.pending:
            self._checks.review(self._own_checks, questions, self._own_answered)
        yield from pending_changes(None, self._own_checks)

    def _answered(self, row: Row) -> None:
        self._forget_verdict()
        super()._answered(row)

    def _own_answered(self) -> None:
        self._forget_verdict()
        self._settle(now=True)

    def _urgent_changes(self) -> Iterator[Change]:
        yield from super()._urgent_changes()
        if not self._deletions_are_open():  # or a button would stay that may not be pressed
            yield from self._limit_changes()

    def _set_changes(self) -> Iterator[Change]:
        yield from self._deletion_changes()
        yield from self._limit_changes()
        yield from self._non_form_changes()
        if self._note != self._shown_note:
            self._shown_note = self._note
            yield NoteChanged(None, None, self._note)

    def _limit_changes(self) -> Iterator[Change]:
        now = self.limits()
        if now is not self._told_limits:
            before, self._told_limits = self._told_limits, now
            if now != before:
                yield now

    def _shows_own_errors(self) -> bool:
        return self._touched or self._rows.are_touched()

    def deletions(self) -> list[FormDeletionChanged]:
        """Return which rows are marked for deletion or kept now, but were not when that was told last."""
        self._decide_deletions()
        return list(self._deletion_changes())

    def _deletion_changes(self) -> Iterator[FormDeletionChanged]:
        if not self._empty.can_delete:
            return
        for index, row in enumerate(self._rows):
            if row.deleted != row.shown_deleted:
                row.shown_deleted = row.deleted
                yield FormDeletionChanged(row.key, index, row.deleted)

    def _non_form_changes(self) -> Iterator[Change]:
        if self._checked is None:
            return
        errors = self._checked.non_form_errors()
        now = tuple(map(str, errors)) if self._shows_own_errors() else ()
        if now != self._shown:
            self._shown = now
            yield NonFormErrorsChanged(now, str(errors) if now else "")
