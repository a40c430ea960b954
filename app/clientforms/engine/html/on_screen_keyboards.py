"""Which keyboard a phone shows for numbers that Django writes into plain text controls.

A browser knows the keyboard for most types of controls. Localized numbers have the type `text`.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from django.forms import BaseForm, DecimalField, Field, FloatField, IntegerField

__all__ = ["INPUT_MODE", "fit_keyboards", "mode_of"]

INPUT_MODE = "inputmode"
"""The attribute (HTML standard, "Input modalities")."""


def fit_keyboards(form: BaseForm) -> list[tuple[MutableMapping[str, Any], str]]:
    """Give localized numbers `inputmode`, unless the author did.

    Returns what was added, pairs of a widget's attributes and a name.
    """
    added: list[tuple[MutableMapping[str, Any], str]] = []
    for field in form.fields.values():
        if field.localize and (mode := mode_of(field)):
            attrs = field.widget.attrs
            kind = attrs.get("type", getattr(field.widget, "input_type", ""))
            if kind == "text" and INPUT_MODE not in attrs:
                attrs[INPUT_MODE] = mode
                added.append((attrs, INPUT_MODE))
    return added


def mode_of(field: Field) -> str:
    """Return `numeric` or `decimal` for a number that is never negative, else an empty string.

    The keyboards of iOS for these have no minus sign.
    """
    if not isinstance(field, IntegerField) or field.min_value is None:
        return ""
    least = field.min_value() if callable(field.min_value) else field.min_value
    if least < 0:
        return ""
    return "decimal" if isinstance(field, (DecimalField, FloatField)) else "numeric"
