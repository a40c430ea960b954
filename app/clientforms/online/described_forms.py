"""Creates form and formset classes from a server's description. Their only validation rule is a required file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import (
    BaseForm,
    BaseFormSet,
    Field,
    FileField,
    Form,
    Widget,
    formset_factory,
    widgets,
)

__all__ = ["described_class"]


def described_class(
    description: Mapping[str, Any], name: str
) -> type[BaseForm] | type[BaseFormSet]:
    """Return the class for a server's description: a formset class if it has limits, otherwise a form class."""
    fields = {said["name"]: _field(said) for said in description["fields"]}
    form_class: type[BaseForm] = type(name, (Form,), {"__module__": __name__, **fields})
    limits = description.get("limits")
    if limits is None:
        return form_class
    made: type[BaseFormSet] = formset_factory(form_class, **limits)
    made.__name__ = made.__qualname__ = name
    return made


class OpaqueField(Field):
    """A field that accepts any value. The server validates it."""

    @property
    def choices(self) -> Any:
        """The choices of the widget, empty if it has none. Django's choice fields have this attribute too."""
        return getattr(self.widget, "choices", [])

    @choices.setter
    def choices(self, choices: Any) -> None:
        self.widget.choices = choices

    def clean(self, value: Any) -> Any:
        """Return the value."""
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether the submitted values differ from the initial values."""
        return not self.disabled and _texts(initial) != _texts(data)


class OpaqueFileField(FileField):
    """A file field that accepts any file. Questions do not contain files, so the page reports a missing file itself."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the file. Raises ValidationError if the field is required and there is no file."""
        if self.required and not (data or initial):
            raise ValidationError(self.error_messages["required"], code="required")
        return data or initial


class OpaqueMultiWidget(widgets.MultiWidget):
    """A widget with several controls. Only the server can combine their values."""

    def decompress(self, value: Any) -> list[Any]:
        """Return None for each control: the server's HTML contains their values."""
        return [None for _ in self.widgets]


def _field(said: Mapping[str, Any]) -> Field:
    field_class = OpaqueFileField if said.get("isFile") else OpaqueField
    without_file = str(said.get("noFile", ""))
    return field_class(
        required=bool(without_file),
        error_messages={"required": without_file} if without_file else None,
        label=said.get("label", ""),
        help_text=said.get("help", ""),
        disabled=bool(said.get("isDisabled")),
        initial=said.get("initial"),
        widget=_widget(said["widget"]),
    )


def _widget(said: Mapping[str, Any]) -> Widget:
    widget_class: Any = getattr(widgets, said["class"])
    attrs = dict(said["attrs"])
    if said["class"] in ("Widget", "Input"):
        widget_class = widgets.TextInput
    if said["class"] == "MultiWidget":
        inner = {
            suffix.removeprefix("_"): _widget(each)
            for suffix, each in zip(said["suffixes"], said["widgets"], strict=True)
        }
        return OpaqueMultiWidget(inner, attrs)
    if said["class"] == "SelectDateWidget":
        return widgets.SelectDateWidget(attrs, years=said["years"])
    made: Widget = widget_class(attrs)
    if "choices" in said:
        made.choices = _choices(said["choices"])
    if "inputType" in said:
        made.input_type = said["inputType"]
    for inner_widget, inner_said in zip(
        getattr(made, "widgets", ()), said.get("widgets", ()), strict=False
    ):
        inner_widget.attrs = dict(inner_said["attrs"])
    return made


def _choices(said: list[Any]) -> list[tuple[str, Any]]:
    return [(value, _choices(label) if isinstance(label, list) else label) for value, label in said]


def _texts(value: Any) -> list[str]:
    if isinstance(value, (list, tuple)):
        return sorted(str(each) for each in value if each not in (None, ""))
    return [] if value in (None, "", False) else [str(value)]
