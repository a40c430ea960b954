"""Rows whose form depends on their number: fields, labels or choices by index.

In most formsets all forms are alike, and moving a row changes names only. If a class makes forms
by their index, a renumbered row gets a new form, and keeps the values that fit it.
"""

from __future__ import annotations

from django.forms import BaseForm, BaseFormSet

from clientforms.engine.data import from_python as given
from clientforms.engine.html.form_html import render_form
from clientforms.engine.post.control_names import PLACEHOLDER
from clientforms.engine.rows.row import Row

__all__ = ["look", "reshape", "varies"]

_BY_INDEX = ("add_fields", "get_form_kwargs", "_construct_form")


def varies(formset_class: type[BaseFormSet]) -> bool:
    """Return whether the class overrides how the form at an index is made."""
    return any(
        not getattr(formset_class, name).__module__.startswith("django.") for name in _BY_INDEX
    )


def look(form: BaseForm, prefix: str, layout: str) -> str:
    """Return the unbound form's HTML with a placeholder for its index."""
    return render_form(form, layout).replace(prefix, PLACEHOLDER)


def reshape(row: Row, form: BaseForm, prefix: str) -> None:
    """Give `row` the fields of the unbound `form`. New fields get their initial values."""
    before = set(row.fields)
    there = (*row.values, *row.start, *row.files)
    kept = {local: row.field_of(local) in form.fields for local in there}
    row.describe(form, prefix)
    added = {
        local: posted
        for local, posted in given.fresh(form, prefix).items()
        if row.field_of(local) not in before
    }
    row.values = {local: posted for local, posted in row.values.items() if kept[local]} | added
    row.start = {local: posted for local, posted in row.start.items() if kept[local]} | added
    row.files = {local: chosen for local, chosen in row.files.items() if kept[local]}
