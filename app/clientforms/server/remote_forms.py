"""The description of a remote form, which a page gets instead of its Python: fields, labels, widgets, limits and HTML.

Nothing of its code is among that, and none of its rules but the attributes that Django writes into HTML, and which
files are required.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.forms import BaseForm, BaseFormSet, BoundField, Field, FileField, Widget, widgets
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clientforms.server.page_addresses import page_addresses
from clientforms.server.plain_choices import plain_choices

__all__ = ["empty_form_html", "remote_attributes"]


def remote_attributes(kind: str, form: BaseForm | BaseFormSet) -> dict[str, str]:
    """Return the attributes of the element around a remote form. Raises ImproperlyConfigured if nobody would answer."""
    name = type(form).__name__
    if not page_addresses():
        raise ImproperlyConfigured(
            f"{name} is registered with packed=False, so its page asks the server. Let it answer: "
            'path("clientforms/", include("clientforms.server.urls")).'
        )
    return {
        f"data-{kind}": f"remote.{name}",
        "data-clientforms-description": json.dumps(_description(form), ensure_ascii=False),
    }


def empty_form_html(form: BaseForm | BaseFormSet, inside: str) -> SafeString:
    """Return what new rows are copied from, nothing if the markup `inside` has an empty form of its own."""
    if not isinstance(form, BaseFormSet) or f"{form.add_prefix('__prefix__')}-" in inside:
        return SafeString("")
    return format_html("<template>{}</template>", form.empty_form)


def _description(form: BaseForm | BaseFormSet) -> dict[str, Any]:
    if not isinstance(form, BaseFormSet):
        return {"fields": [_field(bound_field) for bound_field in form]}
    limits = (
        "min_num",
        "max_num",
        "absolute_max",
        "extra",
        "can_order",
        "can_delete",
        "can_delete_extra",
    )
    own = (ORDERING_FIELD_NAME, DELETION_FIELD_NAME)  # which the page's formset adds itself
    return {
        "fields": [_field(each) for each in form.empty_form if each.name not in own],
        "limits": {name: getattr(form, name) for name in limits},
    }


def _field(bound_field: BoundField) -> dict[str, Any]:
    field = bound_field.field
    said = {
        "name": bound_field.name,
        "label": str(bound_field.label),
        "help": str(bound_field.help_text),
        "isFile": isinstance(field, FileField),
        "noFile": _said_without_file(field),
        "isDisabled": field.disabled,
        "initial": _plain(field.widget, field.prepare_value(bound_field.initial)),
        "widget": _widget(field.widget),
    }
    return {key: value for key, value in said.items() if value not in (None, "", False)}


def _said_without_file(field: Field) -> str:
    """Return what is wrong if no file was chosen, empty if nothing. The page checks that: no question carries files."""
    is_needed = isinstance(field, FileField) and field.required
    return str(field.error_messages["required"]) if is_needed else ""


def _widget(widget: Widget) -> dict[str, Any]:
    """Return the class of Django's that a widget is nearest to, and its values."""
    classes = (each for each in type(widget).__mro__ if each.__module__ == widgets.__name__)
    said: dict[str, Any] = {"class": next(classes).__name__, "attrs": _attrs(widget)}
    if isinstance(widget, widgets.ChoiceWidget):
        said["choices"] = plain_choices(widget.choices)
    if isinstance(widget, widgets.MultiWidget):
        said["widgets"] = [_widget(inner) for inner in widget.widgets]
        said["suffixes"] = list(widget.widgets_names)
    if isinstance(widget, widgets.SelectDateWidget):
        said["years"] = [int(year) for year in widget.years]
    if isinstance(widget, widgets.Input):
        said["inputType"] = widget.input_type
    return said


def _attrs(widget: Widget) -> dict[str, Any]:
    return {
        name: value if isinstance(value, (bool, int)) else str(value)
        for name, value in widget.attrs.items()
    }


def _plain(widget: Widget, value: Any) -> Any:
    """Return an initial value as the widget's controls show it."""
    if value is None or isinstance(value, bool) or isinstance(widget, widgets.MultiWidget):
        return value if isinstance(value, bool) else None
    shown = widget.format_value(value)
    if isinstance(shown, (list, tuple)):
        return [str(each) for each in shown]
    return None if isinstance(shown, dict) or shown is None else str(shown)
