"""Rows whose form depends on their number: fields added by index, labels, choices by index.

Most formsets' forms are all alike, and moving a row is a matter of names. Where the class makes
forms by their index, a row that gets another number gets another form, and keeps what fits it.
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
    """Return whether the class says anything of its own about the form at an index."""
    return any(
        not getattr(formset_class, name).__module__.startswith("django.") for name in _BY_INDEX
    )


def look(form: BaseForm, prefix: str, layout: str) -> str:
    """Return the unbound form's HTML as it would be at any index."""
    return render_form(form, layout).replace(prefix, PLACEHOLDER)


def reshape(row: Row, form: BaseForm, prefix: str) -> None:
    """Give `row` the fields of the unbound `form`: new ones hold what they start with."""
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
