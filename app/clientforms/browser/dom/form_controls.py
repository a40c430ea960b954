"""Read and write form controls in the DOM, independent of forms and rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.forms import Field

from clientforms.browser.runtime import document, rows_script, to_array
from clientforms.engine.post.posted_text import as_shown, posted_text

__all__ = [
    "CONTROLS",
    "controls_in",
    "default_values",
    "first_control",
    "has_focus",
    "locked_values",
    "options_in",
    "options_of",
    "posted_values",
    "posting_controls",
    "set_values",
    "takes_text",
]  # fmt: skip

CONTROLS = "input, select, textarea"
_BUTTONS = {"submit", "button", "reset", "image"}
_TICKED = {"checkbox", "radio"}


def controls_in(element: Any) -> list[Any]:
    """Return the named controls inside `element` that can post a value, in order."""
    return posting_controls(element.querySelectorAll(CONTROLS))


def posting_controls(elements: Iterable[Any]) -> list[Any]:
    """Return those of `elements` that are named controls that can post a value."""
    return [
        element
        for element in elements
        if element.matches(CONTROLS) and element.name and element.type not in _BUTTONS
    ]


def first_control(element: Any) -> Any | None:
    """Return the first focusable control in `element`, or None."""
    for control in element.querySelectorAll(CONTROLS):
        if control.type == "hidden" or control.disabled:
            continue
        if control.checkVisibility():
            return control
    return None


def posted_values(controls: Iterable[Any]) -> dict[str, list[str]]:
    """Return what `controls` post: name to strings."""
    values: dict[str, list[str]] = {}
    for control in controls:
        posted = _posted([control])
        if posted is not None:
            values.setdefault(control.name, []).extend(posted)
    return values


def default_values(controls: Iterable[Any]) -> dict[str, list[str]]:
    """Return what `controls` would post with the default values of the HTML."""
    return _default_values(control for control in controls if not control.matches(":disabled"))


def locked_values(controls: Iterable[Any], fields: Mapping[str, Field]) -> dict[str, list[str]]:
    """Return what disabled `controls` show: of `fields`, some may be disabled."""
    if not any(field.disabled for field in fields.values()):
        return {}
    return _default_values(control for control in controls if control.disabled)


def _default_values(controls: Iterable[Any]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for control in controls:
        if control.type == "file":
            continue
        if control.type in _TICKED:
            posted = [control.value] if control.defaultChecked else []
        elif control.tagName == "SELECT":
            # Use selectors, because there may be thousands of options.
            posted = [option.value for option in control.querySelectorAll("option[selected]")]
            if not (posted or control.multiple):
                first = control.querySelector("option:not([disabled])")
                posted = [first.value] if first else []
        else:
            posted = [control.defaultValue]
        if posted:
            values.setdefault(control.name, []).extend(posted)
    return values


def set_values(controls: Iterable[Any], values: Mapping[str, Sequence[str]]) -> None:
    """Make `controls` post `values`. Controls that already do are not touched."""
    used: dict[str, int] = {}
    for control in controls:
        given = values.get(control.name, ())
        if control.type in _TICKED:
            _set_if_other(control, "checked", posted_text(control.value) in given)
        elif control.tagName == "SELECT":
            if given or control.multiple:
                rows_script().choose(control, to_array(given))
        elif control.type != "file":
            place = used.get(control.name, 0)  # several controls may share a name
            used[control.name] = place + 1
            _set_if_other(control, "value", as_shown(given[place]) if place < len(given) else "")


def _set_if_other(target: Any, attribute: str, value: Any) -> None:
    if getattr(target, attribute) != value:
        setattr(target, attribute, value)


def _posted(controls: Iterable[Any]) -> list[str] | None:
    posted: list[str] = []
    for control in controls:
        if control.matches(":disabled") or control.type == "file":
            continue
        if control.type in _TICKED:
            if control.checked:
                posted.append(control.value)
        elif control.tagName == "SELECT":
            posted += [
                option.value
                for option in control.selectedOptions
                if not option.matches(":disabled")
            ]
        else:
            posted.append(rows_script().valueOf(control))
    return list(map(posted_text, posted)) or None


def options_of(controls: Iterable[Any], prefix: str | None) -> dict[str, list[tuple[str, Any]]]:
    """Return the choices in `controls` of the form with `prefix`: pairs of value and label by field.

    They are those of selects, radio buttons and tick boxes. A select's groups are pairs of a label
    and a list of pairs.
    """
    lead = f"{prefix}-" if prefix else ""
    found: dict[str, list[tuple[str, Any]]] = {}
    for control in controls:
        if control.tagName == "SELECT":
            found[control.name.removeprefix(lead)] = _grouped(options_in(control))
        elif control.type in _TICKED and control.labels.length:
            label = str(control.labels[0].textContent).strip()
            name = control.name.removeprefix(lead)
            found.setdefault(name, []).append((control.value, label))
    return found


def _grouped(options: Iterable[tuple[str, str, bool, str]]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    last = ""
    for value, label, _, group in options:
        if not group:
            found.append((value, label))
        elif group == last:
            found[-1][1].append((value, label))
        else:
            found.append((group, [(value, label)]))
        last = group
    return found


def options_in(select: Any) -> list[tuple[str, str, bool, str]]:
    """Return the value, text, own disabled state, and group of each option of `select`."""
    return [tuple(option) for option in json.loads(rows_script().options(select))]


def has_focus(element: Any) -> bool:
    """Return whether a visible element inside `element` has the focus."""
    focused = document.activeElement
    return (
        bool(focused) and bool(element.contains(focused)) and bool(focused.getClientRects().length)
    )


def takes_text(element: Any) -> bool:
    """Return whether `element` is a control that takes text."""
    if element.tagName == "INPUT":
        return element.type not in _BUTTONS | _TICKED | {"file", "range", "color"}
    return bool(element.tagName == "TEXTAREA" or element.isContentEditable)
