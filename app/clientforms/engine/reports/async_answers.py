"""Pending asynchronous rules of a row's form, and the effect of their answers."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm, BaseFormSet

from clientforms.changes import Change, PendingChanged
from clientforms.engine.rows.row import Row, copy_form
from clientforms.engine.rules.async_checks import CheckState, Question
from clientforms.engine.rules.async_mixin import async_rules, rule_of, run_async_rule, take_answer
from clientforms.engine.rules.server_rules import is_left
from clientforms.texts import text

__all__ = ["apply_answers", "formset_questions", "pending_changes", "row_questions"]


def apply_answers(row: Row, form: BaseForm) -> None:
    """Apply the answers that are about the present values of `row` to its freshly cleaned `form`.

    A rule that is left to the server becomes a note of the row. Raises any other exception that a
    rule raised, except ValidationError.
    """
    if not row.checks.answers:
        return
    row.checks.answers = row.checks.answers_to(lambda name: _basis(row, name))
    for name, answer in row.checks.answers.items():
        if answer.failure is not None:
            if not is_left(rule_of(form, name), answer.failure):
                raise answer.failure
            row.notes[name] = text("The server checks this.")
            continue
        if name == NON_FIELD_ERRORS or (name in form.fields and name not in form.errors):
            take_answer(form, name, answer.value, answer.error)


def row_questions(row: Row, form: BaseForm | None) -> dict[str, Question]:
    """Return the rules to run for `row` now: those whose errors would be shown.

    Fields with errors, blank extra forms and answered questions are skipped.
    """
    rules = async_rules(form) if form is not None else ()
    if form is None or not rules or row.deleted:
        return {}
    if form.empty_permitted and not form.has_changed():
        return {}
    asked: dict[str, Question] = {}
    for name in rules:
        if name in row.checks.answers and row.checks.answers[name].basis == _basis(row, name):
            continue
        if name == NON_FIELD_ERRORS:
            if asked or form.errors or not (row.show_all or row.touched):
                continue
        elif name in form.errors or not row.shows(name):
            continue
        asked[name] = _question(form, name, _basis(row, name))
    return asked


def formset_questions(
    formset: BaseFormSet | None, state: CheckState, basis: Mapping[str, Any]
) -> dict[str, Question]:
    """Return the question of the formset's own `async def clean()`, if everything else is valid."""
    if formset is None or not async_rules(formset) or not formset.is_valid():
        return {}
    answer = state.answers.get(NON_FIELD_ERRORS)
    if answer is not None and answer.basis == basis:
        return {}
    ask = run_async_rule
    return {NON_FIELD_ERRORS: Question(basis, lambda: ask(formset, NON_FIELD_ERRORS))}


def pending_changes(key: str | None, state: CheckState) -> Iterator[Change]:
    """Yield a PendingChanged if the pending answers changed since the last report."""
    now = tuple(state.pending)
    if now != state.shown:
        state.shown = now
        yield PendingChanged(key, now)


def _question(form: BaseForm, name: str, basis: Any) -> Question:
    def ask() -> Coroutine[Any, Any, Any]:
        return run_async_rule(copy_form(form), name)  # a rule may change its form

    return Question(basis, ask)


def _basis(row: Row, name: str) -> Any:
    if name == NON_FIELD_ERRORS:
        return row.values, row.files
    return (
        {local: values for local, values in row.values.items() if row.field_of(local) == name},
        {local: files for local, files in row.files.items() if row.field_of(local) == name},
    )
