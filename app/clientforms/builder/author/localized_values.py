"""Find widgets that write dates, times and numbers as people do, into controls that want them as computers do."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.forms import DateTimeInput, Field, MultiWidget, TimeInput, Widget
from django.forms.widgets import DateTimeBaseInput, Input

__all__ = ["localized_values"]

_MOMENT = datetime.datetime(2026, 12, 31, 23, 59)
_NUMBER = Decimal("1234.5")
_FORMATS = {
    "date": "%Y-%m-%d",
    "datetime-local": "%Y-%m-%dT%H:%M",
    "month": "%Y-%m",
    "time": "%H:%M",
    "week": "%G-W%V",
}
_KINDS = {"date": "a date box", "datetime-local": "a box for date and time", "month": "a month box",
          "time": "a time box", "week": "a week box"}  # fmt: skip


def localized_values(fields: Iterable[tuple[str, Field]]) -> Iterator[tuple[str, str]]:
    """Yield the names of fields whose values a browser would leave out in the active language, and why, with the remedy.

    A browser shows nothing for `31.12.2026` in a date box, and saves nothing then.
    """
    for name, field in fields:
        for widget in _parts(field.widget):
            if isinstance(widget, Input) and (why := _reason(widget)):
                yield name, why


def _parts(widget: Widget) -> Iterator[Widget]:
    if isinstance(widget, MultiWidget):
        for part in widget.widgets:
            yield from _parts(part)
    else:
        yield widget


def _reason(widget: Input) -> str:
    kind = str(widget.input_type)
    name = type(widget).__name__
    if kind in _FORMATS and isinstance(widget, DateTimeBaseInput):
        wanted = _FORMATS[kind]
        written = str(widget.format_value(_value(widget)))
        # Seconds are allowed, though a browser shows them.
        if not written.startswith(_MOMENT.strftime(wanted)):
            return (
                f"its {name} writes {written} into {_KINDS[kind]} (type={kind}), which browsers then leave empty. "
                f'Give the widget format="{wanted}"'
            )
    elif kind in ("number", "range") and widget.is_localized:
        written = str(widget.format_value(_NUMBER))
        if written != str(_NUMBER):
            return (
                f"its {name} writes {written} into a number box (type={kind}), which browsers then leave empty. "
                "Leave out localize=True, or use a TextInput"
            )
    return ""


def _value(widget: DateTimeBaseInput) -> Any:
    if isinstance(widget, TimeInput):
        return _MOMENT.time()
    return _MOMENT if isinstance(widget, DateTimeInput) else _MOMENT.date()
