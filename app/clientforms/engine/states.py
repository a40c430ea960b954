"""Which fields of a row can be seen and changed now, and their choices, as changes to tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.forms import BaseForm

from clientforms.changes import Change, FieldChoicesChanged, FieldStateChanged
from clientforms.engine.conditions import conditions_of
from clientforms.engine.controls import submitted
from clientforms.engine.names import to_local
from clientforms.engine.row import Row, copy_form

__all__ = ["fit_to_choices", "state_changes"]


def fit_to_choices(row: Row, form: BaseForm, prefix: str | None) -> bool:
    """Give `row` what its page would post after new choices; return whether that is news.

    A select cannot hold a value that is no choice any more.
    """
    if conditions_of(form) is None:
        return False
    values: dict[str, list[str] | None] = {}
    for name in _dependent(form):
        posting = [local for local in row.values if row.field_of(local) == name]
        if not posting and row.shown_choices.get(name) == _choices(form, name):
            continue  # a script has disabled it, or chosen what it does not have
        html = form[name].as_widget()
        for local in posting:
            values[local] = None
        for posted, held in submitted(html).items():
            values[to_local(posted, prefix) or posted] = held
    news = {local: held for local, held in values.items() if row.values.get(local) != held}
    row.take(news)
    return bool(news)


def state_changes(row: Row, form: BaseForm) -> Iterator[Change]:
    """Yield what was not said yet of the fields that conditions decide about."""
    conditions = conditions_of(form)
    if conditions is None:
        return
    shown = copy_form(form, only=())
    for name in _conditional(form):
        shows, enables = conditions.shows(name), conditions.enables(name)
        now = shows, enables, form.fields[name].required
        if row.shown_states.get(name, (True, True, None)) != now:
            row.shown_states[name] = now
            attribute, css_class = _required_marks(shown, name)
            yield FieldStateChanged(row.key, name, *now, attribute, css_class)
    for name in _dependent(form):
        choices = _choices(form, name)
        if row.shown_choices.get(name) != choices:
            row.shown_choices[name] = choices
            yield FieldChoicesChanged(row.key, name, shown[name].as_widget())


def _choices(form: Any, name: str) -> str:
    return repr(list(form.fields[name].choices))


def _conditional(form: Any) -> list[str]:
    declared = {*form.show_if, *form.enable_if, *form.require_if}
    return [name for name in form.fields if name in declared]


def _dependent(form: Any) -> list[str]:
    return [name for name in form.fields if name in form.choices_for]


def _required_marks(form: BaseForm, name: str) -> tuple[bool, str]:
    """Return whether Django renders `required`, and the class it gives to required fields."""
    attrs = form[name].build_widget_attrs({})
    return bool(attrs.get("required")), getattr(form, "required_css_class", "")
