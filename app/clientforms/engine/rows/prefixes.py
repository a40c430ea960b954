"""Renumber rows without cleaning their forms again, if that is safe.

Most forms do not read their own number. A form that might is cleaned again.
"""

from __future__ import annotations

from django.forms import BaseFormSet, BaseModelFormSet

from clientforms.engine.introspection.code_mentions import mentions
from clientforms.engine.rows.row import Row

__all__ = ["looks_at_its_number", "put_under"]

_TELLING = frozenset(
    {
        "prefix", "add_prefix", "add_initial_prefix", "html_name", "html_initial_name", "auto_id",
        "id_for_label", "data", "files", "widget_data", "render",
    }
)  # fmt: skip
"""Names that let code read a form's number."""


def looks_at_its_number(formset_class: type[BaseFormSet]) -> bool:
    """Return whether cleaning a form of the class may depend on the form's number."""
    if issubclass(formset_class, BaseModelFormSet):
        return True  # the number identifies the object
    form_class = formset_class.form
    fields = list(form_class.base_fields.values())
    classes: list[type] = [
        form_class,
        *map(type, fields),
        *(type(field.widget) for field in fields),
    ]
    return any(mentions(cls, _TELLING) for cls in classes)


def put_under(row: Row, prefix: str) -> None:
    """Change the prefix of the row's cleaned form."""
    form = row.form
    if form is None:
        return
    form.prefix = prefix
    form._bound_fields_cache = {}
    for name, errors in (form._errors or {}).items():
        if getattr(errors, "field_id", None) and name in form.fields:
            errors.field_id = form[name].auto_id
