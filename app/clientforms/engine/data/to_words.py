"""Cleaned data as people see them in the form: labels, the names of choices, dates in their language."""

from __future__ import annotations

import datetime
import decimal
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import (
    BaseForm,
    DateField,
    DateTimeField,
    DecimalField,
    DurationField,
    Field,
    FileField,
    NullBooleanField,
    PasswordInput,
    SplitDateTimeField,
    TimeField,
)
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from django.forms.utils import pretty_name
from django.utils.choices import flatten_choices
from django.utils.dateparse import parse_date, parse_datetime, parse_duration, parse_time
from django.utils.duration import duration_string
from django.utils.formats import localize
from django.utils.timezone import template_localtime
from django.utils.translation import gettext as in_djangos_words

from clientforms.engine.data.formsets_in_forms import formsets_of

__all__ = ["FormWords", "Words", "field_label"]

_SECRET = "•" * 8
_MANAGEMENT = (DELETION_FIELD_NAME, ORDERING_FIELD_NAME)


@dataclass(frozen=True, slots=True)
class Words:
    """What a field is called, and the text of its value, or the rows of a formset in its place.

    A text that `needs_label` says nothing without it: "Yes".
    """

    name: str
    label: str
    text: str
    rows: Sequence[Sequence[Words]] = ()
    needs_label: bool = False


class FormWords:
    """Says what people see of data that `form`, or another of its class, has cleaned."""

    def __init__(self, form: BaseForm) -> None:
        self._form = form
        self._choices: dict[str, dict[str, str]] = {}
        self._nested = {
            name: FormWords(formset.empty_form) for name, formset in formsets_of(form).items()
        }

    def of_rows(self, rows: Iterable[Any]) -> list[list[Words]]:
        """Return the words for a formset's `rows`, plain values, without blank and deleted ones.

        They are in the order that their ORDER says, those without it last.
        """
        found = [
            row
            for row in rows
            if isinstance(row, Mapping) and row and not row.get(DELETION_FIELD_NAME)
        ]
        found.sort(key=_order)
        return [self.of(row) for row in found]

    def of(self, cleaned: Mapping[str, Any]) -> list[Words]:
        """Return the words for the plain values `cleaned`, in the order of the form's fields."""
        fields = self._form.fields
        shown = [name for name in fields if name in cleaned and not fields[name].widget.is_hidden]
        others = [name for name in cleaned if name not in fields]
        return [
            self._words(name, cleaned[name])
            for name in (*shown, *others)
            if name not in _MANAGEMENT
        ]

    def _words(self, name: str, value: Any) -> Words:
        field = self._form.fields.get(name)
        if field is None:
            rows = value if name in self._nested and isinstance(value, list) else ()
            inner = self._nested[name].of_rows(rows) if rows else ()
            text = "" if inner else _plain(value)
            return Words(name, pretty_name(name), text, inner, isinstance(value, bool))
        label = field_label(name, field)
        return Words(name, label, self._text(name, field, value), (), isinstance(value, bool))

    def _text(self, name: str, field: Field, value: Any) -> str:
        if isinstance(field.widget, PasswordInput):
            return _SECRET if value else ""
        if hasattr(field, "choices"):
            values = value if isinstance(value, list) else [value]
            return ", ".join(self._choice(name, field, each) for each in values)
        match field:
            case FileField():
                return str(value["name"]) if isinstance(value, Mapping) and "name" in value else ""
            case NullBooleanField() if value is None:
                return in_djangos_words("Unknown")
            case DecimalField() if isinstance(value, str):
                return str(localize(_decimal(value)))
            case SplitDateTimeField() | DateTimeField():
                return _moment(value, parse_datetime)
            case DateField():
                return _moment(value, parse_date)
            case TimeField():
                return _moment(value, parse_time)
            case DurationField() if isinstance(value, str):
                return _duration(value)
        return _plain(value)

    def _choice(self, name: str, field: Any, value: Any) -> str:
        if name not in self._choices:
            choices = flatten_choices(field.choices)
            self._choices[name] = {str(key): str(label) for key, label in choices}
        empty = value is None or value == ""
        return self._choices[name].get(str(value), _plain(value)) if not empty else ""


def field_label(name: str, field: Field) -> str:
    """Return what a field is called in its form, as Django does."""
    return pretty_name(name) if field.label is None else str(field.label)


def _order(row: Mapping[str, Any]) -> tuple[bool, int]:
    order = row.get(ORDERING_FIELD_NAME)
    return (False, order) if isinstance(order, int) else (True, 0)


def _moment(value: Any, parse: Any) -> str:
    try:
        found = parse(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if isinstance(found, datetime.datetime):
        found = template_localtime(found)
    return _plain(value) if found is None else str(localize(found))


def _duration(value: str) -> str:
    found = parse_duration(value)
    return value if found is None else duration_string(found)


def _decimal(value: str) -> decimal.Decimal | str:
    try:
        return decimal.Decimal(value)
    except decimal.InvalidOperation:
        return value


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return in_djangos_words("Yes") if value else in_djangos_words("No")
        case int() | float():
            return str(localize(value))
        case list() if all(isinstance(member, (str, int, float)) for member in value):
            return ", ".join(map(_plain, value))
        case list() | dict():
            return json.dumps(value, ensure_ascii=False)
    return str(value)
