"""Monkeypatches that speed up hot paths in Django without changing results.

A page calls `install()` when it configures Django, and so does the build when it renders a page.
Do not call it on a server: the active language is not kept per thread here.
"""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any

from django.forms import BaseForm, ChoiceField, DateField, DateTimeField, TimeField
from django.forms.widgets import ChoiceWidget
from django.utils import timezone
from django.utils.translation import trans_real

from clientforms.engine.html import long_selects
from clientforms.engine.shortcuts import switch

__all__ = ["install"]


def install() -> None:
    """Replace Django's functions, unless shortcuts are off."""
    if not switch.are_on():
        return
    BaseForm.has_changed = _has_changed
    DateField.strptime = _date
    TimeField.strptime = _time
    DateTimeField.strptime = _date_and_time
    ChoiceField.__deepcopy__ = long_selects.copy_field
    ChoiceWidget.__deepcopy__ = long_selects.copy_widget
    ChoiceWidget.render = long_selects.render
    for module in (trans_real, timezone):
        active: Any = module
        if not isinstance(active._active, _Active):
            active._active = _Active(active._active)


class _Active:
    """The active language or time zone, as one attribute `value` that may be missing.

    Django keeps one for each thread and task, and looking that up takes longer than the rest of a
    translation. A page has one reader.
    """

    def __init__(self, before: Any) -> None:
        if hasattr(before, "value"):
            self.value = before.value


def _has_changed(self: BaseForm) -> bool:
    """Return True if data differs from initial, stopping at the first field that does."""
    known = self.__dict__
    differs: bool | None = known.get("_differs")
    if differs is None:
        if "changed_data" in known or type(self).changed_data is not _CHANGED_DATA:
            return bool(self.changed_data)
        differs = known["_differs"] = any(self[name]._has_changed() for name in self.fields)
    return differs


_CHANGED_DATA = BaseForm.changed_data


# Cleaning a form parses each date twice, and again for each key typed into another field.
@lru_cache(maxsize=2000)
def _parsed(value: str, format: str) -> datetime.datetime:
    return datetime.datetime.strptime(value, format)


def _date(self: DateField, value: str, format: str) -> datetime.date:
    return _parsed(value, format).date()


def _time(self: TimeField, value: str, format: str) -> datetime.time:
    return _parsed(value, format).time()


def _date_and_time(self: DateTimeField, value: str, format: str) -> datetime.datetime:
    return _parsed(value, format)
