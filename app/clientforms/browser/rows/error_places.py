"""Find out where errors belong in an author's own markup: where its server put them.

For a field without errors, the place of a field in a similar position is used, or that of Django's
admin, which is at the top of a line, or else that in the form's own template.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from clientforms.browser.dom.formset_markup import element_of, own_elements
from clientforms.browser.rows.error_slots import Slot, place_of
from clientforms.browser.rows.row_view import RowView

__all__ = ["places_in"]

_LINE = ".fieldBox, .form-row"
"""The element around a field in Django's admin, or around several in a tabular row."""


def places_in(views: Iterable[RowView], slots: Mapping[str, Slot]) -> dict[str, Slot]:
    """Return slots learned from the markup of existing rows, which override those in `slots`."""
    found: dict[str, Slot] = {}
    by_path: dict[str, dict[str, Any]] = {}
    rows = [(view, _by_field(view)) for view in views]
    for view, fields in rows:
        for errors in own_elements(view.element, ".errorlist[id]"):
            start = str(errors.id).removesuffix("_error")
            for field, controls in fields.items():
                if field not in found and any(_is_named(control, start) for control in controls):
                    place = place_of(errors, controls, view.element)
                    found[field] = replace(slots.get(field, Slot()), **place)
                    by_path[_path(controls[0], view.element)] = place
    for view, fields in rows[:1]:
        for field, controls in fields.items():
            path = _path(controls[0], view.element)
            like = by_path.get(path) or _in_line(controls, view.element)
            if field not in found and like:
                found[field] = replace(slots.get(field, Slot()), **like)
    return {field: slot for field, slot in found.items() if slots.get(field, slot).is_plain}


def _by_field(view: RowView) -> dict[str, list[Any]]:
    fields: dict[str, list[Any]] = {}
    for control in view.controls():
        field = view.field_of(str(control.name))
        if field and control.type != "hidden" and view.element.contains(control):
            fields.setdefault(field, []).append(control)
    return fields


def _is_named(control: Any, start: str) -> bool:
    return bool(control.id == start or control.id.startswith(f"{start}_"))


def _path(control: Any, row: Any) -> str:
    tags = []
    element = control.parentElement
    while not element.isSameNode(row):
        tags.append(str(element.tagName))
        element = element.parentElement
    return " ".join(tags)


def _in_line(controls: list[Any], row: Any) -> dict[str, Any] | None:
    line = controls[0].closest(_LINE)
    if not line or line.isSameNode(row) or not row.contains(line):
        return None
    if line.classList.contains("fieldBox"):
        line = line.parentElement
    others = [
        control
        for control in line.querySelectorAll("input, select, textarea")
        if control.type != "hidden"
    ]
    if not all(any(other.isSameNode(own) for own in controls) for other in others):
        return None
    probe = element_of("<ul></ul>")
    line.prepend(probe)
    try:
        return place_of(probe, controls, row)
    finally:
        probe.remove()
