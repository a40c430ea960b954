"""The HTML of one field's controls in a row, and what they post, for the values of the row.

A text control is rendered once, with a gap for its text. A widget with choices is rendered once
for each choice. All other widgets, and any that is not entirely Django's, are rendered for
every row.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

from django.forms import BaseForm, BoundField, Field, FileField, fields, widgets
from django.forms.widgets import CheckboxInput, ChoiceWidget, Input, MultiWidget, Textarea, Widget

from clientforms.engine.html.html_controls import sanitized, submitted
from clientforms.engine.html.unoffered_values import with_lost
from clientforms.engine.introspection.plain_templates import is_djangos_template
from clientforms.engine.post.control_names import to_local

__all__ = [
    "GAP",
    "Renderer",
    "WidgetStamp",
    "fresh_text",
    "is_certain",
    "is_choice",
    "is_djangos",
    "is_djangos_widget",
    "stamp_widget",
]

GAP = "\0"
"""Stands where the text goes; it cannot occur in HTML."""

Values = Mapping[str, Sequence[str]]

_PROBE = "clientforms7text"
_WIDGET_SAYS = (
    "__getattribute__", "__getattr__", "render", "_render", "get_context", "format_value",
    "build_attrs", "value_from_datadict", "use_required_attribute", "subwidgets", "is_hidden",
    "optgroups", "options", "create_option", "id_for_label", "decompress",
)  # fmt: skip
_OWN_ATTRS = {"type", "name", "value", "checked", "disabled", "form"}
_INCLUDED = ("django/forms/widgets/input.html", "django/forms/widgets/attrs.html")
_NO_TEXT = (
    CheckboxInput, widgets.FileInput, widgets.PasswordInput, widgets.MultipleHiddenInput,
)  # fmt: skip
_KEEP_TEXT = (Field, fields.DateTimeField, fields.DurationField, fields.UUIDField)
_PLAIN = (
    str, int, bool, float, type(None), decimal.Decimal, uuid.UUID,
    datetime.date, datetime.datetime, datetime.time, datetime.timedelta,
)  # fmt: skip
_KNOWN = 500  # cached at most, for each field


class Renderer(Protocol):
    """Renders fields of one row's form: what a stamp provides."""

    @property
    def form(self) -> BaseForm: ...
    @property
    def prefix(self) -> str: ...
    def field_of(self, local: str) -> str | None: ...
    def blank(self, name: str, initial: Mapping[str, Any]) -> str: ...
    def held(
        self, name: str, values: Values, initial: Mapping[str, Any], prefix: str | None = None
    ) -> str: ...


def is_djangos(cls: type, names: Sequence[str]) -> bool:
    """Return whether Django or Python itself defines all of these attributes of `cls`."""
    for name in names:
        owner = _owner(cls, name)
        if owner is not None and not owner.__module__.startswith(("django.", "builtins")):
            return False
    return True


def stamp_widget(form: Renderer, name: str, local: str) -> WidgetStamp:
    """Return the stamp for the controls of the field `name`, whose local name is `local`."""
    field = form.form.fields[name]
    if field.localize:
        field.widget.is_localized = True  # as rendering it will
    certain = is_certain(field, form.form.renderer)
    if certain and _is_text(field.widget):
        stamp = TextStamp(form, name, local)
        return stamp if stamp.learn() else WidgetStamp(form, name, local)
    if certain and is_choice(field, field.widget):
        return ChoiceStamp(form, name, local)
    return WidgetStamp(form, name, local)


def fresh_text(bound_field: BoundField) -> str | None:
    """Return what the field's one control posts untouched; None if Django has to render it."""
    field, widget = bound_field.field, bound_field.field.widget
    if (
        type(bound_field) is not BoundField
        or not _is_text(widget)
        or not is_certain(field, bound_field.form.renderer)
    ):
        return None
    if field.localize:
        widget.is_localized = True  # as rendering it will
    return _posted_text(widget, bound_field.value())


class WidgetStamp:
    """A field whose controls Django renders for each row."""

    holds_text = False

    def __init__(self, form: Renderer, name: str, local: str) -> None:
        self.name = name
        self._form = form
        self._local = local
        self._field = form.form.fields[name]
        self._widget = self._field.widget

    def fresh(self, initial: Mapping[str, Any]) -> dict[str, list[str]]:
        """Return what the field's untouched controls post in a row with this initial data."""
        posted = submitted(self._form.blank(self.name, initial))
        form = self._form.form
        bound_field = self._field.get_bound_field(form, self.name)
        return {
            to_local(name, self._form.prefix) or name: values
            for name, values in with_lost(posted, bound_field).items()
        }

    def read(
        self, prefix: str, values: Values, initial: Mapping[str, Any]
    ) -> tuple[Any, str | None]:
        """Return the key for `look()`, and what goes into the gap if there is one.

        That is text if the stamp `holds_text`, and HTML otherwise.
        """
        own = {local: posted for local, posted in values.items() if self._is_own(local)}
        return True, self._form.held(self.name, own, initial, prefix)

    def look(self, choice: Any) -> str:
        """Return the HTML for a key that `read()` returned."""
        return GAP

    def has_gap(self, choice: Any) -> bool:
        """Return whether the HTML for that key has a gap."""
        return True

    def _is_own(self, local: str) -> bool:
        return self._form.field_of(local) == self.name


