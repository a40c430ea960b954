"""Fields of a page made beforehand that start with the value of the moment: they get it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clientforms.browser import markup
from clientforms.browser.controls import CONTROLS, default_values, posted_values
from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.shells import MOMENT

__all__ = ["fill_moments"]


def fill_moments(rows: Sequence[Any], live: ClientForm | ClientFormSet) -> None:
    """Give marked controls in `rows` the value that Python has for them now.

    It is what they had from the start, as if the page had been made now; what was typed meanwhile
    stays.
    """
    if not rows or not rows[0].parentElement.querySelector(f"[{MOMENT}]"):
        return
    for index, row in enumerate(rows[: len(live.keys)]):
        marked = list(row.querySelectorAll(f"[{MOMENT}]"))
        if not marked:
            continue
        rendered = _by_name(markup.fragment_of(live.render_row(index)))
        for name, controls in _by_name(row).items():
            if name in rendered and controls[0].hasAttribute(MOMENT):
                _begin_with(controls, rendered[name])


def _by_name(root: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for control in root.querySelectorAll(CONTROLS):
        found.setdefault(control.name, []).append(control)
    return found


def _begin_with(controls: Sequence[Any], rendered: Sequence[Any]) -> None:
    """Let the controls of one name begin as `rendered` ones do."""
    is_untouched = posted_values(controls) == default_values(controls)
    before = [_choices_of(each) for each in controls]
    for control, other in zip(controls, rendered, strict=False):
        control.removeAttribute(MOMENT)
        if control.type in ("checkbox", "radio"):
            control.defaultChecked = other.defaultChecked
        elif control.tagName == "SELECT":
            wanted = {each.value for each in other.options if each.defaultSelected}
            for option in control.options:
                option.defaultSelected = option.value in wanted
        else:
            control.defaultValue = other.defaultValue  # a browser knows whether somebody typed
    if not is_untouched:  # it does not know who chose
        for control, chosen in zip(controls, before, strict=True):
            _choose(control, chosen)


def _choices_of(control: Any) -> list[bool]:
    if control.tagName == "SELECT":
        return [bool(each.selected) for each in control.options]
    return [bool(control.checked)] if control.tagName == "INPUT" else []


def _choose(control: Any, chosen: Sequence[bool]) -> None:
    if control.tagName == "SELECT":
        for option, is_chosen in zip(control.options, chosen, strict=True):
            option.selected = is_chosen
    elif control.type in ("checkbox", "radio"):
        control.checked = chosen[0]
