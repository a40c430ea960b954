"""Applies what the server pushes to a live form or formset: errors, and choices of fields.

Pushed choices work like `choices_for`: if a selected value is no longer available, it stays selected and the field
shows Django's error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseFormSet
from django.forms.models import ModelChoiceField
from django.forms.widgets import ChoiceWidget

from clientforms.engine import ClientForm, ClientFormSet, ConditionalFieldsMixin
from clientforms.engine.models.model_kinds import as_choices
from clientforms.errors import TargetError

__all__ = ["PushedChanges"]

Choices = list[tuple[str, Any]]


class PushedChanges:
    """The pushes for one live form or formset. `find_live` returns it, or raises TargetError if it no longer exists."""

    def __init__(self, find_live: Callable[[], ClientForm | ClientFormSet]) -> None:
        self._find_live = find_live
        self._choices: dict[str, Choices] = {}
        self._errors: dict[bool, list[tuple[str | None, str]]] = {}

    def into(self, found: Any) -> Any:
        """Return a subclass of a form or formset class whose fields get the pushed choices."""
        if not issubclass(found, BaseFormSet):
            return self._into_form(found)
        form_class = self._into_form(found.form)
        return found if form_class is found.form else _subclass(found, {"form": form_class})

    def take(self, push: Mapping[str, Any], *, about_one: bool) -> None:
        """Apply a push: one for the pages of a single stored object if `about_one`, otherwise one for all pages."""
        try:
            live = self._find_live()
        except TargetError:
            return  # the page has removed it
        if "choices" in push:
            self._take_choices(live, str(push["field"]), as_choices(push["choices"]))
        elif "errors" in push:
            self._take_errors(live, push["errors"], about_one)

    def _into_form(self, form_class: Any) -> Any:
        names = [
            name
            for name, field in form_class.base_fields.items()
            if isinstance(field.widget, ChoiceWidget)
        ]
        if not names:
            return form_class
        own = getattr(form_class, "choices_for", {})
        return _subclass(form_class, {"choices_for": _ChoicesFor(own, names, self._choices)})

    def _take_choices(self, live: ClientForm | ClientFormSet, name: str, choices: Choices) -> None:
        for row in live.rows:
            if name in row.fields and name not in row.shown_choices:  # so that labels stay
                row.shown_choices[name] = list(row.fields[name].choices), row.lost.get(name)
        if any(isinstance(row.fields.get(name), ModelChoiceField) for row in live.rows):
            live.in_page.take_options({name: choices})  # these alone are valid
        self._choices[name] = choices
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


class _ChoicesFor:
    """The `choices_for` of a form class: the class's own, and the pushed ones.

    On the class, it names all fields that can get choices, so that forms do not share these fields. On a form, it
    names only those that got choices.
    """

    def __init__(
        self, own: Mapping[str, Any], names: Sequence[str], pushed: Mapping[str, Choices]
    ) -> None:
        self._own = own
        self._names = names
        self._pushed = pushed

    def __get__(self, form: Any, form_class: Any = None) -> dict[str, Callable[[Any], Choices]]:
        names: Iterable[str] = self._names if form is None else self._pushed
        return {**self._own, **{name: partial(self._choices, name) for name in names}}

    def _choices(self, name: str, values: Any) -> Choices:
        return self._pushed[name]


def _replaced(
    there: Iterable[tuple[str | None, str]],
    before: Sequence[tuple[str | None, str]],
    new: Sequence[tuple[str | None, str]],
) -> list[tuple[str | None, str]]:
    """Return the errors `there`, with those pushed `before` replaced by the `new` ones, without duplicates."""
    others = [error for error in there if error not in before]
    return [*others, *(error for error in new if error not in others)]


def _subclass(found: Any, own: dict[str, Any]) -> Any:
    is_form = not issubclass(found, BaseFormSet)
    mixes = is_form and not issubclass(found, ConditionalFieldsMixin)
    bases = (ConditionalFieldsMixin, found) if mixes else (found,)
    names = {"__module__": found.__module__, "__qualname__": found.__qualname__}
    return type(found.__name__, bases, {**names, **own})