class TextStamp(WidgetStamp):
    """A field with one control that holds text."""

    holds_text = True

    def __init__(self, form: Renderer, name: str, local: str) -> None:
        super().__init__(form, name, local)
        widget, field = type(self._widget), type(self._field)
        self._kind = _kind_of(self._widget)
        self._keeps_text = (
            _owner(field, "bound_data") is Field and _owner(field, "prepare_value") in _KEEP_TEXT
        )
        self._keeps_blank = _owner(widget, "format_value") is not Widget
        self._empty = self._filled = ""

    def fresh(self, initial: Mapping[str, Any]) -> dict[str, list[str]]:
        value = initial.get(self.name, self._field.initial)
        if type(value) is str and self._keeps_text:
            return {self._local: [sanitized(self._kind, value)]}
        form = self._form.form
        form.initial = initial
        value = form.get_initial_for_field(self._field, self.name)
        text = _posted_text(self._widget, self._field.prepare_value(value))
        return super().fresh(initial) if text is None else {self._local: [text]}

    def read(
        self, prefix: str, values: Values, initial: Mapping[str, Any]
    ) -> tuple[Any, str | None]:
        posted = values.get(self._local)
        text = posted[-1] if posted else None
        if not self._keeps_text:
            field = self._field
            text = self._widget.format_value(field.prepare_value(field.bound_data(text, None)))
        elif not text and not self._keeps_blank:
            return False, None
        return (False, None) if text is None else (True, str(text))

    def look(self, choice: Any) -> str:
        return self._filled if choice else self._empty

    def has_gap(self, choice: Any) -> bool:
        return bool(choice)

    def learn(self) -> bool:
        """Render the control with and without text; return whether the gap was found."""
        blanks: list[dict[str, list[str]]] = [{}, {self._local: [""]}]
        blank = next((posted for posted in blanks if self.read("", posted, {})[1] is None), None)
        if blank is None:
            return False
        self._empty = self._form.held(self.name, blank, {})
        filled = self._form.held(self.name, {self._local: [_PROBE]}, {})
        self._filled = filled.replace(_PROBE, GAP)
        return self._filled.count(GAP) == 1


class ChoiceStamp(WidgetStamp):
    """A field whose controls take few different values."""

    def __init__(self, form: Renderer, name: str, local: str) -> None:
        super().__init__(form, name, local)
        self._is_single = not isinstance(self._widget, (MultiWidget, widgets.SelectDateWidget))
        self._fresh: dict[Any, dict[str, list[str]]] = {}

    def fresh(self, initial: Mapping[str, Any]) -> dict[str, list[str]]:
        key = _key(initial.get(self.name, self._field.initial))
        if key is None:
            return super().fresh(initial)
        if key not in self._fresh:
            if len(self._fresh) >= _KNOWN:
                self._fresh.clear()
            self._fresh[key] = super().fresh(initial)
        return {local: list(posted) for local, posted in self._fresh[key].items()}

    def read(
        self, prefix: str, values: Values, initial: Mapping[str, Any]
    ) -> tuple[Any, str | None]:
        if self._is_single:
            posted = values.get(self._local)
            return None if posted is None else tuple(posted), None
        own = {local: tuple(posted) for local, posted in values.items() if self._is_own(local)}
        return tuple(own.items()), None

    def look(self, choice: Any) -> str:
        if self._is_single:
            return self._form.held(self.name, {} if choice is None else {self._local: choice}, {})
        return self._form.held(self.name, dict(choice), {})

    def has_gap(self, choice: Any) -> bool:
        return False


def is_certain(field: Field, renderer: Any) -> bool:
    """Return whether Django's own code alone decides what the field's controls look like and post."""
    return (
        not field.disabled
        and not field.show_hidden_initial
        and not isinstance(field, FileField)
        and _is_sure(field.widget, renderer)
    )


def _is_sure(widget: Widget, renderer: Any) -> bool:
    return (
        not _OWN_ATTRS & set(widget.attrs)
        and is_djangos_widget(widget, renderer)
        and all(_is_sure(subwidget, renderer) for subwidget in getattr(widget, "widgets", ()))
    )


def is_djangos_widget(widget: Widget, renderer: Any) -> bool:
    """Return whether Django's own code and templates alone make the widget's HTML."""
    kind: Any = type(widget)
    own = [getattr(widget, name, None) for name in ("template_name", "option_template_name")]
    return _is_sure_kind(kind, tuple(filter(None, own)), renderer)


@lru_cache(maxsize=_KNOWN)
def _is_sure_kind(kind: Any, templates: tuple[str, ...], renderer: Any) -> bool:
    return is_djangos(kind, _WIDGET_SAYS) and all(
        is_djangos_template(renderer, template_name) for template_name in (*templates, *_INCLUDED)
    )


def _posted_text(widget: Widget, value: Any) -> str | None:
    """Return what a text control showing `value` posts; None if the value is marked as HTML."""
    shown = widget.format_value(value)
    if hasattr(shown, "__html__"):  # templates do not escape it
        return None
    return sanitized(_kind_of(widget), "" if shown is None else str(shown))


def _kind_of(widget: Widget) -> str:
    return getattr(widget, "input_type", "") or "textarea"


def _is_text(widget: Widget) -> bool:
    return isinstance(widget, (Input, Textarea)) and not isinstance(widget, _NO_TEXT)


def is_choice(field: Field, widget: Widget) -> bool:
    """Return whether the widget takes few different values, which do not change later."""
    if isinstance(widget, CheckboxInput):
        return widget.check_test is widgets.boolean_check
    if isinstance(widget, ChoiceWidget):  # those of a function or query may differ later
        return isinstance(widget.choices, (list, tuple))
    return isinstance(widget, (MultiWidget, widgets.SelectDateWidget))


def _key(value: Any) -> Any:
    if type(value) in _PLAIN:
        return type(value), value
    if type(value) in (list, tuple):
        keys = tuple(_key(member) for member in value)
        return None if None in keys else (type(value), keys)
    return None


def _owner(cls: type, name: str) -> type | None:
    return next((base for base in cls.__mro__ if name in vars(base)), None)
