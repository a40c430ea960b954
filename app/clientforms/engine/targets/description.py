"""Describe a live form's fields and a live formset's forms as plain values, for JavaScript.

Names are camelCase (`htmlName`); their meaning is that of Django (`html_name`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.forms import BaseForm

from clientforms.engine.data.to_json import to_plain

if TYPE_CHECKING:
    from clientforms.engine.live.client_formset import ClientFormSet

__all__ = ["describe_fields", "describe_forms"]


def describe_fields(form: BaseForm) -> list[dict[str, Any]]:
    """Return the attributes of Django's bound fields, in order, including hidden fields."""
    return [
        {
            "name": field.name,
            "htmlName": field.html_name,
            "id": field.id_for_label,
            "label": to_plain(str(field.label)),
            "helpText": to_plain(str(field.help_text)),
            "required": field.field.required,
            "disabled": field.field.disabled,
            "isHidden": field.is_hidden,
            "value": to_plain(field.value()),
            "initial": to_plain(field.initial),
            "hasChanged": field.name in form.changed_data,
            "errors": to_plain(field.errors),
        }
        for field in form
    ]


def describe_forms(live: ClientFormSet) -> list[dict[str, Any]]:
    """Return a description of each row, in the order of their numbers."""
    order = live.order
    return [
        {
            "prefix": form.prefix,
            "position": order.index(key),
            "isInitial": index < live.initial_form_count(),
            "isDeleted": live.is_deleted(index),
            "hasChanged": form.has_changed(),
            "changedData": list(form.changed_data),
            "isValid": form.is_valid(),
            "errors": to_plain(form.errors),
            "cleanedData": to_plain(form.cleaned_data) if form.is_valid() else None,
        }
        for index, (key, form) in enumerate(zip(live.keys, live.forms, strict=True))
    ]
