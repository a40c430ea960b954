"""Fields in a disabled `<fieldset>`, whose controls post nothing.

Django would report that they are required, though nobody can fill them in. They are cleaned as
if they were optional, and their errors are dropped.
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
    """Return the fields of `row` whose controls are all in a disabled fieldset."""
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
    """Make the fields `names` optional while Django cleans `form`."""
    required = [field for name, field in form.fields.items() if name in names and field.required]
    for field in required:
        field.required = False
    try:
        yield
    finally:
        for field in required:
            field.required = True


def drop_errors(form: BaseForm, names: Collection[str]) -> None:
    """Drop the errors of the fields `names` from the cleaned `form`."""
    for name in names:
        form._errors.pop(name, None)
