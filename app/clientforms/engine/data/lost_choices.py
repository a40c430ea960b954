"""Values that their field no longer offers, because its choices depend on other fields.

A select without the chosen option would show another, which nobody chose. So it keeps offering
the chosen one: that is what is posted, and Django reports it as invalid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.forms import BaseForm
from django.forms.widgets import ChoiceWidget

from clientforms.engine.html.long_selects import flat
from clientforms.engine.rows.row import Row
from clientforms.engine.rules.conditions import ConditionalFieldsMixin

__all__ = [
    "chosen_initial", "dependent", "find_lost", "is_about_choices", "locals_of", "lost_in", "offering",
]  # fmt: skip


def dependent(form: Any) -> list[str]:
    """Return the fields of `form` whose choices depend on others."""
    fields = form.fields
    if not isinstance(form, ConditionalFieldsMixin):
        return []
    choices_for = form.choices_for
    return [name for name in fields if name in choices_for]


def chosen_initial(form: BaseForm, name: str) -> list[str]:
    """Return what the initial data of the field `name` would post, an empty list without any."""
    field = form.fields[name]
    value = field.prepare_value(form.get_initial_for_field(field, name))
    if not isinstance(field.widget, ChoiceWidget) or value in (None, "", [], ()):
        return []
    chosen = field.widget.format_value(value)
    return [chosen] if isinstance(chosen, str) else list(map(str, chosen))


def find_lost(form: BaseForm, name: str, values: list[str]) -> list[str]:
    """Return those of `values` that the field `name` does not offer. Empty values are ignored."""
    if not isinstance(form.fields[name].widget, ChoiceWidget):
        return []
    known = {str(value) for value, _ in flat(form.fields[name].choices)}
    return [value for value in values if value and value not in known]


def lost_in(row: Row, form: BaseForm, name: str) -> Mapping[str, str]:
    """Return the values of the field `name` in `row` that it does not offer, mapped to labels.

    Return nothing if the value was neither chosen nor initial: a browser would then select another.
    """
    held = [value for local in locals_of(row, name) for value in row.values[local]]
    lost = find_lost(form, name, held)
    if not lost or not (row.has_chosen(name) or held == chosen_initial(form, name)):
        return {}
    labels = {str(value): label for value, label in flat(row.shown_choices.get(name, ([],))[0])}
    labels |= row.lost.get(name, {})
    return {value: labels.get(value, value) for value in lost}


def is_about_choices(form: BaseForm, name: str, message: str) -> bool:
    """Return whether `message` reports an invalid choice of a field whose choices depend on others."""
    if name not in dependent(form):
        return False
    text = str(form.fields[name].error_messages.get("invalid_choice", ""))
    pattern = ".*".join(map(re.escape, text.split("%(value)s")))
    return bool(text) and re.fullmatch(pattern, message, re.DOTALL) is not None


def locals_of(row: Row, name: str) -> list[str]:
    """Return the local names of the controls of the field `name` in `row`."""
    return [
        local
        for local in row.values
        if not local.startswith("initial-") and row.field_of(local) == name
    ]


@contextmanager
def offering(row: Row, form: BaseForm) -> Iterator[None]:
    """Make the controls of `form` offer what `row` holds while the form is rendered."""
    widgets = []
    for name in dependent(form):
        if lost := lost_in(row, form, name):
            widget: Any = form.fields[name].widget
            widgets.append((widget, widget.choices))
            widget.choices = [*widget.choices, *lost.items()]
    try:
        yield
    finally:
        for widget, choices in widgets:
            widget.choices = choices
