"""Applies what the server pushes to a live form or formset: errors, and choices of fields.

Pushed choices work like `choices_for`: if a selected value is no longer available, it stays selected and the field
shows Django's error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.models import ModelChoiceField

from clientforms.engine import ClientForm, ClientFormSet, ConditionalFieldsMixin
from clientforms.engine.data.lost_choices import locals_of
from clientforms.engine.html.long_selects import flat
from clientforms.engine.models.model_kinds import as_choices
from clientforms.engine.rows.row import Row
from clientforms.engine.shortcuts.reused_forms import Reuse
from clientforms.errors import TargetError

__all__ = ["PushedChanges"]

Choices = list[tuple[str, Any]]


class PushedChanges:
    """The pushes for one live form or formset. `find_live` returns it, or raises TargetError if it no longer exists."""

    def __init__(self, find_live: Callable[[], ClientForm | ClientFormSet]) -> None:
        self._find_live = find_live
        self._choices: dict[str, Callable[[Any], Choices]] = {}
        self._changed: ClientForm | ClientFormSet | None = None
        self._errors: dict[bool, list[tuple[str | None, str]]] = {}

    def take(self, push: Mapping[str, Any], *, about_one: bool) -> None:
        """Apply a push: one for the pages of a single stored object if `about_one`, otherwise one for all pages."""
        try:
            live = self._find_live()
        except TargetError:
            return  # it was removed from the page
        if "choices" in push:
            self._take_choices(live, str(push["field"]), as_choices(push["choices"]))
        elif "errors" in push:
            self._take_errors(live, push["errors"], about_one)

    def _let_choices_change(self, live: ClientForm | ClientFormSet) -> None:
        """Let the live form create forms whose fields have the pushed choices.

        This happens at the first push of choices, because sharing fields and reusing forms is faster until then.
        """
        if self._changed is live:
            return
        self._changed = live
        django: Any = live._django
        if isinstance(live, ClientForm):
            django.form_class = self._with_choices(django.form_class)
            return
        formset_class: Any = (
            django.formset_class
        )  # a subclass made for this page: see asking_forms.py
        formset_class.form = self._with_choices(formset_class.form)
        django._make_form, django._reuse = None, Reuse(formset_class, shared=False)
        django.renew()

    def _with_choices(self, form_class: Any) -> Any:
        """Return a subclass of a form class whose fields get the pushed choices."""
        self._choices = dict(getattr(form_class, "choices_for", {}))
        is_conditional = issubclass(form_class, ConditionalFieldsMixin)
        bases = (form_class,) if is_conditional else (ConditionalFieldsMixin, form_class)
        names = {"__module__": form_class.__module__, "__qualname__": form_class.__qualname__}
        return type(form_class.__name__, bases, {**names, "choices_for": self._choices})

    def _take_choices(self, live: ClientForm | ClientFormSet, name: str, choices: Choices) -> None:
        for row in live.rows:
            if (
                name in row.fields and name not in row.shown_choices
            ):  # keeps the labels of removed choices
                row.shown_choices[name] = list(row.fields[name].choices), row.lost.get(name)
            if _has_chosen(row, name) and _loses(row, name, choices):
                row.touched.add(name)
        if any(isinstance(row.fields.get(name), ModelChoiceField) for row in live.rows):
            live.in_page.take_options({name: choices})  # only these are valid
        self._let_choices_change(live)
        self._choices[name] = lambda values: choices
        for row in live.rows:
            for asked in (name, NON_FIELD_ERRORS):  # the server's answer may be different now
                row.checks.answers.pop(asked, None)
            live._store.changed(row, keep_added=True)
        live.refresh()

    def _take_errors(
        self, live: ClientForm | ClientFormSet, errors: Mapping[str, Any], about_one: bool
    ) -> None:
        before = self._errors.pop(about_one, [])
        new = [
            (None if name == NON_FIELD_ERRORS else str(name), str(each["message"]))
            for name, found in errors.items()
            for each in found
        ]
        self._errors[about_one] = new
        if isinstance(live, ClientForm):
            row = live.rows[0]
            named: dict[str, list[str]] = {}
            for name, message in _replaced(row.added_errors, before, new):
                known = name if name in row.fields else NON_FIELD_ERRORS
                named.setdefault(known or NON_FIELD_ERRORS, []).append(message)
            live.set_errors(named)
            return
        verdict = live._verdict
        whole = [(None, message) for message in verdict.added_errors]
        verdict.added_errors = [message for _, message in _replaced(whole, before, new)]
        verdict.is_touched = verdict.is_touched or bool(new)
        verdict.forget()
        live.refresh()


def _has_chosen(row: Row, name: str) -> bool:
    """Return whether a field has changed data, or all errors of the row are shown."""
    local_names = locals_of(row, name)
    return row.show_all or any(row.values[local] != row.start.get(local) for local in local_names)


def _loses(row: Row, name: str, choices: Choices) -> bool:
    """Return whether a field has a value that is not in `choices`."""
    known = {str(value) for value, _ in flat(choices)}
    held = (value for local in locals_of(row, name) for value in row.values[local])
    return any(value and value not in known for value in held)


def _replaced(
    there: Iterable[tuple[str | None, str]],
    before: Sequence[tuple[str | None, str]],
    new: Sequence[tuple[str | None, str]],
) -> list[tuple[str | None, str]]:
    """Return the errors `there`, with those pushed `before` replaced by the `new` ones, without duplicates."""
    others = [error for error in there if error not in before]
    return [*others, *(error for error in new if error not in others)]
