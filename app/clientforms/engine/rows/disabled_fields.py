"""Fields that stand in a disabled `<fieldset>`: their controls post nothing, so nothing is said of them.

Django, to which nothing is posted, would say that they are required: whoever made the page lets nobody
fill them in. They are cleaned as if they were not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.forms import BaseForm

from clientforms.engine.rows.control_errors import DISABLED
from clientforms.engine.rows.row import Row

__all__ = ["disabled_fields", "drop_errors", "not_required"]

_INITIAL = "initial-"


def disabled_fields(row: Row) -> frozenset[str]:
    """Return the fields of `row` all of whose controls stand in a disabled fieldset."""
    if not row.control_errors:
        return frozenset()
    found = {
        row.field_of(local)
        for local, error in row.control_errors.items()
        if error.kind == DISABLED and not local.startswith(_INITIAL)
    }
    if not found:
        return frozenset()
    posted = {row.field_of(local) for local in row.values if not local.startswith(_INITIAL)}
    return frozenset(name for name in found - posted if name is not None)


@contextmanager
def not_required(form: BaseForm, names: Collection[str]) -> Iterator[None]:
    """Have Django require none of the fields `names` for as long as it cleans `form`."""
    required = [field for name, field in form.fields.items() if name in names and field.required]
    for field in required:
        field.required = False
    try:
        yield
    finally:
        for field in required:
            field.required = True


def drop_errors(form: BaseForm, names: Collection[str]) -> None:
    """Drop what is said of the fields `names` of the cleaned `form`."""
    for name in names:
        form._errors.pop(name, None)
