"""The description of a remote form, which a page gets instead of its source code: fields, labels, widgets and limits.

It contains no code, and no validation rules except which files are required and the attributes that Django writes
into the HTML.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.forms import BaseForm, BaseFormSet, BoundField, Field, FileField, Widget, widgets
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clientforms.engine.html.added_attributes import adding_attributes
from clientforms.engine.html.row_names import row_label_of
from clientforms.server.page_addresses import page_addresses
from clientforms.server.plain_choices import plain_choices

__all__ = ["empty_form_html", "remote_attributes"]


def remote_attributes(kind: str, form: BaseForm | BaseFormSet) -> dict[str, str]:
    """Return the attributes of the element around a remote form.

    Raises ImproperlyConfigured if the project has no URL and no WebSocket for the page's questions.
    """
    name = type(form).__name__
    if not page_addresses():
        raise ImproperlyConfigured(
            f"{name} is registered with packed=False, so its page asks the server. Add the URLs: "
            'path("clientforms/", include("clientforms.server.urls")).'
        )
    named = {"data-row-label": row_label_of(type(form))} if isinstance(form, BaseFormSet) else {}
    return {
        f"data-{kind}": f"remote.{name}",
        **named,
        "data-clientforms-description": json.dumps(_description(form), ensure_ascii=False),
    }


def empty_form_html(form: BaseForm | BaseFormSet, inside: str) -> SafeString:
    """Return a template for new rows, or an empty string if the markup `inside` already has an empty form."""
    if not isinstance(form, BaseFormSet) or f"{form.add_prefix('__prefix__')}-" in inside:
        return SafeString("")
    empty = form.empty_form
    with adding_attributes([empty]):
        return format_html("<template>{}</template>", empty)


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
    own = (ORDERING_FIELD_NAME, DELETION_FIELD_NAME)  # the page's formset adds these itself
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
    """Return the error for a missing file, empty if the field is optional. The page checks it: questions have no files."""
    is_needed = isinstance(field, FileField) and field.required
    return str(field.error_messages["required"]) if is_needed else ""


def _widget(widget: Widget) -> dict[str, Any]:
    """Return the name of a widget's nearest Django base class, and its options."""
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
    """Return an initial value in the form that the widget's controls display."""
    if value is None or isinstance(value, bool) or isinstance(widget, widgets.MultiWidget):
        return value if isinstance(value, bool) else None
    shown = widget.format_value(value)
    if isinstance(shown, (list, tuple)):
        return [str(each) for each in shown]
    return None if isinstance(shown, dict) or shown is None else str(shown)
