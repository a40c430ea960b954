"""Which fields are required, for those who hear a form or see it.

In formsets Django leaves the attribute `required` out, because a browser would refuse rows that are
left blank. `aria-required` says the same and refuses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from django.forms import (
    BaseForm,
    CheckboxInput,
    CheckboxSelectMultiple,
    Field,
    FileInput,
    RadioSelect,
)
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME

__all__ = ["MARKS", "SILENT_TYPES", "expose_required", "marks_of"]

MARKS = "data-clientforms-marks"
"""Says on a container which fields a style sheet marks: `required` or `optional`, the rarer kind."""

_REQUIRED = "aria-required"
# HTML has the role of these say nothing of it (ARIA in HTML; ARIA 1.2, aria-required).
_SILENT = (CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect)
SILENT_TYPES = ("checkbox", "color", "file", "hidden", "radio", "range")
"""Types of controls that do not get it."""


def expose_required(form: BaseForm) -> list[tuple[MutableMapping[str, Any], str]]:
    """Give the required fields of a form in a formset `aria-required`.

    Returns what was added, pairs of a widget's attributes and a name.
    """
    if form.use_required_attribute:
        return []
    added: list[tuple[MutableMapping[str, Any], str]] = []
    for field in form.fields.values():
        widget = field.widget
        if not field.required or isinstance(widget, _SILENT) or _REQUIRED in widget.attrs:
            continue
        if getattr(widget, "input_type", "") in SILENT_TYPES:
            continue
        if widget.use_required_attribute(field.initial):
            widget.attrs[_REQUIRED] = "true"
            added.append((widget.attrs, _REQUIRED))
    return added


def marks_of(fields: Mapping[str, Field]) -> str:
    """Return which fields to mark, `required` or `optional`: those that are fewer; nothing for none."""
    own = (DELETION_FIELD_NAME, ORDERING_FIELD_NAME)
    seen = [
        field for name, field in fields.items() if not field.widget.is_hidden and name not in own
    ]
    required = sum(field.required for field in seen)
    if required in (0, len(seen)):
        return ""
    return "required" if required * 2 <= len(seen) else "optional"
