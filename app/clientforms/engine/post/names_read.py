"""Find controls that a widget reads though they are not named after its field, as captchas add."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.forms import BaseForm, MultiWidget, Widget
from django.utils.datastructures import MultiValueDict

from clientforms.engine.post.control_names import field_of

__all__ = ["names_beside"]


class _Blank(MultiValueDict[str, Any]):
    """An empty POST that records which names are looked up in it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[str, None] = {}

    def __contains__(self, name: object) -> bool:
        self.asked[str(name)] = None
        return False

    def __getitem__(self, name: str) -> Any:
        self.asked[name] = None
        return super().__getitem__(name)

    def getlist(self, name: str, default: Any = None) -> Any:
        self.asked[name] = None
        return super().getlist(name, default)


def names_beside(form: BaseForm) -> dict[str, str]:
    """Return names that widgets of `form` read but that match no field, mapped to the field."""
    html_names = [(name, form.add_prefix(name)) for name in form.fields]
    return {
        read: name
        for name, html_name in html_names
        for read in _read(form.fields[name].widget, html_name)
        if field_of(read, html_names) is None
    }


def _read(widget: Widget, html_name: str) -> Iterable[str]:
    """Return the names that `widget` looks up in a POST, none for most of Django's widgets.

    Exceptions are ignored, because cleaning the form raises them again.
    """
    reads = type(widget).value_from_datadict
    if reads.__module__.startswith("django.forms.") and not isinstance(widget, MultiWidget):
        return ()
    blank = _Blank()
    with suppress(Exception):
        widget.value_from_datadict(blank, MultiValueDict(), html_name)
    return blank.asked
