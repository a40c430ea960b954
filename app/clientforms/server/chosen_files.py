"""Files that were chosen in a page. Questions do not contain files, so rules that may need one wait for submission."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm, FileField

__all__ = ["leave_to_submission"]


def leave_to_submission(forms: Iterable[BaseForm], chosen: Collection[str]) -> bool:
    """Suppress the errors of `clean()` in each of the `forms` that has a file `chosen` in the page.

    The forms must not have been cleaned yet. `chosen` contains the names of file controls. A form with a chosen
    file counts as filled in. Returns whether there are any.
    """
    lacking = [form for form in forms if chosen and not _file_names(form).isdisjoint(chosen)]
    for form in lacking:
        form.empty_permitted = False
        own: Any = form
        own.clean = partial(_clean_in_silence, form, form.clean)
    return bool(lacking)


def _file_names(form: BaseForm) -> set[str]:
    fields = form.fields.items()
    return {form.add_prefix(name) for name, field in fields if isinstance(field, FileField)}


def _clean_in_silence(form: BaseForm, clean: Any) -> dict[str, Any]:
    """Run the form's own `clean()`, because later rules may rely on it, and discard its errors."""
    errors: Any = form._errors
    before = {name: found.copy() for name, found in errors.items()}
    cleaned = dict(form.cleaned_data)
    with suppress(ValidationError):  # the error may be about the file
        clean()
    errors.clear()
    errors.update(before)
    return cleaned
